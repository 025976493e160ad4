import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { ActivityAct } from '../../client/e2ee/activityContent.ts';
import { type BoardAct, drawingOfMember } from '../../client/e2ee/boardContent.ts';
import type { BreakoutSay } from '../../client/e2ee/breakoutContent.ts';
import { type Aside, type Content, content, encodeContent } from '../../client/e2ee/content.ts';
import { aeadSeal, chacha20Poly1305 } from '../../client/e2ee/crypto/aead.ts';
import { sealToMember } from '../../client/e2ee/group/directed.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import { toBase64Url, utf8 } from '../../shared/bytes.ts';
import { blobId, type DeviceKey, meetingId } from '../../shared/ids.ts';
import { presetPolicy } from '../../shared/roles.ts';
import type { Bot } from '../bots/bot.ts';
import { Insider } from './insider.ts';
import { agreed, fastClock, pause, Stage } from './stage.ts';

type Kind = Content['type'];
/** What one member says of each kind; a kind without words here is a type error, and fails below. */
type Words = { readonly [Each in Kind]: readonly Extract<Content, { type: Each }>[] };
type Acts<All extends { readonly do: string }> = {
  readonly [Do in All['do']]: Extract<All, { readonly do: Do }>;
};

const name = () => toBase64Url(randomBytes(12));
const room = meetingId.parse(toBase64Url(randomBytes(16)));
const key = () => toBase64Url(randomBytes(32));

/** A note as any client would draw it. */
function drawn(): string {
  const doc = new Y.Doc();
  const shape = {
    kind: 'note',
    on: 'board',
    x: 0,
    y: 0,
    z: 0,
    ink: 'red',
    width: 200,
    height: 200,
    text: 'Bombed',
  };
  doc.getMap('elements').set('element1', new Y.Map(Object.entries(shape)));
  return toBase64Url(Y.encodeStateAsUpdate(doc));
}

/** The rudest words of each kind, by `self` to and about `victim`. */
function words(self: DeviceKey, victim: DeviceKey, aside: Words['aside']): Words {
  const poll = { maker: self, id: name() };
  const definition = { kind: 'single' as const, question: 'Who?', options: ['A', 'B'], anonymous: false };
  const ballots = [[victim, '1000000000']] satisfies [DeviceKey, string][];
  const drawing = drawingOfMember(self, 'rude01');
  const file = {
    name: 'a.txt',
    mime: 'text/plain',
    size: 1,
    blob: blobId.parse(toBase64Url(randomBytes(16))),
  };
  const activities: Acts<ActivityAct> = {
    open: { do: 'open', id: poll.id, definition },
    close: { do: 'close', poll, answer: null },
    share: { do: 'share', poll, tally: { ballots: 1, counts: [1, 0] } },
    known: {
      do: 'known',
      known: {
        poll: { maker: victim, id: name() },
        definition,
        stage: 'open',
        answer: null,
        tally: null,
        ballots,
      },
    },
    timer: { do: 'timer', timer: { total: 60_000, left: 60_000, running: true } },
    agenda: { do: 'agenda', agenda: { items: [{ text: 'Chaos', minutes: null }], current: null } },
    room: { do: 'room', timer: null, agenda: { items: [{ text: 'More', minutes: null }], current: 0 } },
  };
  const board: Acts<BoardAct> = {
    draw: { do: 'draw', drawing, update: drawn() },
    tell: { do: 'tell', author: self, drawing, part: 0, parts: 1, update: drawn() },
    erase: { do: 'erase', refs: [`${drawing}.element2`] },
    erased: { do: 'erased', refs: [`${drawing}.element2`] },
    want: { do: 'want', tried: [] },
    share: { do: 'share', round: 'ABCDEFGH' },
  };
  const breakout: Acts<BreakoutSay> = {
    here: { do: 'here', room, calling: true },
    broadcast: { do: 'broadcast', text: 'Everybody out' },
    answered: { do: 'answered', device: victim },
    want: { do: 'want', room },
  };
  return {
    chat: [{ type: 'chat', id: 'c', at: 1, text: 'Bombed' }],
    file: [{ type: 'file', id: 'f', at: 1, file: { ...file, key: key(), digest: key(), preview: null } }],
    edit: [{ type: 'edit', id: 'host', text: 'I never said that' }],
    unsay: [{ type: 'unsay', id: 'host' }],
    aside,
    reaction: [{ type: 'reaction', emoji: '🙈' }],
    caption: [false, true].map((spoken) => ({
      type: 'caption',
      id: `l${spoken}`,
      text: 'Bombed',
      final: true,
      lang: 'en',
      spoken,
      at: 1,
    })),
    self: [{ type: 'self', name: 'Lin', hand: 1 }],
    pulse: [{ type: 'pulse', seq: 0, digest: '', before: null, watching: [victim] }],
    ask: [
      { type: 'ask', to: victim, source: 'microphone' },
      { type: 'ask', to: victim, source: 'camera' },
    ],
    lowerHand: [
      { type: 'lowerHand', device: victim },
      { type: 'lowerHand', device: 'everyone' },
    ],
    activity: Object.values(activities).map((act) => ({ type: 'activity', act })),
    ballot: [{ type: 'ballot', poll, marks: '1000000000' }],
    board: Object.values(board).map((act) => ({ type: 'board', act })),
    pointer: [{ type: 'pointer', at: { on: 'board', x: 1, y: 1 } }],
    breakout: Object.values(breakout).map((say) => ({ type: 'breakout', say })),
    roomKeys: [{ type: 'roomKeys', keys: [{ room, secret: toBase64Url(randomBytes(16)) }] }],
    wantLobbyKey: [{ type: 'wantLobbyKey' }],
    lobbyKey: [{ type: 'lobbyKey', to: victim, sealed: toBase64Url(randomBytes(200)) }],
  };
}

