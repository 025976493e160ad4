import { expect } from 'vitest';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import { Hand, sameBoard } from '../bots/drawing.ts';
import { attack } from './attack.ts';
import { type Draft, FalseStream } from './falseStream.ts';
import { type Actor, agreed, alarmKinds, atDoor, type Stage } from './stage.ts';

async function cast(stage: Stage) {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  return { chen, wu };
}

/** What is on the board: who drew it, where it is, and what it says. */
const seen = ({ state }: Actor) =>
  state.boardElements
    .map(({ by, shape }) => `${by}: ${shape.kind === 'note' ? shape.text : shape.kind} at ${shape.x}`)
    .sort();

const boardIs =
  (actor: Actor, ...elements: readonly string[]) =>
  () =>
    seen(actor).join() === elements.join();

function refOf(actor: Actor, text: string): string {
  const element = actor.state.boardElements.find(({ shape }) => shape.kind === 'note' && shape.text === text);
  if (!element) throw new Error(`no note: ${text}`);
  return element.ref;
}

/** Said after all the rest, and heard. */
async function settled(host: Actor, actor: Actor): Promise<void> {
  const text = `settled ${Math.random()}`;
  host.core.sendChat(text);
  await actor.until(text, ({ chat }) => chat.some((message) => message.text === text));
}

attack('board-tampered', {}, async (stage) => {
  const { chen, wu } = await cast(stage);
  const other = wu.state.self;
  if (!other) throw new Error('no device');
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const { bytes } = entry;
    return [
      { ...entry, bytes: bytes.map((byte, i) => (i === bytes.length - 30 ? byte ^ 4 : byte)) },
      { ...entry, bytes: bytes.slice(0, -1) },
      { ...entry, sender: other },
      entry,
      entry,
    ];
  });
  new Hand(stage.host, 0).note('as it was');
  await chen.until('the note', ({ boardElements }) => boardElements.length > 0);
  await settled(stage.host, chen);
  expect(seen(chen)).toEqual(['Lin: as it was at 0']);
  await sameBoard([stage.host, chen, wu]);
});

attack('board-replayed', {}, async (stage) => {
  const { chen, wu } = await cast(stage);
  const { host } = stage;
  const before: Draft[] = [];
  let replaying = false;
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    if (replaying) return [...before, entry, ...before.toReversed()];
    before.push(entry);
    return [entry];
  });
  new Hand(host, 0).note('moved');
  await chen.until('one', boardIs(chen, 'Lin: moved at 0'));
  new Hand(host, 1).note('removed');
  await chen.until('both', boardIs(chen, 'Lin: moved at 0', 'Lin: removed at 0'));
  replaying = true;
  host.core.board.want({ do: 'change', ref: refOf(host, 'moved'), change: { x: 50 }, first: true });
  host.core.board.want({ do: 'remove', refs: [refOf(host, 'removed')] });
  await chen.until('the newer', boardIs(chen, 'Lin: moved at 50'));
  // Everything again after what came last, and again.
  for (let round = 0; round < 2; round++) await settled(host, chen);
  expect(before.length).toBeGreaterThanOrEqual(2);
  expect(seen(chen)).toEqual(['Lin: moved at 50']);
  await sameBoard([host, chen, wu]);
});

const alarmed = (chen: Actor) =>
  chen.until('an alarm', () => alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale'));

attack('board-reordered', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  let held: Draft | null = null;
  new FalseStream(chen).rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const first = held;
    held = first ? null : entry;
    return first ? [entry, first] : [];
  });
  new Hand(stage.host, 0).note('first');
  await wu.until('first', boardIs(wu, 'Lin: first at 0'));
  new Hand(stage.host, 1).note('then');
  await wu.until('both', boardIs(wu, 'Lin: first at 0', 'Lin: then at 0'));
  await alarmed(chen);
  // Nothing but what was drawn is ever shown.
  for (const each of seen(chen)) expect(seen(wu)).toContain(each);
});

attack('board-withheld', { rate: 4 }, async (stage) => {
  const { chen, wu } = await cast(stage);
  const stream = new FalseStream(chen);
  stream.rule((entry) => (entry.kind === 'message' ? [{ ...entry, bytes: randomBytes(300) }] : [entry]));
  new Hand(stage.host, 0).note('for all');
  await wu.until('the note', boardIs(wu, 'Lin: for all at 0'));
  await alarmed(chen);
  expect(seen(chen)).toEqual([]);
  // It comes in anew, and is told of the board by those who drew it.
  chen.close();
  const again = await stage.actor({ keyStore: chen.keyStore });
  await atDoor(again);
  again.core.join('Chen', '');
  await again.until('inside', ({ phase }) => phase.name === 'meeting');
  await again.until('told', boardIs(again, 'Lin: for all at 0'));
  await sameBoard([stage.host, again, wu]);
});

attack('board-dropped', {}, async (stage) => {
  const { chen, wu } = await cast(stage);
  let dropped = 0;
  const stop = chen.tap.onEvent('stream:entries', () => {
    dropped += 1;
    return [];
  });
  const hand = new Hand(stage.host, 0);
  for (const text of ['one', 'two', 'three']) {
    hand.note(text);
    await wu.until(text, () => seen(wu).some((each) => each.includes(text)));
  }
  expect(dropped).toBeGreaterThan(0);
  expect(seen(chen)).toEqual([]);
  stop();
  // What comes next shows that something lacks: it asks for all of it.
  await settled(stage.host, chen);
  await chen.until('all three', ({ boardElements }) => boardElements.length === 3);
  expect(alarmKinds(chen)).toEqual([]);
  await sameBoard([stage.host, chen, wu]);
});
