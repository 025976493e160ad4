import { mlsExporter } from 'ts-mls';
import { expect } from 'vitest';
import { encodeDatagram, signCheckpoint } from '../../client/e2ee/authorship/datagram.ts';
import type { Content } from '../../client/e2ee/content.ts';
import { encodeCheckpoint } from '../../client/e2ee/frames/checkpoint.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import { deviceIdentity, newDeviceSeed } from '../../client/e2ee/identity/device.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { fromBase64Url, toHex } from '../../shared/bytes.ts';
import type { DeviceKey } from '../../shared/ids.ts';

import { bareKeyPackage, forgeCommit, forgeInside, makePath, pskProposal } from '../unit/group/attacker.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import { type Actor, agreed, alarmed, alarmKinds, keySet, pause, type Stage } from './stage.ts';

async function cast(stage: Stage): Promise<{ chen: Actor; mallory: Insider }> {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  return { chen, mallory };
}

/** Everybody honest refuses a commit and says whose it is; no key of its epoch is handed on. */
async function refused(stage: Stage, chen: Actor, mallory: Insider, commit: Uint8Array): Promise<void> {
  await mallory.offer(commit);
  for (const actor of [chen, stage.host]) {
    const alarm = await alarmed(actor, 'refused-commit');
    expect(Object(alarm).device ?? mallory.identity.key).toBe(mallory.identity.key);
  }
}

/** An admitted device and a key package of its own. */
async function admittedPackage(stage: Stage) {
  const zoe = await stage.member('Zoe');
  zoe.core.leave();
  await stage.host.until('Zoe gone', (state) => !state.members.some((member) => member.name === 'Zoe'));
  const { self } = zoe.state;
  if (!self) throw new Error('no device');
  const seed = await zoe.keyStore.get('device-seed');
  const identity = deviceIdentity(seed ?? newDeviceSeed(), stage.link.meeting);
  const card = makeCard(identity, stage.link.meeting, 'Zoe');
  return { device: self, keys: await bareKeyPackage('x-wing', identity.meeting, card) };
}

attack('insider-add-no-psk', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const { device, keys } = await admittedPackage(stage);
  await mallory.inStep(stage.host);
  const add = { proposalType: 'add', add: { keyPackage: keys.publicPackage } } as const;
  const made = await mallory.commit([add], []);
  const keyed = new Set(keySet(chen));
  await refused(stage, chen, mallory, made.commit);
  expect(keySet(chen).difference(keyed)).not.toContain(await mediaKey(mallory, made.next));
  expect(chen.state.members.some((member) => member.device === device)).toBe(false);
});

attack('insider-add-wrong-psk', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const { device, keys } = await admittedPackage(stage);
  await mallory.inStep(stage.host);
  const add = { proposalType: 'add', add: { keyPackage: keys.publicPackage } } as const;
  const wrong = { ...mallory.psk, secret: randomBytes(32) };
  const made = await mallory.commit([add, pskProposal(mallory.attacker, wrong)], [wrong]);
  await refused(stage, chen, mallory, made.commit);
  expect(keySet(chen)).not.toContain(await mediaKey(mallory, made.next));
  expect(chen.state.members.some((member) => member.device === device)).toBe(false);
});

async function mediaKey(insider: Insider, mls = insider.mls): Promise<string> {
  const { cs } = insider.attacker;
  const { exporterSecret } = mls.keySchedule;
  return toHex(await mlsExporter(exporterSecret, 'SFrame 1.0 Base Key', new Uint8Array(), 32, cs));
}

attack('insider-remove', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Mallory', 'Wu']);
  await mallory.inStep(stage.host);
  const target = wu.state.members.find((member) => member.self);
  if (!target) throw new Error('no leaf');
  const made = await mallory.commit([{ proposalType: 'remove', remove: { removed: target.leaf } }], []);
  await refused(stage, chen, mallory, made.commit);
  expect(keySet(chen)).not.toContain(await mediaKey(mallory, made.next));
  expect(keySet(stage.host)).not.toContain(await mediaKey(mallory, made.next));
});

