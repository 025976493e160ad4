import { createGroupInfoWithExternalPubAndRatchetTree, encodeMlsMessage, joinGroupExternal } from 'ts-mls';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { expect } from 'vitest';
import { openKnock, sealKnock } from '../../client/e2ee/admission/knock.ts';
import { foundGroup } from '../../client/e2ee/group/found.ts';
import { clientConfig } from '../../client/e2ee/group/profile.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import {
  type DeviceIdentity,
  deviceIdentity,
  newDeviceSeed,
  signChallenge,
} from '../../client/e2ee/identity/device.ts';
import { type Access, meetingKey } from '../../client/e2ee/link/access.ts';
import { loadHostSecrets } from '../../client/e2ee/records/hostSecrets.ts';
import { signRecord } from '../../client/e2ee/records/signing.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { type DeviceKey, groupId, knockId } from '../../shared/ids.ts';
import type { Knock } from '../../shared/protocol/lobby.ts';
import { accessBy, foundRequest, newInvitation } from '../support/invitation.ts';
import { bareKeyPackage, libraryCommit, pskProposal } from '../unit/group/attacker.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import {
  type Actor,
  agreed,
  alarmed,
  atDoor,
  neverKeyedWith,
  pause,
  recordsOf,
  type Stage,
  welcomedInVain,
} from './stage.ts';

function ghostOf(stage: Stage): DeviceIdentity {
  return deviceIdentity(newDeviceSeed(), stage.link.meeting);
}

async function packageOf(identity: DeviceIdentity, stage: Stage) {
  const keys = await bareKeyPackage(
    'x-wing',
    identity.meeting,
    makeCard(identity, stage.link.meeting, 'Ghost'),
  );
  return { ...keys, ref: await makeKeyPackageRef(keys.publicPackage, keys.cs.hash) };
}

const newKnockId = () => knockId.parse(toBase64Url(randomBytes(16)));

/** Shows the host a knock and waits until it was turned away. */
async function turnedAway(host: Actor, knock: Knock): Promise<void> {
  host.tap.deliver('lobby:knocks', { added: [knock], removed: [] });
  await expect
    .poll(() => host.tap.requestsOf('lobby:deny').flatMap(({ knockIds }) => knockIds))
    .toContain(knock.knockId);
  expect(host.state.knocks).toEqual([]);
}

const foundBy = ({ access, link }: Stage, device: DeviceKey) => {
  const { invitation: keys } = access;
  return foundRequest({ meeting: link.meeting, keys }, device, newGroupId());
};

const contentOf = (keyPackage: Uint8Array) => ({ keyPackage, message: '', replyKey: randomBytes(32) });

async function strangersKnock(stage: Stage, access: Access, kind: 'lobby' | 'return'): Promise<Knock> {
  const ghost = ghostOf(stage);
  const keys = await packageOf(ghost, stage);
  const [genesis] = await recordsOf(stage.host);
  const lobbyKey = fromBase64Url(JSON.parse(new TextDecoder().decode(genesis?.bytes)).body.lobbyKey);
  const to = kind === 'lobby' ? { kind, lobbyKey } : { kind };
  const knock = sealKnock(access, ghost.key, keys.ref, contentOf(keys.bytes), to);
  return { ...knock, knockId: newKnockId(), device: ghost.key, at: Date.now() };
}

attack('ghost-knock', {}, async (stage) => {
  const guessed = accessBy(newInvitation(stage.link.meeting));
  const knock = await strangersKnock(stage, guessed, 'lobby');
  await turnedAway(stage.host, knock);
  const unsigned = { ...(await strangersKnock(stage, stage.access, 'lobby')), signature: randomBytes(64) };
  await turnedAway(stage.host, unsigned);
  expect(stage.host.state.members).toHaveLength(1);
});

attack('ghost-knock-open', { preset: 'open' }, async (stage) => {
  const guessed = accessBy(newInvitation(stage.link.meeting));
  for (const kind of ['lobby', 'return'] as const) {
    const knock = await strangersKnock(stage, guessed, kind);
    await turnedAway(stage.host, knock);
    await pause(300);
    expect(stage.host.state.members).toHaveLength(1);
    neverKeyedWith(stage.host, knock.device);
  }
});

