import { expect } from 'vitest';
import { sealKnock } from '../../client/e2ee/admission/knock.ts';
import { createKeyPackage } from '../../client/e2ee/group/keyPackage.ts';
import { makeCard } from '../../client/e2ee/identity/card.ts';
import { deviceIdentity, newDeviceSeed } from '../../client/e2ee/identity/device.ts';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { parseLink } from '../../client/e2ee/link/link.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import type { InvitationWish } from '../../client/meeting/invitationView.ts';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import { knockId } from '../../shared/ids.ts';
import type { Knock } from '../../shared/protocol/lobby.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { attack } from './attack.ts';
import { FalseStream } from './falseStream.ts';
import { Insider } from './insider.ts';
import { type Actor, agreed, atDoor, keySet, knowsNothing, pause, type Stage } from './stage.ts';
import { Tap } from './tap.ts';

const oneTime: InvitationWish = {
  name: 'For Chen',
  uses: 1,
  expires: null,
  straightIn: true,
  personal: true,
};

/** An invitation the host has just made, as its holder gets it. */
async function invited(stage: Stage, wish: InvitationWish) {
  const before = stage.host.state.invitations.length;
  await stage.host.core.invitations.create(wish);
  const { invitations } = await stage.host.until('made', (state) => state.invitations.length > before);
  const made = invitations.at(-1);
  if (!made?.link) throw new Error('no link');
  return { key: made.key, link: parseLink(made.link) };
}

const FLOOD = 1_000;
/** As the server brings them. */
const KNOCKS_PER_EVENT = 64;

const shown = (actor: Actor) => actor.state.chat.map(({ text }) => text);

attack('panic-speaks', { preset: 'open' }, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  await mallory.say({ type: 'chat', id: 'before', text: 'Before', at: 1 });
  stage.host.core.control.setPanic(true);
  await chen.until('panic', ({ panic }) => panic);
  await mallory.say({ type: 'chat', id: 'during', text: 'During', at: 1 });
  await mallory.say({ type: 'reaction', emoji: '🙈' });
  await mallory.say({ type: 'self', name: 'Somebody else', hand: null });
  stage.host.core.control.setPanic(false);
  await chen.until('over', ({ panic }) => !panic);
  await mallory.say({ type: 'chat', id: 'after', text: 'After', at: 1 });
  for (const actor of [chen, stage.host]) {
    await actor.until('words', ({ chat }) => chat.some(({ text }) => text === 'After'));
    expect(shown(actor)).toEqual(['Before', 'After']);
    expect(actor.state.reactions).toEqual([]);
    expect(actor.state.members.map(({ name }) => name).sort()).toEqual(['Chen', 'Lin', 'Mallory']);
  }
});

attack('frozen-speaks', { preset: 'open', rate: 8 }, async (stage) => {
  const { host } = stage;
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  const policy = { ...presetPolicy('open'), hostGone: 'freeze' } as const;
  host.core.control.setPolicy(policy);
  await chen.until('the rule', (state) => state.policy?.hostGone === 'freeze');
  host.core.leave();
  await chen.until('frozen', ({ hostGone }) => hostGone?.now === true);
  await chen.until('without its host', ({ members }) => members.length === 2);
  await mallory.inStep(chen);
  await mallory.say({ type: 'chat', id: 'during', text: 'During', at: 1 });
  await mallory.say({ type: 'reaction', emoji: '🙈' });
  await mallory.say({ type: 'self', name: 'Somebody else', hand: 1 });
  const again = await stage.member('Lin', { keyStore: host.keyStore });
  await chen.until('thawed', ({ hostGone }) => hostGone === null);
  await mallory.inStep(again);
  await mallory.say({ type: 'chat', id: 'after', text: 'After', at: 1 });
  await chen.until('words', ({ chat }) => chat.some(({ text }) => text === 'After'));
  expect(shown(chen)).toEqual(['After']);
  expect(chen.state.reactions).toEqual([]);
  expect(chen.state.members.map(({ name, hand }) => [name, hand]).sort()).toEqual([
    ['Chen', null],
    ['Lin', null],
    ['Mallory', null],
  ]);
});

attack('sent-back-speaks', {}, async (stage) => {
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  mallory.following = false;
  const before = keySet(chen);
  const stream = new FalseStream(chen);
  const { groupId } = mallory;
  const sender = mallory.identity.key;
  stage.host.core.control.sendBack(sender);
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const bytes = await mallory.seal({ type: 'chat', id: 'late', text: 'Still here', at: 1 });
  stream.insert({ kind: 'message', sender, groupId, bytes });
  // A return knock, for those whom the records let in: shown to all, and answered by nobody.
  const knock = await mallory.returnKnock('Mallory');
  for (const actor of [stage.host, chen]) actor.tap.deliver('lobby:knocks', { added: [knock], removed: [] });
  await pause(500);
  expect(shown(chen)).toEqual([]);
  for (const actor of [stage.host, chen]) expect(actor.state.members).toHaveLength(2);
  expect([...keySet(chen)].filter((key) => !before.has(key)).length).toBeGreaterThan(0);
});

