import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { overview, type Sample } from '../../shared/protocol/admin.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { Crowd } from '../bench/load/crowd.ts';
import { readCommand } from '../bench/load/options.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { ProviderSite } from '../support/providerSite.ts';
import { until } from '../support/until.ts';
import type { Visitor } from '../support/visitor.ts';

/** What the only camera sends, in kbit/s. */
const KBPS = 400;

let site: ProviderSite;
let admin: Visitor;
let host: Bot;
let crowd: Crowd;

beforeAll(async () => {
  // The half minute between two samples takes three seconds; the time by which rates are counted stays as it is.
  site = await ProviderSite.start({ SEALROOM_OIDC_ROLES: 'groups=admins:admin' }, { waits: 0.1 });
  admin = await site.signIn('ada');
  const keyStore = memoryKeyStore();
  const policy = presetPolicy('open');
  const link = await foundMeeting({ origin: site.url, keyStore, policy, now: Date.now() });
  host = await openBot({ origin: site.url, link, keyStore });
  await enter(host, 'Host');
  const { settings: usual } = readCommand([]);
  const settings = { ...usual, participants: 2, publishers: 1, microphones: 0, openers: 0, kbps: KBPS };
  crowd = await Crowd.open({ origin: site.url, link, settings, first: 0, step: 1 });
  await crowd.come();
}, 600_000);

afterAll(async () => {
  await crowd?.leave();
  host?.close();
  await site?.close();
});

async function newest(): Promise<Sample | undefined> {
  const answer = await admin.api('GET', '/admin/overview');
  const { nodes } = overview.parse(await answer.json());
  return nodes[0]?.figures?.samples.at(-1);
}

it('shows administrators what a running server carries and takes, by its own meters', async () => {
  expect(crowd.read().failures).toEqual([]);
  const busy = await until(
    newest,
    (sample) => sample !== undefined && sample.bitsOut > (KBPS * 1_000) / 2 && sample.mediaCpu > 0,
    'a sample with traffic',
  );
  expect(busy).toMatchObject({ meetings: 1, people: 3, streamsIn: 1, streamsOut: 1 });
  // One camera in, and out to the one who looks; a busy machine sends less, and headers and tags come on top.
  for (const bits of [busy?.bitsIn, busy?.bitsOut]) {
    expect(bits).toBeGreaterThan((KBPS * 1_000) / 2);
    expect(bits).toBeLessThan(KBPS * 1_000 * 1.5);
  }
  expect(busy?.mediaCpu).toBeLessThanOrEqual(1);
  expect(busy?.serverCpu).toBeGreaterThan(0);

  await crowd.leave();
  const quiet = await until(
    newest,
    (sample) => sample !== undefined && sample.people === 1 && sample.bitsIn === 0,
    'a sample without traffic',
  );
  expect(quiet).toMatchObject({ meetings: 1, streamsIn: 0, streamsOut: 0, bitsIn: 0, bitsOut: 0 });
});