attack('ghost-knock-relabelled', {}, async (stage) => {
  const chen = await stage.actor();
  await atDoor(chen);
  chen.core.join('Chen', '');
  const { knocks } = await stage.host.until('a knock', (state) => state.knocks.length === 1);
  const genuine = stage.host.tap.eventsOf('lobby:knocks').flatMap(({ added }) => added)[0];
  if (!genuine) throw new Error('no knock');
  stage.host.core.control.deny(knocks.map((knock) => knock.knockId));
  await stage.host.until('no knock', (state) => state.knocks.length === 0);
  await turnedAway(stage.host, { ...genuine, knockId: newKnockId(), device: ghostOf(stage).key });
  await turnedAway(stage.host, { ...genuine, knockId: newKnockId(), kind: 'return' });
  await turnedAway(stage.host, { ...genuine, knockId: newKnockId(), keyPackageRef: randomBytes(64) });
});

attack('ghost-package-substituted', {}, async (stage) => {
  const chen = ghostOf(stage);
  const mallory = ghostOf(stage);
  const keys = await packageOf(mallory, stage);
  const to = { kind: 'lobby', lobbyKey: fromBase64Url((await chainOf(stage)).lobbyKey) } as const;
  const knock = sealKnock(stage.access, chen.key, keys.ref, contentOf(keys.bytes), to);
  await turnedAway(stage.host, { ...knock, knockId: newKnockId(), device: chen.key, at: Date.now() });
});

async function chainOf(stage: Stage) {
  const watcher = await Insider.atDoor(stage);
  return watcher.chain;
}

/** A newcomer that waits, with what only a traitor among the members could hand the server: its key package. */
async function waiting(stage: Stage): Promise<{ chen: Actor; keyPackage: Uint8Array }> {
  const chen = await stage.actor();
  await atDoor(chen);
  chen.core.join('Chen', '');
  await stage.host.until('a knock', (state) => state.knocks.length === 1);
  const knock = stage.host.tap.eventsOf('lobby:knocks').flatMap(({ added }) => added)[0];
  const secrets = await loadHostSecrets(stage.host.keyStore, stage.link.meeting);
  if (!knock || !secrets) throw new Error('no knock');
  const { keyPackage } = openKnock(stage.access, knock.device, knock, [secrets.lobbySeed]);
  return { chen, keyPackage };
}

/** Welcomes a newcomer into a group that looks like the meeting's. */
async function lure(stage: Stage, identity: DeviceIdentity, pskSecret: Uint8Array) {
  const { chen, keyPackage } = await waiting(stage);
  const { meeting, genesis, groupSuite, frameSuite } = await chainOf(stage);
  const id = randomBytes(16);
  const group = await foundGroup({
    groupId: id,
    context: utf8(JSON.stringify({ v: 1, meeting, genesis, groupSuite, frameSuite })),
    signature: identity.meeting,
    credential: makeCard(identity, meeting, 'Lin'),
    suite: groupSuite,
  });
  const pending = await group.commit({
    adds: [keyPackage],
    psk: { id: utf8('sealroom meeting'), secret: pskSecret },
  });
  await welcomedInVain(chen, {
    groupId: groupId.parse(toBase64Url(id)),
    epoch: 1,
    welcome: pending.welcome ?? new Uint8Array(),
    seq: 1,
    chainLength: (await recordsOf(chen)).length,
  });
}

attack('ghost-welcome', {}, async (stage) => {
  await lure(stage, ghostOf(stage), randomBytes(32));
});

attack('ghost-welcome-by-stranger', {}, async (stage) => {
  await lure(stage, ghostOf(stage), meetingKey(stage.access, 'psk'));
});

