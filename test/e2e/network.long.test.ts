import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Apart, meetApart } from '../support/apart.ts';
import { choose } from '../support/choose.ts';
import { keepEvidence } from '../support/failure.ts';
import { namespacesRefused } from '../support/namespace.ts';
import { waysOf } from '../support/peers.ts';
import type { Person } from '../support/person.ts';
import { pause, until } from '../support/until.ts';

const refused = namespacesRefused();
if (refused !== null) console.warn(`NOT TESTED: changes of network. Reason: ${refused}`);

const DRAFT = 'Half a sentence that';

let apart: Apart;
let ann: Person;
let bob: Person;
keepEvidence(
  () => (apart === undefined ? [] : [ann, bob]),
  () => apart?.server,
);

/** Only addresses of one family lead to the site. */
const only = (to: string) => [{ protocol: 'tcp', to } as const, { protocol: 'udp', to } as const];

/** What Bob reads of the way of his media. */
async function route(): Promise<string[]> {
  const panel = await bob.openPanel('Seal');
  return panel.getByRole('region', { name: 'Route of your media' }).locator('dd').allTextContents();
}

/** Both see each other's new pictures again; seconds since `from`. */
async function again(from: number, what: string): Promise<number> {
  // What is seen before was in flight.
  await pause(1_000);
  await Promise.all([ann.sees(bob), bob.sees(ann)]);
  const seconds = (Date.now() - from) / 1000;
  console.log(`${what}: pictures both ways again after ${seconds.toFixed(1)} s`);
  return seconds;
}

describe.skipIf(refused !== null)('a device on a real network', () => {
  beforeAll(async () => {
    apart = await meetApart({
      changes: { node: { name: 'taipei-1', region: 'Taipei' } },
      lines: ({ site }, homes) => {
        homes.ann.allow(only(site.v4));
        homes.bob.allow(only(site.v6));
      },
    });
    ({ ann, bob } = apart);
  });

  afterAll(() => apart?.close());

  it('meets by IPv4 and by IPv6 alone, and reads which way its media takes', async () => {
    await Promise.all([ann.sees(bob), bob.sees(ann)]);
    const { v4, v6 } = apart.internet.site;
    expect(new Set((await waysOf(ann.page)).map(({ remoteAddress }) => remoteAddress))).toEqual(
      new Set([v4]),
    );
    expect(new Set((await waysOf(bob.page)).map(({ remoteAddress }) => remoteAddress))).toEqual(
      new Set([v6]),
    );
    const words = await until(
      route,
      (all) => all.some((each) => each.includes('IPv6')),
      'the route is shown',
    );
    expect(words).toEqual(['taipei-1, in Taipei', 'UDP over IPv6, directly']);
    apart.bobsHome.allow(null);
  });

  it('goes on by itself after the router, the address or the network were others, with keys and words kept', async () => {
    const code = await bob.safetyCode();
    const chat = await bob.openPanel('Chat');
    const field = chat.getByLabel('Message to everyone');
    await field.fill(DRAFT);

    const { bobsHome: home } = apart;
    home.rebind();
    const rebound = await again(Date.now(), 'NAT rebinding');
    home.renumber();
    const renumbered = await again(Date.now(), 'another address');
    home.roam();
    const roamed = await again(Date.now(), 'Wi-Fi to mobile');
    // Loose: how long it takes, cuts and sleep are for `npm run bench:reconnect`.
    expect(Math.max(rebound, renumbered, roamed)).toBeLessThan(30);

    expect(await field.inputValue()).toBe(DRAFT);
    await bob.button('Send', chat).click();
    await until(
      () => ann.messages(),
      (texts) => texts.includes(DRAFT),
      'the words arrive',
    );
    expect(await bob.warnings()).toEqual([]);
    expect(await ann.warnings()).toEqual([]);
    // The same two people: the code changes with the keys, and is the same for both at any time.
    const codes = await until(
      () => Promise.all([ann.safetyCode(), bob.safetyCode()]),
      ([first, second]) => first === second,
      'both read the same code',
    );
    expect(codes[0]).toHaveLength(code.length);
  });

  it('goes on however soon one change follows the other, and however often', async () => {
    const { bobsHome: home } = apart;
    for (let times = 0; times < 10; times++) {
      home.rebind();
      // Into the middle of whatever that began; what was on its way then is lost.
      await pause(150 * times);
      home.renumber();
      await again(Date.now(), `two changes ${150 * times} ms apart`);
    }
  });

  it('gives up pictures before sound on a narrow line, and gets large ones once it is wide again', async () => {
    const { bobsHome: home } = apart;
    await bob.page.evaluate(() => window.probe.listen());
    const height = async () => {
      await bob.takeSights();
      await pause(3_000);
      const shown = (await bob.takeSights()).filter(({ label }) => label === ann.name);
      return Math.max(0, ...shown.flatMap(({ sights }) => sights.map((sight) => sight.height)));
    };
    const wide = await until(height, (lines) => lines >= 180, 'large pictures', 60_000);
    await home.line({ rate: 150_000 });
    const narrow = await until(height, (lines) => lines < wide, 'smaller pictures, or none', 60_000);
    await bob.hears(ann);
    await home.line({});
    await until(height, (lines) => lines === wide, 'large pictures again', 60_000);
    console.log(`a line of 150 kbit/s: pictures of ${narrow} lines in place of ${wide}`);
  });

  it('says why a line is poor, and sends little where asked to', async () => {
    const { bobsHome: home } = apart;
    await home.line({ loss: 0.12, rate: 400_000 });
    const panel = await bob.openPanel('Connection and statistics');
    await panel
      .getByText(/^\d+% of what (you send|is sent to you) is lost on the way\.$/)
      .first()
      .waitFor();
    await panel.getByText('Poor', { exact: true }).waitFor();
    await home.line({});
    const sent = () =>
      bob.page.evaluate(async () => {
        for (const peer of window.peers ?? []) {
          for (const entry of (await peer.getStats()).values()) {
            if (entry.type === 'outbound-rtp' && entry.kind === 'video' && entry.frameHeight > 0)
              return Number(entry.frameHeight);
          }
        }
        return 0;
      });
    const before = await sent();
    const settings = await bob.openPanel('Settings');
    await choose(settings.getByRole('radio', { name: /^Low data/ }));
    const after = await until(sent, (height) => height > 0 && height < before, 'smaller pictures are sent');
    console.log(`low data: pictures of ${after} lines instead of ${before}`);
    await ann.sees(bob);
  });
});