attack('invitation-revoked', {}, async (stage) => {
  const { key, link } = await invited(stage, { ...oneTime, uses: null });
  // The server lets the late knock through, and shows it to the host.
  const tap = new Tap();
  const late = await stage.actor({ link, tap });
  await atDoor(late);
  late.core.join('Chen', '');
  await stage.host.until('let in', ({ members }) => members.some(({ name }) => name === 'Chen'));
  const mallory = await stage.actor({ link });
  await atDoor(mallory);
  let kept: Parameters<Tap['deliver']>[1] | null = null;
  stage.host.tap.onEvent('lobby:knocks', (event) => {
    if (event.added.length === 0) return [event];
    kept = event;
    return [];
  });
  mallory.core.join('Mallory', '');
  await expect.poll(() => kept).not.toBeNull();
  await stage.host.core.invitations.revoke([key]);
  await stage.host.until('revoked', ({ invitations }) =>
    invitations.some((each) => each.key === key && each.over === 'revoked'),
  );
  if (!kept) throw new Error('no knock');
  stage.host.tap.deliver('lobby:knocks', kept);
  await pause(400);
  expect(stage.host.state.knocks).toEqual([]);
  expect(stage.host.state.members.map(({ name }) => name).sort()).toEqual(['Chen', 'Lin']);
  knowsNothing(mallory);
});

attack('invitation-shared', {}, async (stage) => {
  const { key, link } = await invited(stage, oneTime);
  const both: Actor[] = [];
  const names = new Map<Actor, string>();
  for (const name of ['Chen', 'Chen’s friend']) {
    const actor = await stage.actor({ link, keyStore: memoryKeyStore() });
    await atDoor(actor);
    both.push(actor);
    names.set(actor, name);
  }
  for (const [actor, name] of names) actor.core.join(name, '');
  const inside = () => both.filter(({ state }) => state.phase.name === 'meeting');
  await expect.poll(() => inside().length).toBe(1);
  await pause(800);
  expect(inside()).toHaveLength(1);
  expect(stage.host.state.members).toHaveLength(2);
  expect(stage.host.state.invitations.find((each) => each.key === key)).toMatchObject({
    used: 1,
    over: 'used',
  });
  const out = both.find((actor) => !inside().includes(actor));
  if (!out) throw new Error('both are inside');
  knowsNothing(out);
  // And one that comes later reads in the records that its invitation is over.
  const later = await stage.actor({ link, keyStore: memoryKeyStore() });
  await later.until('over', ({ phase }) => phase.name === 'bad-link' && phase.reason === 'used');
});

attack('knock-flood', {}, async (stage) => {
  const chen = await stage.member('Chen');
  await agreed([stage.host, chen], ['Lin', 'Chen']);
  const { chain } = await Insider.atDoor(stage);
  const knocks = await Promise.all(
    Array.from({ length: FLOOD }, (_, i) => genuineKnock(stage, chain, `Troll ${i}`)),
  );
  const words: string[] = [];
  for (let from = 0; from < FLOOD; from += KNOCKS_PER_EVENT) {
    stage.host.tap.deliver('lobby:knocks', {
      added: knocks.slice(from, from + KNOCKS_PER_EVENT),
      removed: [],
    });
    words.push(`Word ${from}`);
    stage.host.core.sendChat(`Word ${from}`);
  }
  // What the host says while they pour in reaches the others, in order.
  await chen.until('all words', ({ chat }) => chat.length === words.length, 60_000);
  expect(shown(chen)).toEqual(words);
  const { knocks: waiting } = await stage.host.until(
    'the flood',
    (state) => state.knocks.length === FLOOD,
    60_000,
  );
  expect(chen.state.knocks).toEqual([]);
  expect(stage.host.state.members).toHaveLength(2);
  // One act turns all of them away.
  stage.host.core.control.deny(waiting.map(({ knockId }) => knockId));
  expect(stage.host.tap.requestsOf('lobby:deny').at(-1)?.knockIds).toHaveLength(FLOOD);
  const removed = knocks.map(({ knockId }) => knockId);
  stage.host.tap.deliver('lobby:knocks', { added: [], removed });
  await stage.host.until('quiet', (state) => state.knocks.length === 0);
  expect(chen.state).toMatchObject({ connection: 'connected', alarms: [] });
});

/** A knock as anybody with the link can make it, of a device that never was. */
async function genuineKnock(stage: Stage, chain: Insider['chain'], name: string): Promise<Knock> {
  const identity = deviceIdentity(newDeviceSeed(), stage.link.meeting);
  const credential = makeCard(identity, stage.link.meeting, name);
  const bundle = await createKeyPackage({ signature: identity.meeting, credential, suite: chain.groupSuite });
  const content = { keyPackage: bundle.bytes, message: 'Let me in', replyKey: randomBytes(32) };
  const to = { kind: 'lobby', lobbyKey: fromBase64Url(chain.lobbyKey) } as const;
  const knock = sealKnock(stage.access, identity.key, bundle.ref, content, to);
  return {
    ...knock,
    knockId: knockId.parse(toBase64Url(randomBytes(16))),
    device: identity.key,
    at: Date.now(),
  };
}