attack('ghost-commit', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const ghost = ghostOf(stage);
  const stream = new FalseStream(chen);
  const running = chen.tap.eventsOf('lobby:welcome')[0];
  if (!running) throw new Error('no welcome');
  // A well-formed commit that adds a ghost, of a group of the server's own with the same id and epoch.
  let own = await foundGroup({
    groupId: fromBase64Url(running.groupId),
    context: utf8('{}'),
    signature: ghost.meeting,
    credential: makeCard(ghost, stage.link.meeting, 'Ghost'),
    suite: 'x-wing',
  });
  while (Number(own.epoch) < chen.state.seal.epoch) own = (await own.commit({})).accept(own);
  const other = await packageOf(ghostOf(stage), stage);
  const psk = { id: utf8('sealroom meeting'), secret: randomBytes(32) };
  const pending = await own.commit({ adds: [other.bytes], psk });
  for (const commit of [pending.commit, randomBytes(900)]) {
    const { epoch } = chen.state.seal;
    stream.insert({ kind: 'commit', sender: ghost.key, groupId: running.groupId, epoch, commit });
    await alarmed(chen, 'refused-commit');
    await chen.until('back inside', (state) => state.phase.name === 'meeting' && state.seal.epoch > epoch);
    await agreed([stage.host, chen], ['Lin', 'Chen']);
  }
  neverKeyedWith(chen, ghost.key);
});

attack('ghost-public-message', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  const ghost = ghostOf(stage);
  const { publicPackage: keyPackage } = await packageOf(ghost, stage);
  const proposals = [
    { proposalType: 'add', add: { keyPackage } },
    pskProposal(mallory.attacker, mallory.psk),
  ] as const;
  const made = await libraryCommit(mallory.attacker, proposals, {
    wireAsPublicMessage: true,
    psks: [mallory.psk],
  });
  await mallory.offer(made.commit);
  for (const actor of [chen, stage.host]) {
    // It never authenticated, so it is nobody's.
    expect(await alarmed(actor, 'refused-commit')).toMatchObject({ device: null });
    neverKeyedWith(actor, ghost.key);
  }
});

attack('ghost-external-commit', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  const { mls, cs } = mallory.attacker;
  const ghost = ghostOf(stage);
  const { publicPackage, privatePackage } = await packageOf(ghost, stage);
  const info = await createGroupInfoWithExternalPubAndRatchetTree(mls, [], cs);
  const external = await joinGroupExternal(
    info,
    publicPackage,
    privatePackage,
    false,
    cs,
    undefined,
    clientConfig,
  );
  const { publicMessage } = external;
  await mallory.offer(
    encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
  );
  for (const actor of [chen, stage.host]) {
    // It never authenticated, so it is nobody's.
    expect(await alarmed(actor, 'refused-commit')).toMatchObject({ device: null });
    neverKeyedWith(actor, ghost.key);
  }
});

attack('ghost-record', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const ghost = ghostOf(stage);
  const { chain, host } = { chain: await chainOf(stage), host: stage.host.state.self };
  if (!host) throw new Error('no host');
  const body = { type: 'admit', devices: [ghost.key] } as const;
  const place = { meeting: stage.link.meeting, chain };
  const byGhost = signRecord(place, { by: ghost.key, pair: ghost.meeting }, Date.now(), {
    ...body,
    devices: [ghost.key],
  });
  const inHostsName = signRecord(place, { by: host, pair: ghost.meeting }, Date.now(), {
    ...body,
    devices: [ghost.key],
  });
  const inHostKeysName = signRecord(place, { by: chain.hostKey, pair: ghost.meeting }, Date.now(), {
    ...body,
    devices: [ghost.key],
  });
  for (const actor of [chen, stage.host]) {
    const stream = new FalseStream(actor);
    for (const record of [byGhost, inHostsName, inHostKeysName]) stream.insert({ kind: 'record', record });
    await alarmed(actor, 'refused-commit');
    const knock = await strangersKnock(stage, stage.access, 'return');
    actor.tap.deliver('lobby:knocks', { added: [knock], removed: [] });
    await pause(400);
    expect(actor.state.members.map(({ name }) => name).sort()).toEqual(['Chen', 'Lin']);
    neverKeyedWith(actor, knock.device);
  }
});

