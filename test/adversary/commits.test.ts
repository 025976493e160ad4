import { mlsExporter } from 'ts-mls';
import { expect } from 'vitest';
import { toHex } from '../../shared/bytes.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { StreamEntry } from '../../shared/protocol/stream.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import {
  type Actor,
  agreed,
  alarmed,
  alarmKinds,
  atDoor,
  entriesOf,
  keySet,
  keysOf,
  pause,
  type Stage,
} from './stage.ts';
import { Tap } from './tap.ts';

function deviceOf(actor: Actor): DeviceKey {
  const { self } = actor.state;
  if (!self) throw new Error('no device');
  return self;
}

async function trio(stage: Stage): Promise<{ chen: Actor; wu: Actor }> {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  return { chen, wu };
}

attack('commit-damaged', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const keyed = keysOf(chen).length;
  let once = true;
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'commit' || !once) return [entry];
    once = false;
    return [
      { ...entry, commit: entry.commit.map((byte, i) => (i === entry.commit.length - 20 ? byte ^ 1 : byte)) },
    ];
  });
  const wu = await stage.member('Wu');
  await alarmed(chen, 'refused-commit');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  expect(chen.frameMessages.some((message) => message.type === 'restart')).toBe(true);
  expect(keysOf(chen).length).toBeGreaterThan(keyed);
  expect(chen.tap.requestsOf('lobby:knock')).toHaveLength(2);
});

attack('commit-blame', {}, async (stage) => {
  const { chen, wu } = await trio(stage);
  const [running] = chen.tap.eventsOf('lobby:welcome');
  if (!running) throw new Error('no welcome');
  const commit = crypto.getRandomValues(new Uint8Array(500));
  const { epoch } = chen.state.seal;
  new FalseStream(chen).insert({
    kind: 'commit',
    sender: deviceOf(wu),
    groupId: running.groupId,
    epoch,
    commit,
  });
  await chen.until('an alarm', (state) => state.alarms.length > 0);
  expect(JSON.stringify(chen.state.alarms)).not.toContain(deviceOf(wu));
});

attack('commit-replayed', {}, async (stage) => {
  const { chen } = await trio(stage);
  const stream = new FalseStream(chen);
  const { epoch, code } = chen.state.seal;
  const earlier = entriesOf(stage.host, 'commit');
  expect(earlier.length).toBeGreaterThan(1);
  for (const entry of earlier) stream.insert(entry);
  await pause(300);
  expect(chen.state.seal).toMatchObject({ epoch, code });
  expect(chen.state.phase.name).toBe('meeting');
  const zoe = await stage.member('Zoe');
  await agreed([stage.host, chen, zoe], ['Lin', 'Chen', 'Wu', 'Zoe']);
});

attack('commit-duplicated', {}, async (stage) => {
  const tap = new Tap();
  tap.onEvent('stream:entries', (event) => [event, event, event]);
  const chen = await stage.member('Chen', { tap });
  const wu = await stage.member('Wu');
  wu.core.sendChat('Once');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  await chen.until('chat', (state) => state.chat.length === 1);
  await pause(300);
  expect(chen.state.chat).toHaveLength(1);
  expect(alarmKinds(chen)).toEqual([]);
});

attack('commit-reordered', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const held: StreamEntry[] = [];
  let done = false;
  new FalseStream(chen).rule((entry) => {
    if (done || entry.kind !== 'commit') return [entry];
    held.push(entry);
    if (held.length < 2) return [];
    done = true;
    return held.toReversed();
  });
  const wu = await stage.member('Wu');
  const zoe = await stage.member('Zoe');
  await alarmed(chen, 'refused-commit');
  await agreed([stage.host, wu, zoe, chen], ['Lin', 'Chen', 'Wu', 'Zoe']);
});

attack('commit-delayed', {}, async (stage) => {
  const tap = new Tap();
  const chen = await stage.member('Chen', { tap });
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  let gone = 0;
  const stop = tap.onEvent('stream:entries', () => {
    gone++;
    return [];
  });
  const wu = await stage.member('Wu');
  await expect.poll(() => gone).toBeGreaterThan(0);
  stop();
  wu.core.sendChat('After the gap');
  await chen.until('chat', (state) => state.chat.length === 1);
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  expect(alarmKinds(chen)).toEqual([]);
  expect(tap.requestsOf('stream:sync').length).toBeGreaterThan(0);
});

