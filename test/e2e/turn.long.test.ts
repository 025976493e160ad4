import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnClient, TurnError } from '../../server/doctor/turnClient.ts';
import { ownAddresses } from '../../server/media/addresses.ts';
import { iceServers } from '../../server/media/iceServers.ts';
import { placeOf } from '../../server/turn/place.ts';
import { chromiumPath } from '../support/chromium.ts';
import { type Coturn, startCoturn } from '../support/coturn.ts';
import { keepEvidence } from '../support/failure.ts';
import type { Household, Passage } from '../support/household.ts';
import { Internet, namespacesRefused } from '../support/namespace.ts';
import { keepPeers, waysOf } from '../support/peers.ts';
import { Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { openTrust, type Trust } from '../support/trust.ts';
import { until } from '../support/until.ts';

const refused = namespacesRefused();
if (refused !== null) console.warn(`NOT TESTED: meetings through TURN. Reason: ${refused}`);

const secret = 'a secret of coturn and Sealroom';
let urls: readonly string[];

let internet: Internet;
let trust: Trust;
let coturn: Coturn;
let server: TestServer;
let strict: Household;
let ann: Person;
let bob: Person;
let link: string;
keepEvidence(
  () => [ann, bob].filter((each) => each !== undefined),
  () => server && { logs: () => `${server.logs()}\n${coturn.log()}` },
);

/** Where the doctor on this machine is called: it tries the first of the addresses that it has. */
const ownAddress = ownAddresses().find(isIPv4) ?? '127.0.0.1';

/** What the doctor says on this machine, where the relay's name is known. */
async function doctorOf(url: string, env: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-doctor-'));
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost\n${internet.relay.v4} turn.test\n`);
  const inPlace = 'mount --bind "$1" /etc/hosts && exec "$2" server/tools/doctor.ts';
  const args = ['--mount', 'sh', '-c', inPlace, 'sh', hosts, process.execPath];
  const settings = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    SEALROOM_DATA: join(folder, 'data'),
    SEALROOM_PORT: '0',
    SEALROOM_WORKERS: '1',
    SEALROOM_MEDIA_PORT: '0',
    SEALROOM_TURN_URLS: url,
    SEALROOM_TURN_SECRET: secret,
    ...env,
  };
  try {
    // It finds fault with other things as well, so that its exit code says nothing here.
    return await new Promise((resolve) => {
      execFile('unshare', args, { env: settings }, (_error, out, problem) => resolve(out + problem));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(refused !== null)('a network that lets through TCP 443 only', () => {
  beforeAll(async () => {
    internet = Internet.open(({ site, relay }) => ({ 'meet.test': site, 'turn.test': relay }));
    trust = await openTrust(['meet.test', 'turn.test']);
    const [site, relay] = [internet.site.v4, internet.relay.v4];
    urls = [
      `turn:${relay}:3478?transport=udp`,
      'turn:turn.test:3478?transport=tcp',
      'turns:turn.test:443?transport=tcp',
    ];
    const turn = { urls, secret };
    const tls = { certFile: trust.certFile, keyFile: trust.keyFile };
    [coturn, server] = await Promise.all([
      startCoturn({ turn, tls, media: [site, ownAddress], listen: [relay] }),
      startTestServer(
        {},
        {
          host: site,
          port: 443,
          publicUrl: 'https://meet.test',
          tls,
          media: { announced: [], listen: [site], port: 44_400, workers: 1, turn },
        },
      ),
    ]);
    const arrive = (name: string, sender: number, household: Household) =>
      Person.arrive(name, sender, server, {
        surroundings: { program: household.launcher(chromiumPath), env: trust.home() },
      });
    strict = internet.household();
    [ann, bob] = await Promise.all([
      arrive('Annemarie', 0, internet.household()),
      arrive('Bertrand', 1, strict),
    ]);
    await Promise.all([keepPeers(ann.page), keepPeers(bob.page)]);
    link = await ann.startMeeting('Open', 'https://meet.test');
    await ann.watch();
  });

  afterAll(async () => {
    await Promise.all([ann?.close(), bob?.close()]);
    await server?.close();
    await coturn?.close();
    trust?.close();
    internet?.close();
  });

  const page = { protocol: 'tcp', port: 443 } as const;
  const cases = [
    { relay: 'tls', passages: (to: string): Passage[] => [{ protocol: 'tcp', port: 443, to }] },
    { relay: 'tcp', passages: (to: string): Passage[] => [{ protocol: 'tcp', port: 3478, to }] },
    { relay: 'udp', passages: (to: string): Passage[] => [{ protocol: 'udp', port: 3478, to }] },
  ] as const;

  it.each(cases)(
    'meets through the relay over $relay, and the connection test says so beforehand',
    async ({ relay, passages }) => {
      strict.allow([{ ...page, to: internet.site.v4 }, ...passages(internet.relay.v4)]);
      // The same address again would be no new page.
      await bob.page.goto('about:blank');
      await bob.open(link);
      await bob.button('Test the connection').click();
      const ways = bob.page.getByRole('region', { name: 'Connection' }).getByRole('listitem');
      await until(
        () => ways.count(),
        (count) => count === 3,
        'the connection test is done',
      );
      expect(await ways.allInnerTexts()).toEqual(['UDP: blocked', 'TCP: blocked', 'TURN: open']);
      await bob.button('Join now').click();
      await bob.inside();
      await bob.watch();
      await Promise.all([ann.sees(bob), bob.sees(ann)]);
      const through = await waysOf(bob.page);
      expect(through.map(({ type, relayProtocol }) => ({ type, relayProtocol }))).toEqual([
        { type: 'relay', relayProtocol: relay },
        { type: 'relay', relayProtocol: relay },
      ]);
      expect((await waysOf(ann.page)).map(({ type }) => type)).not.toContain('relay');
      await bob.control('Leave').click();
      await bob.button('Leave', bob.page.getByRole('alertdialog')).click();
      await bob.heading(/left/).waitFor();
    },
  );

  it('lets in nobody whose credential is forged or has expired, and relays to media servers only', async () => {
    const place = placeOf(`turn:${internet.relay.v4}:3478`);
    const [good] = iceServers({ urls, secret }, Date.now(), 30);
    const [forged] = iceServers({ urls, secret: 'another secret of someone' }, Date.now(), 30);
    const [expired] = iceServers({ urls, secret }, Date.now() - 60_000, 30);
    if (!place) throw new Error('no place');
    const allocate = async (given: typeof good) => {
      const { username = '', credential = '' } = given ?? {};
      const client = await TurnClient.allocate(place, { username, credential });
      try {
        await client.pathTo(internet.relay.v4, 9);
      } finally {
        await client.close();
      }
    };
    await expect(allocate(forged)).rejects.toMatchObject({ code: 401 });
    await expect(allocate(expired)).rejects.toMatchObject({ code: 401 });
    // This one gets a relay, with a way to media servers and to no other.
    const refusal = await allocate(good).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TurnError);
    expect(refusal).toMatchObject({ code: 403 });
  });

  it('is served by a relay that the doctor calls through, and finds fault with where the certificate is not trusted', async () => {
    const url = 'turns:turn.test:443?transport=tcp';
    const trusted = await doctorOf(url, { NODE_EXTRA_CA_CERTS: trust.certFile });
    expect(trusted).toContain(`${url} gives a relay, and a call passes (20 of 20 packets)`);
    const untrusted = await doctorOf(url, {});
    expect(untrusted).toMatch(/^WRONG +TURN +turns:turn\.test:443\?transport=tcp: no relay, .*certificate/m);
    expect(untrusted).toContain('Look at the TURN server, its certificate and its firewall');
  });
});