attack('insider-identity', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const credential = makeCard(mallory.identity, stage.link.meeting, 'Lin');
  const path = await makePath(mallory.attacker, { credential });
  await refused(stage, chen, mallory, await forgeCommit(mallory.attacker, { proposals: [], path }));
  for (const actor of [chen, stage.host]) {
    expect(actor.state.members.filter((member) => member.name === 'Lin').length).toBeLessThan(2);
  }
});

attack('insider-refuses', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  mallory.signaling.on('stream:entries', ({ entries }) => {
    for (const entry of entries) {
      if (entry.kind !== 'commit') continue;
      const { groupId, epoch } = entry;
      mallory.signaling.request('group:refuse', { groupId, epoch }).catch(() => undefined);
    }
  });
  chen.core.leave();
  await agreed([stage.host], ['Lin', 'Mallory']);
  await pause(300);
  const wu = await stage.member('Wu');
  await pause(500);
  await agreed([stage.host, wu], ['Lin', 'Mallory', 'Wu']);
  expect(stage.host.state.phase.name).toBe('meeting');
});

attack('insider-chat-forged', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const { groupId } = mallory;
  const lin = chen.state.members.find((member) => member.name === 'Lin');
  if (!lin) throw new Error('no host');
  // Every member can derive the host's message keys; only the signature tells them apart.
  const words = new TextEncoder().encode(JSON.stringify({ type: 'chat', id: 'f', text: 'From Lin', at: 1 }));
  const inside = await forgeInside(
    mallory.attacker,
    'application',
    Uint8Array.of(words.length, ...words, 64, ...randomBytes(64)),
    {
      leafIndex: lin.leaf,
    },
  );
  await mallory.signaling.request('group:send', { groupId, bytes: inside });
  // The server shows Mallory's own words under the host's label.
  const stream = new FalseStream(chen);
  stream.rule((entry) => (entry.kind === 'message' ? [{ ...entry, sender: lin.device }] : [entry]));
  await mallory.say({ type: 'chat', id: 'own', text: 'I am Lin', at: 1 });
  await chen.until('words', (state) => state.chat.length > 0);
  await pause(300);
  expect(chen.state.chat).toHaveLength(1);
  expect(chen.state.chat[0]).toMatchObject({ text: 'I am Lin', name: 'Mallory', from: mallory.identity.key });
});

attack('insider-chat-aside', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const { self } = chen.state;
  if (!self) throw new Error('no device');
  const aside = async (content: Content) => {
    const bytes = encodeDatagram({ kind: 'sealed', message: await mallory.seal(content) });
    await mallory.signaling.request('group:relay', { bytes, to: [self] });
  };
  await aside({ type: 'chat', id: 'aside', text: 'To Chen only', at: 1 });
  await aside({ type: 'self', name: 'Renamed for Chen', hand: 1 });
  await mallory.say({ type: 'chat', id: 'all', text: 'To everyone', at: 1 });
  for (const actor of [chen, stage.host]) {
    await actor.until('words', (state) => state.chat.length > 0);
    expect(actor.state.chat.map(({ text }) => text)).toEqual(['To everyone']);
    expect(actor.state.members.some(({ name }) => name === 'Renamed for Chen')).toBe(false);
  }
});

attack('insider-name-invisible', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const lin = stage.host.state.self;
  if (!lin) throw new Error('no host');
  chen.core.people.verify(lin);
  await chen.until('verified', (state) => state.members.some((member) => member.trust === 'verified'));
  await mallory.say({ type: 'self', name: 'L\u200Bi\u00ADn\u2060', hand: null });
  await alarmed(chen, 'identity-changed');
});

attack('insider-chat-muted', { preset: 'classroom' }, async (stage) => {
  const { chen, mallory } = await cast(stage);
  await mallory.say({ type: 'chat', id: 'x', text: 'Out of turn', at: 1 });
  stage.host.core.sendChat('In turn');
  await chen.until('words', (state) => state.chat.length > 0);
  expect(chen.state.chat.map(({ text }) => text)).toEqual(['In turn']);
  expect(stage.host.state.chat.map(({ text }) => text)).toEqual(['In turn']);
});