attack('commit-withheld', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  new FalseStream(chen).rule((entry) => (entry.kind === 'commit' ? [] : [entry]));
  await stage.member('Wu');
  await alarmed(chen, 'stale');
});

attack('commit-withheld-silent', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  chen.tap.onEvent('stream:entries', () => []);
  chen.tap.onEvent('group:relayed', () => []);
  await stage.member('Wu');
  await alarmed(chen, 'stale');
  expect(chen.state.connection).toBe('connected');
});

attack('commit-withheld-flapping', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  chen.tap.onEvent('stream:entries', () => []);
  chen.tap.onEvent('group:relayed', () => []);
  const flapping = setInterval(() => chen.tap.flap(), 1_000);
  stage.onClose(() => clearInterval(flapping));
  await stage.member('Wu');
  await alarmed(chen, 'stale');
});

/** Splits four members: the commit that lets somebody in is one thing to two of them and another to the rest. */
async function split(stage: Stage, relays: 'pass' | 'stop'): Promise<{ one: Actor[]; two: Actor[] }> {
  const { chen, wu } = await trio(stage);
  const xu = await stage.member('Xu');
  await agreed([stage.host, chen, wu, xu], ['Lin', 'Chen', 'Wu', 'Xu']);
  const one = [stage.host, chen];
  const two = [wu, xu];
  const streams = two.map((actor) => {
    const stream = new FalseStream(actor);
    stream.rule((entry) => (entry.kind === 'commit' ? [] : [entry]));
    return { actor, stream };
  });
  for (const actor of two) {
    actor.tap.onEvent('lobby:knocks', ({ added }) => [{ added, removed: [] }]);
    actor.tap.onRequest('group:commit', async ({ commit, epoch, groupId }) => {
      const entry = { kind: 'commit', sender: deviceOf(actor), groupId, epoch, commit } as const;
      for (const { stream } of streams) stream.insert(entry);
      return { seq: 1 };
    });
  }
  if (relays === 'stop') {
    const within = (half: Actor[]) => {
      const devices = half.map(deviceOf);
      for (const { tap } of half) {
        tap.onEvent('group:relayed', ({ datagrams }) => {
          const passed = datagrams.filter(({ sender }) => devices.includes(sender));
          return passed.length > 0 ? [{ datagrams: passed }] : [];
        });
      }
    };
    within(one);
    within(two);
  }
  const zoe = await stage.actor();
  await atDoor(zoe);
  const { epoch } = stage.host.state.seal;
  zoe.core.join('Zoe', '');
  for (const actor of [...one, ...two]) {
    await actor.until('the next epoch', (state) => state.seal.epoch > epoch);
  }
  expect(new Set([...one, ...two].map((actor) => actor.state.seal.code)).size).toBe(2);
  return { one, two };
}

async function bothAlarm(one: Actor[], two: Actor[]): Promise<void> {
  const split = (actor: Actor) =>
    actor.until('fork or stale', () => alarmKinds(actor).some((kind) => kind === 'fork' || kind === 'stale'));
  await Promise.all([...one, ...two].map(split));
}

attack('fork-halves', { preset: 'open', rate: 4 }, async (stage) => {
  const { one, two } = await split(stage, 'pass');
  await bothAlarm(one, two);
});

attack('fork-halves-parted', { preset: 'open', rate: 4 }, async (stage) => {
  const { one, two } = await split(stage, 'stop');
  await bothAlarm(one, two);
});

attack('commit-swallowed', { rate: 4 }, async (stage) => {
  const { chen, wu } = await trio(stage);
  for (const { tap } of [stage.host, chen]) tap.onRequest('group:commit', async () => ({ seq: 99 }));
  stage.host.core.control.remove(deviceOf(wu), false);
  await alarmed(stage.host, 'stale');
  expect(stage.host.state.seal.state).toBe('warning');
});

attack('commit-conflict-forever', { rate: 4 }, async (stage) => {
  const { chen, wu } = await trio(stage);
  for (const { tap } of [stage.host, chen]) {
    tap.onRequest('group:commit', (request, forward) => forward({ ...request, epoch: 0 }));
  }
  stage.host.core.control.remove(deviceOf(wu), false);
  await alarmed(stage.host, 'stale');
  expect(stage.host.state.seal.state).toBe('warning');
});

