import { expect } from 'vitest';
import {
  hostKeyPair,
  loadHostSecrets,
  lobbyKeyPair,
  newHostSecrets,
} from '../../client/e2ee/records/hostSecrets.ts';
import { recordCrypto, signRecord } from '../../client/e2ee/records/signing.ts';
import { fromUtf8, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { meetingId } from '../../shared/ids.ts';
import { type Chain, readChain } from '../../shared/records/chain.ts';
import { decodeRecord, type RecordBody, type SignedRecord } from '../../shared/records/record.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { newInvitation } from '../support/invitation.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import {
  type Actor,
  agreed,
  alarmed,
  alarmKinds,
  atDoor,
  identityOf,
  pause,
  recordsOf,
  type Stage,
} from './stage.ts';
import { Tap } from './tap.ts';

/** A newcomer to whom the server shows these records at the door. */
async function shown(stage: Stage, lie: (records: SignedRecord[]) => SignedRecord[]): Promise<Actor> {
  const tap = new Tap();
  tap.onRequest('session:identify', async (request, forward) => {
    const door = await forward(request);
    return { ...door, records: lie(door.records) };
  });
  return stage.actor({ tap });
}

async function turnsAround(actor: Actor): Promise<void> {
  await actor.until('bad link', (state) => state.phase.name === 'bad-link');
  actor.core.join('Chen', '');
  await pause(200);
  expect(actor.tap.requestsOf('lobby:knock')).toEqual([]);
  expect(actor.tap.requestsOf('group:found')).toEqual([]);
}

function chainOf(records: readonly SignedRecord[]): Chain {
  const result = readChain(records, recordCrypto);
  if (!result.ok) throw new Error(result.refusal);
  return result.chain;
}

function ownGenesis(stage: Stage, meeting = stage.link.meeting): SignedRecord {
  const secrets = newHostSecrets();
  const pair = hostKeyPair(secrets);
  return signRecord({ meeting, chain: null }, { by: pair.key, pair }, Date.now(), {
    type: 'genesis',
    hostKey: pair.key,
    lobbyKey: toBase64Url(lobbyKeyPair(secrets.lobbySeed).publicKey),
    invitation: newInvitation(meeting).body,
    groupSuite: 'x-wing',
    frameSuite: 0xf001,
    policy: presetPolicy('open'),
  });
}

attack('records-other-host', {}, async (stage) => {
  await turnsAround(await shown(stage, () => [ownGenesis(stage)]));
});

attack('records-damaged', {}, async (stage) => {
  await stage.member('Wu');
  const host = await loadHostSecrets(stage.host.keyStore, stage.link.meeting);
  if (!host) throw new Error('no host secrets');
  const pair = hostKeyPair(host);
  const flip = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
  const elsewhere = meetingId.parse(toBase64Url(new Uint8Array(16)));
  const lies: ((records: SignedRecord[]) => SignedRecord[])[] = [
    () => [],
    (records) => records.slice(1),
    (records) => records.toReversed(),
    ([genesis, grant, ...rest]) => (genesis && grant ? [genesis, ...rest, grant] : []),
    ([genesis, , ...rest]) => (genesis ? [genesis, ...rest] : []),
    ([genesis, grant, ...rest]) => (genesis && grant ? [genesis, grant, grant, ...rest] : []),
    (records) =>
      records.map((record, i) => (i === 1 ? { ...record, signature: flip(record.signature) } : record)),
    (records) => records.map((record, i) => (i === 2 ? { ...record, bytes: flip(record.bytes) } : record)),
    // The true host's genesis of another meeting.
    ([genesis]) => {
      const content = genesis && decodeRecord(genesis);
      if (!content) return [];
      const place = { meeting: elsewhere, chain: null };
      return [signRecord(place, { by: pair.key, pair }, content.at, content.body)];
    },
  ];
  for (const lie of lies) await turnsAround(await shown(stage, lie));
});

attack('downgrade-genesis', {}, async (stage) => {
  const lies = [
    ['"groupSuite":"x-wing"', '"groupSuite":"x25519"'],
    ['"frameSuite":61441', '"frameSuite":5'],
    ['"lobby":true', '"lobby":false'],
  ] as const;
  for (const [said, changed] of lies) {
    const lie = ([genesis, ...rest]: SignedRecord[]) => {
      const text = fromUtf8(genesis?.bytes ?? new Uint8Array());
      expect(text).toContain(said);
      return genesis ? [{ ...genesis, bytes: utf8(text.replace(said, changed)) }, ...rest] : [];
    };
    await turnsAround(await shown(stage, lie));
  }
});

attack('records-rewound', {}, async (stage) => {
  const chen = await stage.actor();
  await atDoor(chen);
  const [challenge] = chen.tap.eventsOf('session:challenge');
  if (!challenge) throw new Error('no challenge');
  chen.tap.onRequest('session:identify', async (request, forward) => {
    const door = await forward(request);
    return { ...door, records: door.records.slice(0, 1) };
  });
  chen.tap.deliver('session:challenge', challenge);
  await chen.until('bad link', (state) => state.phase.name === 'bad-link');
});

attack('records-rewound-reload', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const before = await recordsOf(stage.host);
  const mallory = await stage.member('Mallory');
  const device = mallory.state.self;
  if (!device) throw new Error('no device');
  stage.host.core.control.remove(device, true);
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  chen.close();
  const tap = new Tap();
  tap.onRequest('session:identify', async (request, forward) => ({
    ...(await forward(request)),
    records: before,
  }));
  const again = await stage.actor({ keyStore: chen.keyStore, tap });
  await again.until('bad link', (state) => state.phase.name === 'bad-link', 3_000);
});

