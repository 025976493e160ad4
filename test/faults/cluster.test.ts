import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { freeze } from '../support/childServer.ts';
import { type ClusterNode, ClusterSite } from '../support/clusterSite.ts';
import { pause } from '../support/until.ts';
import { Wire } from '../support/wire.ts';
import { record } from './faultRow.ts';
import { Gathering } from './gathering.ts';

/** How long what is slow or away stays so, in milliseconds. */
const AWAY_MS = 4_000;

let site: ClusterSite;
let one: ClusterNode;
let two: ClusterNode;
const closing: { close(): Promise<void> | void }[] = [];

beforeAll(async () => {
  site = await ClusterSite.start();
  [one, two] = [await site.node('taipei-1'), await site.node('taipei-2')];
});
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
afterAll(() => site?.close());

const originOf = ({ port }: Pick<ClusterNode, 'port'>) => `http://127.0.0.1:${port}`;

/** The host by the first server, the guest by the second: every word passes both and Redis. */
async function across(): Promise<Gathering> {
  const gathering = await Gathering.open(originOf(one), 'moderated', originOf(two));
  closing.push(gathering);
  await gathering.talk('before');
  return gathering;
}

it('Redis stands still for 4 s', async (context) => {
  const gathering = await across();
  freeze(site.redis.pid, true);
  const said = gathering.talk('meanwhile', 60_000);
  await pause(AWAY_MS);
  freeze(site.redis.pid, false);
  const from = performance.now();
  await gathering.together();
  await said;
  await gathering.talk('after');
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: 'people at different servers: "Reconnecting"; words typed meanwhile arrive afterwards; media goes on',
    recoveredMs: performance.now() - from,
    lost: 'nothing',
  });
});

it('Redis killed, and started again empty after 4 s', async (context) => {
  const gathering = await across();
  await gathering.invite('Ministry');
  await site.redis.kill();
  await pause(AWAY_MS);
  await site.redis.run();
  const from = performance.now();
  await gathering.together();
  await gathering.talk('after', 60_000);
  await gathering.together();
  const recoveredMs = performance.now() - from;
  expect(gathering.host.state.invitations.map(({ name }) => name)).toContain('Ministry');
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: '"Reconnecting"; then everybody is inside again',
    recoveredMs,
    lost: 'nothing: what must last is in PostgreSQL',
  });
});

it('PostgreSQL stands still for 4 s', async (context) => {
  const gathering = await across();
  const other = await across();
  freeze(site.postgres.pid, true);
  const invited = gathering.invite('Ministry').then(
    () => true,
    () => false,
  );
  await other.talk('meanwhile');
  await pause(AWAY_MS);
  freeze(site.postgres.pid, false);
  const from = performance.now();
  const kept = await invited;
  await gathering.together();
  await gathering.talk('after');
  if (!kept) await gathering.invite('Ministry, again');
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: 'in the meeting whose rules are changed, words wait behind the change; others notice nothing',
    recoveredMs: performance.now() - from,
    lost: 'nothing that was acknowledged',
  });
});

it('PostgreSQL killed, and started again after 4 s', async (context) => {
  const gathering = await across();
  await gathering.invite('Before');
  await site.postgres.kill();
  await gathering.talk('meanwhile');
  const late = await gathering.arrive();
  await pause(AWAY_MS);
  await site.postgres.run();
  const from = performance.now();
  // Who came meanwhile is at the door without having done anything.
  await late.until('at the door', ({ phase }) => phase.name === 'prejoin', 20_000);
  const recoveredMs = performance.now() - from;
  await gathering.invite('After');
  const names = gathering.host.state.invitations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['Before', 'After']));
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: 'those inside: nothing, unless they change the rules; who comes now waits until it is back',
    recoveredMs,
    lost: 'nothing that was acknowledged',
  });
});

it('A server of a site killed, people come back to another', async (context) => {
  const doomed = await site.node('taipei-3');
  let port = doomed.port;
  const wire = await Wire.open(() => port);
  closing.push(wire);
  const gathering = await Gathering.open(originOf(wire), 'moderated');
  closing.push(gathering);
  await gathering.talk('before');
  port = two.port;
  await doomed.program.kill();
  const from = performance.now();
  await pause(100);
  await gathering.together();
  await gathering.talk('after');
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: '"Reconnecting" for as long as its lease lasts (2 s); the same keys, nobody left; sound and pictures begin anew',
    recoveredMs: performance.now() - from,
    lost: 'nothing',
  });
});

it('A server of a site cut off from Redis', async (context) => {
  const redis = new URL(site.redis.url);
  const redisPort = Number(redis.port);
  const toRedis = await Wire.open(() => redisPort);
  closing.push(toRedis);
  redis.port = String(toRedis.port);
  const alone = await site.node('taipei-4', { SEALROOM_REDIS_URL: redis.href });
  let port = alone.port;
  const wire = await Wire.open(() => port);
  closing.push(wire);
  const gathering = await Gathering.open(originOf(wire), 'moderated');
  closing.push(gathering);
  await gathering.talk('before');
  toRedis.cut();
  const from = performance.now();
  port = two.port;
  const said = gathering.talk('meanwhile', 60_000);
  await said;
  await gathering.together();
  await gathering.talk('after');
  expect(gathering.alarms).toEqual([]);
  record(context, {
    fault: context.task.name,
    seen: '"Reconnecting", at another server; words typed meanwhile arrive there',
    recoveredMs: performance.now() - from,
    lost: 'nothing',
  });
  toRedis.mend();
  await alone.program.kill();
});