attack('commit-voided', { rate: 4 }, async (stage) => {
  const { chen, wu } = await trio(stage);
  const stream = new FalseStream(chen);
  stream.rule((entry) => {
    if (entry.kind !== 'commit') return [entry];
    const { epoch, groupId } = entry;
    const spoilt = entry.commit.map((byte, i) => (i === entry.commit.length - 20 ? byte ^ 1 : byte));
    return [
      { ...entry, commit: spoilt },
      { kind: 'void', groupId, epoch },
    ];
  });
  // The server keeps the objection to itself.
  chen.tap.onRequest('group:refuse', async () => ({}));
  stage.host.core.control.remove(deviceOf(wu), false);
  await alarmed(chen, 'refused-commit');
  await chen.until('fork or stale', () =>
    alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale'),
  );
});

attack('welcome-duplicated', {}, async (stage) => {
  const tap = new Tap();
  tap.onEvent('lobby:welcome', (event) => [event, event, event]);
  const chen = await stage.member('Chen', { tap });
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  await pause(500);
  expect(chen.state.phase.name).toBe('meeting');
  expect(alarmKinds(chen)).toEqual([]);
  expect(tap.requestsOf('lobby:knock')).toHaveLength(1);
});

attack('welcome-damaged', {}, async (stage) => {
  const tap = new Tap();
  let left = 2;
  tap.onEvent('lobby:welcome', (event) => {
    if (left-- <= 0) return [event];
    const at = left === 1 ? event.welcome.length - 20 : event.welcome.length >> 1;
    return [{ ...event, welcome: event.welcome.map((byte, i) => (i === at ? byte ^ 1 : byte)) }];
  });
  const chen = await stage.member('Chen', { tap });
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const refs = tap.requestsOf('lobby:knock').map(({ keyPackageRef }) => toHex(keyPackageRef));
  expect(new Set(refs).size).toBe(3);
  expect(keysOf(stage.host).at(-1)?.leaves).toHaveLength(2);
});

attack('welcome-replayed', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const [welcome] = chen.tap.eventsOf('lobby:welcome');
  if (!welcome) throw new Error('no welcome');
  const { code } = chen.state.seal;
  chen.tap.deliver('lobby:welcome', welcome);
  await pause(300);
  expect(chen.state.seal.code).toBe(code);
  expect(alarmKinds(chen)).toEqual([]);
  chen.close();
  const tap = new Tap();
  let first = true;
  tap.onEvent('lobby:welcome', (event) => {
    const shown = first ? welcome : event;
    first = false;
    return [shown];
  });
  const again = await stage.actor({ keyStore: chen.keyStore, tap });
  await atDoor(again);
  again.core.join('Chen', '');
  await again.until('inside', (state) => state.phase.name === 'meeting');
  expect(again.tap.requestsOf('lobby:knock').length).toBe(2);
  expect(keySet(again).intersection(keySet(chen)).size).toBe(0);
});

attack('welcome-withheld', {}, async (stage) => {
  const tap = new Tap();
  tap.onEvent('lobby:welcome', () => []);
  const chen = await stage.actor({ tap });
  await atDoor(chen);
  chen.core.join('Chen', '');
  await stage.admit('Chen');
  await stage.host.until('two leaves', (state) => state.members.length === 2);
  await pause(500);
  expect(chen.state.phase.name).not.toBe('meeting');
  expect(keysOf(chen)).toEqual([]);
});

attack('welcome-delayed', {}, async (stage) => {
  const tap = new Tap();
  let late: Parameters<Parameters<typeof tap.onEvent<'lobby:welcome'>>[1]>[0] | null = null;
  const stop = tap.onEvent('lobby:welcome', (event) => {
    late = event;
    return [];
  });
  const chen = await stage.actor({ tap });
  await atDoor(chen);
  chen.core.join('Chen', '');
  await stage.admit('Chen');
  await stage.host.until('two leaves', (state) => state.members.length === 2);
  const wu = await stage.member('Wu');
  stop();
  if (!late) throw new Error('no welcome');
  tap.deliver('lobby:welcome', late);
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  expect(alarmKinds(chen)).toEqual([]);
});