attack('records-truncated', { preset: 'open', rate: 4 }, async (stage) => {
  const { chain, identity } = await Insider.atDoor(stage);
  stage.host.core.control.setLocked(true);
  await stage.host.until('locked', (state) => state.locked);
  stage.host.core.control.setLocked(false);
  await stage.host.until('unlocked', (state) => !state.locked);
  const tap = new Tap();
  const cut = <Value extends { records: SignedRecord[] }>(door: Value) => ({
    ...door,
    records: door.records.slice(0, chain.length),
  });
  tap.onRequest('session:identify', async (request, forward) => cut(await forward(request)));
  tap.onRequest('record:list', async (request, forward) => cut(await forward(request)));
  tap.onEvent('lobby:welcome', (welcome) => [{ ...welcome, chainLength: chain.length }]);
  const chen = await stage.actor({ tap });
  await atDoor(chen);
  chen.core.join('Chen', '');
  await chen.until('fork, stale or outside', ({ alarms }) => alarms.length > 0);
  expect(alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale')).toBe(true);
  expect(identity.key).not.toBe(chen.state.self);
});

attack('records-withheld', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  new FalseStream(chen).rule((entry) => (entry.kind === 'record' ? [] : [entry]));
  stage.host.core.control.setLocked(true);
  await stage.host.until('locked', (state) => state.locked);
  await alarmed(chen, 'stale');
  expect(chen.state.locked).toBe(false);
});

attack('records-forked', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  // The host's own device signs both: a server that has its key, or a host that plays along.
  const identity = await identityOf(stage.host, stage.link);
  const chain = chainOf(await recordsOf(stage.host));
  const signer = { by: identity.key, pair: identity.meeting };
  const other = signRecord({ meeting: stage.link.meeting, chain }, signer, Date.now(), {
    type: 'lock',
    locked: false,
  });
  new FalseStream(chen).rule((entry) => (entry.kind === 'record' ? [{ ...entry, record: other }] : [entry]));
  stage.host.core.control.setLocked(true);
  await wu.until('locked', (state) => state.locked);
  await alarmed(chen, 'fork');
  await alarmed(stage.host, 'fork');
});

attack('records-by-member', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  const host = stage.host.state.self;
  const other = (await Insider.atDoor(stage)).identity.key;
  const { key } = mallory.identity;
  if (!host) throw new Error('no host');
  const bodies: RecordBody[] = [
    { type: 'admit', devices: [other] },
    { type: 'grant', device: key, role: 'cohost' },
    { type: 'grant', device: host, role: 'guest' },
    { type: 'remove', devices: [host], ban: true },
    { type: 'unban', devices: [other] },
    { type: 'policy', policy: presetPolicy('open') },
    { type: 'lock', locked: true },
    { type: 'stop', devices: 'everyone', sources: ['microphone'], hold: true },
    { type: 'allow', devices: [key], sources: ['microphone'] },
    { type: 'lobbyKey', lobbyKey: 'A'.repeat(1000) },
    { type: 'end' },
  ];
  for (const body of bodies) {
    const record = mallory.sign(body);
    await expect(mallory.signaling.request('record:append', { record }), body.type).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  const stream = new FalseStream(chen);
  const before = chen.state;
  for (const body of bodies) stream.insert({ kind: 'record', record: mallory.sign(body) });
  await alarmed(chen, 'refused-commit');
  await pause(300);
  const { policy, locked, role, phase } = chen.state;
  expect({ policy, locked, role, phase }).toEqual({
    policy: before.policy,
    locked: before.locked,
    role: before.role,
    phase: before.phase,
  });
  expect(chen.state.members.map((member) => member.role).sort()).toEqual([
    'host',
    'participant',
    'participant',
  ]);
  expect(alarmKinds(stage.host)).toEqual([]);
});

attack('records-swallowed', { rate: 4 }, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const device = chen.state.self;
  if (!device) throw new Error('no device');
  const { length } = await recordsOf(stage.host);
  stage.host.tap.onRequest('record:append', async () => ({ seq: length }));
  stage.host.core.control.remove(device, true);
  await stage.host.until(
    'the host is told',
    ({ alarms, notices }) =>
      alarms.some(({ alarm }) => alarm.kind === 'stale') ||
      notices.some(({ notice }) => notice.kind === 'request-failed'),
    8_000,
  );
});
