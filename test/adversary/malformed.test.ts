import fc from 'fast-check';
import { expect } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { hostFingerprint, newLinkSecrets } from '../../client/e2ee/link/linkKeys.ts';
import { hostKeyPair, lobbyKeyPair, newHostSecrets } from '../../client/e2ee/records/hostSecrets.ts';
import { signRecord } from '../../client/e2ee/records/signing.ts';
import { randomBytes, ready } from '../../client/e2ee/sodium.ts';
import { systemClock } from '../../client/meeting/clock.ts';
import { MeetingCore } from '../../client/meeting/core/meetingCore.ts';
import { type CoreState, initialState } from '../../client/meeting/core/state.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { groupId, knockId, meetingId } from '../../shared/ids.ts';
import { type EventName, events } from '../../shared/protocol/events.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { memoryFiles } from '../bots/bot.ts';
import { newInvitation } from '../support/invitation.ts';
import { attack, declare } from './attack.ts';
import { type FalseServer, startFalseServer } from './falseServer.ts';
import { FalseStream } from './falseStream.ts';
import { agreed, lastSeq, pause } from './stage.ts';

const seed = 20_241_124;

/** Anything JSON and binary attachments can carry. */
const anything = fc.oneof(
  fc.anything({ withBigInt: false, withDate: false, withMap: false, withSet: false, maxDepth: 3 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.record({ ok: fc.boolean(), value: fc.anything({ withBigInt: false, maxDepth: 2 }) }),
  fc.record({ entries: fc.array(fc.anything({ withBigInt: false, maxDepth: 2 }), { maxLength: 4 }) }),
);

/** A client in Node whose process-wide failures are collected. */
async function victim(server: FalseServer) {
  await ready();
  const secrets = newHostSecrets();
  const pair = hostKeyPair(secrets);
  const meeting = meetingId.parse(toBase64Url(randomBytes(16)));
  const invitation = newInvitation(meeting);
  const link = { meeting, ...newLinkSecrets(hostFingerprint(pair.key)), secret: invitation.secret };
  const genesis = signRecord({ meeting, chain: null }, { by: pair.key, pair }, 1, {
    type: 'genesis',
    hostKey: pair.key,
    lobbyKey: toBase64Url(lobbyKeyPair(secrets.lobbySeed).publicKey),
    invitation: invitation.body,
    groupSuite: 'x-wing',
    frameSuite: 0xf001,
    policy: presetPolicy('open'),
  });
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  process.on('unhandledRejection', failed);
  process.on('uncaughtException', failed);
  let state: CoreState = initialState;
  const core = await MeetingCore.open({
    link,
    origin: server.origin,
    signaling: socketSignaling(server.origin, meeting),
    connect: (room) => socketSignaling(server.origin, room),
    keyStore: memoryKeyStore(),
    clock: systemClock,
    frames: { post: () => undefined, onMessage: () => undefined },
    files: memoryFiles(server.origin),
    publish: (change) => {
      state = { ...state, ...change };
    },
  });
  await expect.poll(() => server.connected).toBe(1);
  return {
    core,
    genesis,
    failures,
    get state() {
      return state;
    },
    close() {
      core.close();
      process.off('unhandledRejection', failed);
      process.off('uncaughtException', failed);
    },
  };
}

/** Works off what was sent, and finds the client alive: it still proves itself when asked to. */
async function alive(server: FalseServer, client: Awaited<ReturnType<typeof victim>>): Promise<void> {
  const before = server.asked.filter((name) => name === 'session:identify').length;
  if (server.connected === 0) await expect.poll(() => server.connected, { timeout: 8_000 }).toBe(1);
  server.emit('session:challenge', { nonce: randomBytes(32), protocol: PROTOCOL_VERSION, serverTime: 1 });
  await expect
    .poll(() => server.asked.filter((name) => name === 'session:identify').length, { timeout: 8_000 })
    .toBeGreaterThan(before);
  expect(client.failures).toEqual([]);
  expect(client.state.members).toEqual([]);
}

declare('malformed-events', async () => {
  const server = await startFalseServer();
  const client = await victim(server);
  try {
    const door = { ok: true, value: { records: [client.genesis], group: null, member: false } };
    server.answer((name) => (name === 'session:identify' ? door : undefined));
    await alive(server, client);
    const names = [...(Object.keys(events) as EventName[]), 'no:such', 'constructor', '__proto__'];
    for (const [name, payload] of fc.sample(fc.tuple(fc.constantFrom(...names), anything), {
      numRuns: 800,
      seed,
    })) {
      server.emit(name, payload);
    }
    for (const name of names) {
      server.emit(name);
      server.emit(name, null, 1, {});
    }
    // One batch may close the session by a well-formed farewell; it is alive if it then says so.
    await pause(1_000);
    expect(client.failures).toEqual([]);
    if (client.state.connection !== 'closed') await alive(server, client);
  } finally {
    client.close();
    await server.close();
  }
});

declare('malformed-answers', async () => {
  const server = await startFalseServer();
  const client = await victim(server);
  try {
    const values = fc.sample(anything, { numRuns: 400, seed });
    let next = 0;
    server.answer(() => values[next++ % values.length]);
    for (let round = 0; round < 60; round++) {
      server.emit('session:challenge', { nonce: randomBytes(32), protocol: PROTOCOL_VERSION, serverTime: 1 });
    }
    await expect.poll(() => next, { timeout: 10_000 }).toBeGreaterThan(40);
    // Known records, so that it goes on to ask for more, and gets nonsense.
    const door = { ok: true, value: { records: [client.genesis], group: null, member: false } };
    server.answer((name) => (name === 'session:identify' ? door : values[next++ % values.length]));
    await alive(server, client);
    client.core.join('Chen', '');
    await pause(300);
    server.answer((name) => (name === 'session:identify' ? door : values[next++ % values.length]));
    await alive(server, client);
  } finally {
    client.close();
    await server.close();
  }
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { entries: value };
  return value;
}

declare('malformed-deep', async () => {
  const server = await startFalseServer();
  const client = await victim(server);
  try {
    const door = { ok: true, value: { records: [client.genesis], group: null, member: false } };
    server.answer((name) => (name === 'session:identify' ? door : undefined));
    await alive(server, client);
    for (const depth of [200, 3_000]) {
      for (const name of Object.keys(events)) server.emit(name, nested(depth));
      server.answer((name) => (name === 'session:identify' ? nested(depth) : undefined));
      server.emit('session:challenge', { nonce: randomBytes(32), protocol: PROTOCOL_VERSION, serverTime: 1 });
      await pause(300);
      expect(client.failures).toEqual([]);
    }
    for (const [open, close] of [
      ['[', ']'],
      ['{"entries":', '}'],
    ] as const) {
      const text = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      for (const name of Object.keys(events)) server.emitText(name, text);
      await pause(500);
      expect(client.failures).toEqual([]);
    }
    server.answer((name) => (name === 'session:identify' ? door : undefined));
    await alive(server, client);
  } finally {
    client.close();
    await server.close();
  }
});

attack('malformed-sync', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  let asked = 0;
  const [genuine] = chen.tap.eventsOf('lobby:welcome');
  if (!genuine) throw new Error('no welcome');
  const { groupId: group } = genuine;
  const filler = {
    kind: 'message',
    sender: stage.host.state.self,
    groupId: group,
    bytes: randomBytes(50),
  } as const;
  const { sender } = filler;
  if (!sender) throw new Error('no host');
  chen.tap.onRequest('stream:sync', async () => {
    asked++;
    if (asked > 3) return { entries: [], complete: true };
    return { entries: [{ ...filler, sender, seq: 900_000 }], complete: false };
  });
  chen.tap.deliver('stream:entries', { entries: [{ ...filler, sender, seq: lastSeq(chen) + 5 }] });
  await pause(1_500);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(10);
  await chen.until('back inside', (state) => state.phase.name === 'meeting' && state.members.length === 2);
});

attack('malformed-bytes', {}, async (stage) => {
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  process.on('unhandledRejection', failed);
  process.on('uncaughtException', failed);
  try {
    const chen = await stage.member('Chen');
    await agreed([stage.host, chen], ['Lin', 'Chen']);
    const stream = new FalseStream(chen);
    const { self } = stage.host.state;
    const [welcome] = chen.tap.eventsOf('lobby:welcome');
    if (!self || !welcome) throw new Error('not inside');
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
      // A plausible beginning: MLS 1.0, private message or welcome.
      fc
        .tuple(fc.constantFrom(1, 2, 3, 4), fc.uint8Array({ maxLength: 500 }))
        .map(([format, rest]) => Uint8Array.of(0, 1, 0, format, ...rest)),
    );
    const id = () => knockId.parse(toBase64Url(randomBytes(16)));
    for (const sample of fc.sample(bytes, { numRuns: 150, seed })) {
      stream.insert({ kind: 'message', sender: self, groupId: welcome.groupId, bytes: sample });
      chen.tap.deliver('group:relayed', { datagrams: [{ sender: self, bytes: sample }] });
      chen.tap.deliver('group:relayed', {
        datagrams: [{ sender: self, bytes: Uint8Array.of(0, ...sample) }],
      });
      chen.tap.deliver('group:relayed', {
        datagrams: [{ sender: self, bytes: Uint8Array.of(1, ...sample) }],
      });
      stream.insert({
        kind: 'record',
        record: { bytes: sample, signature: randomBytes(64) },
      });
      const knock = {
        keyPackageRef: randomBytes(64),
        sealed: sample,
        invitation: stage.access.invitation.key,
        signature: randomBytes(64),
        device: self,
        at: 1,
      };
      stage.host.tap.deliver('lobby:knocks', {
        added: [
          { ...knock, kind: 'lobby', knockId: id() },
          { ...knock, kind: 'return', knockId: id() },
        ],
        removed: [id()],
      });
      chen.tap.deliver('lobby:welcome', { ...welcome, welcome: sample });
    }
    const [first] = fc.sample(bytes, { numRuns: 1, seed });
    const other = groupId.parse(toBase64Url(randomBytes(16)));
    stream.insert({
      kind: 'commit',
      sender: self,
      groupId: other,
      epoch: 2 ** 40,
      commit: first ?? randomBytes(9),
    });
    await pause(500);
    expect(failures).toEqual([]);
    expect(chen.state.chat).toEqual([]);
    expect(stage.host.state.knocks).toEqual([]);
    await chen.until('inside', (state) => state.phase.name === 'meeting' && state.members.length === 2);
    await agreed([stage.host, chen], ['Lin', 'Chen']);
    expect(failures).toEqual([]);
  } finally {
    process.off('unhandledRejection', failed);
    process.off('uncaughtException', failed);
  }
});