attack('roster-gone', {}, async (stage) => {
  const { chen, wu } = await trio(stage);
  new FalseStream(chen).insert({ kind: 'gone', device: deviceOf(wu) });
  await chen.until('shown as away', (state) => state.members.some((member) => !member.present));
  await pause(1_000);
  // The leaf stays, and with it the row: only a commit that all accept takes it away.
  const codes = [stage.host, chen, wu].filter((actor) => actor.state.phase.name === 'meeting');
  for (const actor of codes)
    expect(actor.state.members.map(({ name }) => name).sort()).toEqual(['Chen', 'Lin', 'Wu']);
  expect(keysOf(chen).at(-1)?.leaves).toHaveLength(3);
});

attack('roster-ghosts', {}, async (stage) => {
  const ghost = (await Insider.atDoor(stage)).identity.key;
  stage.host.core.people.reportGhosts([ghost]);
  expect(await alarmed(stage.host, 'ghost')).toEqual({ kind: 'ghost', devices: [ghost] });
  expect(stage.host.state.seal.state).toBe('warning');
  expect(stage.host.state.members).toHaveLength(1);
});

async function mediaKey(insider: Insider, mls = insider.mls): Promise<string> {
  const { exporterSecret } = mls.keySchedule;
  const { cs } = insider.attacker;
  return toHex(await mlsExporter(exporterSecret, 'SFrame 1.0 Base Key', new Uint8Array(), 32, cs));
}

attack('removed-returns', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  mallory.following = false;
  const last = await mediaKey(mallory);
  expect(keySet(chen)).toContain(last);
  const { mls } = mallory;
  const before = keysOf(chen).length;
  stage.host.core.control.remove(mallory.identity.key, false);
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  // It is handed the commit that removes it and makes of it what it can.
  const removal = entriesOf(chen, 'commit').at(-1);
  if (!removal) throw new Error('no commit');
  await mallory.take(removal.commit).catch(() => undefined);
  const derived = new Set([await mediaKey(mallory, mls), await mediaKey(mallory)]);
  const later = keysOf(chen)
    .slice(before)
    .map(({ baseKey }) => toHex(baseKey));
  expect(later.length).toBeGreaterThan(0);
  for (const key of later) expect(derived).not.toContain(key);
  // The server refuses its return knock; a colluding one shows it to the members all the same.
  const again = await Insider.atDoor(stage, mallory.seed);
  const knock = await again.returnKnock('Mallory');
  const { kind, keyPackageRef, sealed, invitation, signature } = knock;
  await expect(
    again.signaling.request('lobby:knock', { kind, keyPackageRef, sealed, invitation, signature }),
  ).rejects.toMatchObject({
    code: 'not-admitted',
  });
  for (const actor of [stage.host, chen]) actor.tap.deliver('lobby:knocks', { added: [knock], removed: [] });
  await pause(500);
  for (const actor of [stage.host, chen]) expect(actor.state.members).toHaveLength(2);
});

attack('removed-speaks', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  mallory.following = false;
  const stream = new FalseStream(chen);
  const { groupId } = mallory;
  stage.host.core.control.remove(mallory.identity.key, false);
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const sender = mallory.identity.key;
  const bytes = await mallory.seal({ type: 'chat', id: 'late', text: 'Still here', at: 1 });
  stream.insert({ kind: 'message', sender, groupId, bytes });
  const sealed = await mallory.seal({ type: 'chat', id: 'later', text: 'Still here', at: 1 });
  chen.tap.deliver('group:relayed', { datagrams: [{ sender, bytes: Uint8Array.of(0, ...sealed) }] });
  await pause(300);
  expect(chen.state.chat).toEqual([]);
});

attack('removed-commits', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  mallory.following = false;
  const stream = new FalseStream(chen);
  // After the record the colluding server lets no commit but Mallory's through.
  stream.rule((entry) => (entry.kind === 'commit' ? [] : [entry]));
  const { groupId, identity } = mallory;
  stage.host.core.control.remove(identity.key, false);
  await chen.until('told of the removal', (state) => state.members.some((member) => !member.present));
  const epoch = Number(mallory.mls.groupContext.epoch);
  const made = await mallory.commit([], []);
  stream.insert({ kind: 'commit', sender: identity.key, groupId, epoch, commit: made.commit });
  expect(await alarmed(chen, 'refused-commit')).toMatchObject({ device: identity.key });
  expect(keySet(chen)).not.toContain(await mediaKey(mallory, made.next));
});