attack('ghost-words', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const ghost = ghostOf(stage);
  const running = chen.tap.eventsOf('lobby:welcome')[0];
  if (!running) throw new Error('no welcome');
  const own = await foundGroup({
    groupId: fromBase64Url(running.groupId),
    context: utf8('{}'),
    signature: ghost.meeting,
    credential: makeCard(ghost, stage.link.meeting, 'Ghost'),
    suite: 'x-wing',
  });
  const words = utf8(JSON.stringify({ type: 'chat', id: 'x', text: 'Boo', at: 1 }));
  const { message } = await own.send(words);
  const stream = new FalseStream(chen);
  for (const bytes of [message, words, randomBytes(200)]) {
    stream.insert({ kind: 'message', sender: ghost.key, groupId: running.groupId, bytes });
    const datagram = Uint8Array.of(0, ...bytes);
    chen.tap.deliver('group:relayed', { datagrams: [{ sender: ghost.key, bytes: datagram }] });
  }
  await pause(300);
  expect(chen.state.chat).toEqual([]);
  stage.host.core.sendChat('Real');
  await chen.until('real words', (state) => state.chat.length === 1);
  expect(chen.state.chat[0]).toMatchObject({ text: 'Real', name: 'Lin' });
});

attack('ghost-identity', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const member = chen.state.self;
  if (!member) throw new Error('no device');
  const ghost = await Insider.atDoor(stage);
  const recorded = chen.tap.requestsOf('session:identify')[0];
  if (!recorded) throw new Error('not identified');
  const { signaling } = await stranger(stage);
  const attempts = [
    recorded.signature,
    signChallenge(ghost.identity, stage.link.meeting, randomBytes(32)),
    new Uint8Array(64),
  ];
  for (const signature of attempts) {
    await expect(signaling.request('session:identify', { device: member, signature })).rejects.toMatchObject({
      code: 'bad-signature',
    });
    await expect(signaling.request('group:found', foundBy(stage, ghost.identity.key))).rejects.toMatchObject({
      code: 'not-identified',
    });
  }
  // One that has proven a key cannot become another.
  await expect(
    ghost.signaling.request('session:identify', { device: member, signature: recorded.signature }),
  ).rejects.toMatchObject({ code: 'bad-signature' });
  expect(chen.state).toMatchObject({ connection: 'connected', phase: { name: 'meeting' } });
});

const newGroupId = () => groupId.parse(toBase64Url(randomBytes(16)));

async function stranger(stage: Stage) {
  const actor = await stage.actor();
  actor.tap.onRequest('session:identify', () => new Promise(() => undefined));
  await actor.until('connected', (state) => state.connection === 'connected');
  return { signaling: actor.tap.real };
}

attack('ghost-smuggled', {}, async (stage) => {
  const { chen, mallory, ghost } = await smuggle(stage);
  for (const actor of [chen, stage.host]) {
    expect(await alarmed(actor, 'refused-commit')).toMatchObject({ device: mallory.identity.key });
  }
  // An honest server takes the commit back on their word and puts its author out.
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  for (const actor of [chen, stage.host]) {
    neverKeyedWith(actor, ghost.key);
    expect(actor.tap.requestsOf('lobby:knock').length).toBeLessThan(2);
  }
});

/** A member adds a ghost, and the server, which cannot see it, orders the commit. */
async function smuggle(
  stage: Stage,
  prepare: (actor: Actor) => Promise<void> = async () => undefined,
): Promise<{ chen: Actor; mallory: Insider; ghost: DeviceIdentity }> {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  const ghost = ghostOf(stage);
  const { publicPackage: keyPackage } = await packageOf(ghost, stage);
  for (const actor of [chen, stage.host]) await prepare(actor);
  const made = await mallory.commit([
    { proposalType: 'add', add: { keyPackage } },
    pskProposal(mallory.attacker, mallory.psk),
  ]);
  await mallory.offer(made.commit);
  mallory.adopt(made.next);
  return { chen, mallory, ghost };
}

attack('ghost-smuggled-rejoin', {}, async (stage) => {
  const { chen, mallory, ghost } = await smuggle(stage, async (actor) => {
    actor.tap.onRequest('group:refuse', async () => ({}));
  });
  // The others refuse, drop out and knock; the smuggler brings them all back.
  await expect.poll(() => mallory.knocks.length, { timeout: 15_000 }).toBe(2);
  await mallory.admitAll();
  await pause(1_500);
  for (const actor of [chen, stage.host]) neverKeyedWith(actor, ghost.key);
});