/** What is said to some alone, sealed as an honest client seals it. */
async function asideTo(insider: Insider, listeners: readonly Bot[], said: Aside): Promise<Words['aside']> {
  const { cs, mls } = insider.attacker;
  const secret = randomBytes(chacha20Poly1305.keyLength);
  const body = aeadSeal(
    secret,
    new Uint8Array(chacha20Poly1305.nonceLength),
    utf8('Sealroom 1.0 Aside'),
    utf8(JSON.stringify(said)),
  );
  const keys: string[] = [];
  for (const { state } of listeners) {
    const leaf = state.members.find((member) => member.self)?.leaf ?? 0;
    const suite = insider.chain.groupSuite;
    keys.push(toBase64Url(await sealToMember({ suite, cs, mls }, leaf, secret)));
  }
  return [{ type: 'aside', keys, body: toBase64Url(body) }];
}

/**
 * Everything a client shows its person, but the passing of epochs and what is the speaker's own to say: its rank and
 * leaf, what it looks at, and whether a screen that it may not share could be drawn on.
 */
function shown({ state }: Bot, speaker: DeviceKey) {
  const { seal, epochs: _epochs, board, ...rest } = state;
  const screens = board.screens.filter(({ device }) => device !== speaker);
  const members = rest.members.map((member) =>
    member.device === speaker ? { device: member.device, name: member.name, hand: member.hand } : member,
  );
  const watchers = rest.watchers.filter((device) => device !== speaker);
  return { ...rest, members, watchers, board: { ...board, screens }, code: seal.code };
}

interface Class {
  readonly stage: Stage;
  readonly chen: Bot;
  readonly mallory: Insider;
  readonly said: Words;
}

/** A host with something said, a member with a hand up, and a modified client inside; nobody of them may do anything. */
async function open(): Promise<Class> {
  const stage = await Stage.open('moderated');
  const chen = await stage.member('Chen');
  const mallory = await Insider.inside(stage, 'Mallory');
  const everybody = [stage.host, chen];
  await agreed(everybody, ['Lin', 'Chen', 'Mallory']);
  await mallory.inStep(stage.host);
  chen.core.people.setHand(true);
  stage.host.core.sendChat('As it was');
  await chen.until('words', ({ chat }) => chat.length > 0);
  await stage.host.until('a hand', ({ members }) => members.some(({ hand }) => hand !== null));
  const moderated = presetPolicy('moderated');
  const permissions = { ...moderated.permissions, participant: [], guest: [] };
  stage.host.core.control.setPolicy({ ...moderated, permissions });
  for (const bot of everybody)
    await bot.until('rules', ({ policy }) => policy?.permissions.participant.length === 0);
  const victim = chen.state.self;
  if (!victim) throw new Error('no victim');
  const question = { type: 'chat', id: 'q', at: 1, text: 'Bombed' } as const;
  const aside = [
    ...(await asideTo(mallory, everybody, { to: 'hosts', said: question })),
    ...(await asideTo(mallory, everybody, { to: 'person', said: { ...question, id: 'p' } })),
  ];
  return { stage, chen, mallory, said: words(mallory.identity.key, victim, aside) };
}