attack('insider-checkpoint', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const lin = stage.host.state.self;
  if (!lin) throw new Error('no host');
  const group = fromBase64Url(mallory.groupId);
  const statement = encodeCheckpoint({ epoch: 1, runs: [{ kid: 1, firstCtr: 0, hashes: randomBytes(16) }] });
  const own = signCheckpoint(mallory.identity.meeting.privateKey, group, statement);
  const elsewhere = signCheckpoint(mallory.identity.meeting.privateKey, randomBytes(16), statement);
  const stranger = deviceIdentity(newDeviceSeed(), stage.link.meeting);
  const outside = signCheckpoint(stranger.meeting.privateKey, group, statement);
  const checkpoints = (sender: DeviceKey) =>
    chen.frameMessages.filter((message) => message.type === 'checkpoint' && message.device === sender);
  chen.tap.deliver('group:relayed', { datagrams: [{ sender: lin, bytes: encodeDatagram(own) }] });
  chen.tap.deliver('group:relayed', {
    datagrams: [{ sender: mallory.identity.key, bytes: encodeDatagram(elsewhere) }],
  });
  chen.tap.deliver('group:relayed', {
    datagrams: [{ sender: stranger.key, bytes: encodeDatagram(outside) }],
  });
  await pause(200);
  for (const sender of [lin, mallory.identity.key, stranger.key]) expect(checkpoints(sender)).toEqual([]);
  chen.tap.deliver('group:relayed', {
    datagrams: [{ sender: mallory.identity.key, bytes: encodeDatagram(own) }],
  });
  await expect.poll(() => checkpoints(mallory.identity.key)).toHaveLength(1);
});

attack('insider-rename', { preset: 'classroom' }, async (stage) => {
  const { chen, mallory } = await cast(stage);
  await mallory.say({ type: 'self', name: 'Lin', hand: null });
  await pause(400);
  for (const actor of [chen, stage.host]) {
    const shown = actor.state.members.find((member) => member.device === mallory.identity.key);
    expect(shown?.name).toBe('Mallory');
  }
});

attack('insider-rename-pinned', {}, async (stage) => {
  const { chen, mallory } = await cast(stage);
  const lin = stage.host.state.self;
  if (!lin) throw new Error('no host');
  chen.core.people.verify(lin);
  await chen.until('verified', (state) => state.members.some((member) => member.trust === 'verified'));
  await mallory.say({ type: 'self', name: ' lIN ', hand: null });
  await alarmed(chen, 'identity-changed');
  const shown = chen.state.members.find((member) => member.device === mallory.identity.key);
  expect(shown?.trust).toBe('changed');
});

attack('identity-changed', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  const device = wu.state.self;
  if (!device) throw new Error('no device');
  chen.core.people.verify(device);
  await chen.until('verified', (state) => state.members.some((member) => member.trust === 'verified'));
  wu.core.leave();
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const other = await Insider.inside(stage, 'Ｗｕ');
  expect(await alarmed(chen, 'identity-changed')).toMatchObject({ device: other.identity.key });
  const shown = chen.state.members.find((member) => member.device === other.identity.key);
  expect(shown?.trust).toBe('changed');
  expect(alarmKinds(stage.host)).toEqual([]);
  await other.inStep(chen);
  await other.say({ type: 'chat', id: 'before', text: 'Before', at: 1 });
  await stage.host.until('words', (state) => state.chat.length === 1);
  await pause(200);
  expect(chen.state.chat).toEqual([]);
  const alarm = chen.state.alarms.find((entry) => entry.alarm.kind === 'identity-changed');
  chen.core.acknowledgeAlarm(alarm?.id ?? '');
  await other.say({ type: 'chat', id: 'after', text: 'After', at: 1 });
  await chen.until('words', (state) => state.chat.some(({ text }) => text === 'After'));
});