const kinds = content.options.map(({ shape }) => shape.type.value).toSorted();

test('a member without rights says something of every kind, and nobody sees or hears any of it', async () => {
  const { stage, chen, mallory, said } = await open();
  try {
    expect(Object.keys(said).toSorted()).toEqual(kinds);
    const bots = [stage.host, chen];
    const self = mallory.identity.key;
    await pause(500);
    const before = bots.map((bot) => shown(bot, self));
    for (const kind of kinds) {
      for (const word of said[kind]) {
        expect(content.safeParse(word).success, kind).toBe(true);
        await mallory.say(word);
        // Unordered, where only a few kinds belong.
        const sealed = await mallory.seal(encodeContent(word));
        await mallory.signaling.request('group:relay', { bytes: sealed }).catch(() => undefined);
      }
      await pause(150);
      for (const [i, bot] of bots.entries()) expect(shown(bot, self), kind).toEqual(before[i]);
    }
  } finally {
    await stage.close();
  }
});

test('the same words of a co-host do something, so that they are worth refusing', async () => {
  const { stage, chen, mallory, said } = await open();
  try {
    const self = mallory.identity.key;
    stage.host.core.control.setRole(self, 'cohost');
    await chen.until('a co-host', ({ members }) =>
      members.some(({ device, role }) => device === self && role === 'cohost'),
    );
    const before = chen.state;
    for (const kind of kinds) for (const word of said[kind]) await mallory.say(word);
    const parts = [
      'activities',
      'asks',
      'boardElements',
      'captions',
      'chat',
      'members',
      'reactions',
    ] satisfies (keyof CoreState)[];
    await expect
      .poll(() => parts.filter((part) => chen.state[part] !== before[part]), { timeout: 5_000 })
      .toEqual(parts);
    expect(chen.state.chat.map(({ text }) => text)).toEqual(expect.arrayContaining(['As it was', 'Bombed']));
  } finally {
    await stage.close();
  }
});

test('a hand that claims to have been up for long stands behind those that were', async () => {
  // Twenty times faster, so that those inside have been told of all that was before.
  const stage = await Stage.open('moderated', { clock: fastClock(20) });
  try {
    const chen = await stage.member('Chen');
    const mallory = await Insider.inside(stage, 'Mallory');
    await agreed([stage.host, chen], ['Lin', 'Chen', 'Mallory']);
    await mallory.inStep(stage.host);
    await pause(1_000);
    const line = ({ state }: Bot) =>
      state.members
        .filter(({ hand }) => hand !== null)
        .toSorted((one, other) => (one.hand ?? 0) - (other.hand ?? 0))
        .map((member) => member.name);
    chen.core.people.setHand(true);
    for (const bot of [stage.host, chen]) await bot.until('a hand', () => line(bot).length === 1);
    for (const hand of [1, 2]) {
      await mallory.say({ type: 'self', name: 'Mallory', hand });
      // Whoever has read what came after it has heard this word too; the second one moves nothing.
      chen.core.sendChat(`After ${hand}`);
      for (const bot of [stage.host, chen]) {
        await bot.until('the word', ({ chat }) => chat.some(({ text }) => text === `After ${hand}`));
        expect(line(bot)).toEqual(['Chen', 'Mallory']);
      }
    }
    stage.host.core.lowerHand(mallory.identity.key);
    await chen.until('lowered', () => line(chen).length === 1);
    stage.host.core.people.setHand(true);
    await chen.until('two hands', () => line(chen).length === 2);
    await mallory.say({ type: 'self', name: 'Mallory', hand: Number.MAX_SAFE_INTEGER });
    for (const bot of [stage.host, chen]) {
      await bot.until('three hands', () => line(bot).length === 3);
      expect(line(bot)).toEqual(['Chen', 'Lin', 'Mallory']);
      expect(bot.state.members.every(({ hand }) => hand === null || hand < Date.now() + 600_000)).toBe(true);
    }
  } finally {
    await stage.close();
  }
});
