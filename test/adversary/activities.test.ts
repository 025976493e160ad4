import { expect } from 'vitest';
import type { PollDefinition } from '../../client/e2ee/activityContent.ts';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import type { StreamEntry } from '../../shared/protocol/stream.ts';
import { attack } from './attack.ts';
import { type Draft, FalseStream } from './falseStream.ts';
import { type Actor, agreed, alarmKinds, type Stage } from './stage.ts';

const question: PollDefinition = {
  kind: 'single',
  question: 'Shall we?',
  options: ['Yes', 'No'],
  anonymous: false,
};
const agendaOf = (text: string) => ({ items: [{ text, minutes: null }], current: null });

async function cast(stage: Stage) {
  const chen = await stage.member('Chen');
  const wu = await stage.member('Wu');
  await agreed([stage.host, chen, wu], ['Lin', 'Chen', 'Wu']);
  return { chen, wu, stream: new FalseStream(chen) };
}

/** Everything that can be done together, by the host, and a ballot of another member. */
async function doAll(host: Actor, wu: Actor, agenda: string): Promise<void> {
  const polls = wu.state.activities.polls.length;
  host.core.activities.want({ do: 'open', definition: question, answer: null });
  await wu.until('a poll', ({ activities }) => activities.polls.length > polls);
  wu.core.activities.want({ do: 'vote', poll: wu.state.activities.polls.at(-1)?.id ?? '', chosen: [1] });
  host.core.captions.write({ id: null, text: agenda, final: true, lang: 'en', spoken: false });
  host.core.talk.react('👍');
  host.core.activities.want({ do: 'startTimer', ms: 60_000 });
  host.core.activities.want({ do: 'agenda', agenda: agendaOf(agenda) });
}

const done = (agenda: string) => (state: Actor['state']) =>
  state.activities.agenda?.items[0]?.text === agenda && state.activities.polls.at(-1)?.ballots === 1;

/** Said after all the rest, and heard. */
async function settled(host: Actor, chen: Actor): Promise<void> {
  host.core.sendChat('settled');
  await chen.until('settled', ({ chat }) => chat.some(({ text }) => text === 'settled'));
}

attack('activity-tampered', {}, async (stage) => {
  const { chen, wu, stream } = await cast(stage);
  const other = wu.state.self;
  if (!other) throw new Error('no device');
  stream.rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const { bytes } = entry;
    return [
      { ...entry, bytes: bytes.map((byte, i) => (i === bytes.length - 30 ? byte ^ 4 : byte)) },
      { ...entry, bytes: bytes.slice(0, -1) },
      ...(entry.sender === other ? [] : [{ ...entry, sender: other }]),
      entry,
      entry,
    ];
  });
  await doAll(stage.host, wu, 'Budget');
  await chen.until('all', done('Budget'));
  await settled(stage.host, chen);
  const { activities, captions, reactions } = chen.state;
  expect(activities.polls).toHaveLength(1);
  expect(activities.polls[0]).toMatchObject({ by: 'Lin', ballots: 1, stage: 'open' });
  expect(activities.timer).toMatchObject({ total: 60_000, running: true });
  expect(captions).toMatchObject([{ text: 'Budget', from: stage.host.state.self }]);
  expect(reactions).toMatchObject([{ emoji: '👍', from: stage.host.state.self }]);
});

attack('activity-replayed', {}, async (stage) => {
  const { chen, wu, stream } = await cast(stage);
  const before: Draft[] = [];
  let replaying = false;
  stream.rule((entry: StreamEntry) => {
    if (entry.kind !== 'message') return [entry];
    if (replaying) return [entry, ...before];
    before.push(entry);
    return [entry];
  });
  await doAll(stage.host, wu, 'Budget');
  await chen.until('all', done('Budget'));
  expect(before.length).toBeGreaterThanOrEqual(6);
  replaying = true;
  stage.host.core.activities.want({ do: 'stopTimer' });
  stage.host.core.activities.want({ do: 'agenda', agenda: agendaOf('Elections') });
  wu.core.activities.want({ do: 'vote', poll: wu.state.activities.polls[0]?.id ?? '', chosen: [0] });
  await chen.until('newer', ({ activities }) => activities.agenda?.items[0]?.text === 'Elections');
  await wu.until('changed', ({ activities }) => activities.polls[0]?.chosen?.[0] === 0);
  await settled(stage.host, chen);
  await settled(wu, chen);
  expect(chen.state.activities).toMatchObject({ timer: null, agenda: agendaOf('Elections') });
  expect(chen.state.captions).toHaveLength(1);
  const poll = chen.state.activities.polls[0]?.id ?? '';
  stage.host.core.activities.want({ do: 'close', poll });
  stage.host.core.activities.want({ do: 'share', poll });
  await chen.until('results', ({ activities }) => activities.polls[0]?.stage === 'shared');
  expect(chen.state.activities.polls[0]?.tally).toEqual({ ballots: 1, counts: [1, 0] });
});

const alarmed = (chen: Actor) =>
  chen.until('an alarm', () => alarmKinds(chen).some((kind) => kind === 'fork' || kind === 'stale'));

attack('activity-reordered', { rate: 4 }, async (stage) => {
  const { chen, wu, stream } = await cast(stage);
  let held: StreamEntry | null = null;
  stream.rule((entry) => {
    if (entry.kind !== 'message') return [entry];
    const first = held;
    held = entry;
    return first ? [entry, first] : [];
  });
  stage.host.core.activities.want({ do: 'agenda', agenda: agendaOf('First') });
  stage.host.core.activities.want({ do: 'agenda', agenda: agendaOf('Then') });
  await wu.until('both', ({ activities }) => activities.agenda?.items[0]?.text === 'Then');
  await alarmed(chen);
});

attack('activity-withheld', { rate: 4 }, async (stage) => {
  const { chen, wu, stream } = await cast(stage);
  stage.host.core.activities.want({ do: 'open', definition: question, answer: null });
  for (const actor of [chen, wu])
    await actor.until('a poll', ({ activities }) => activities.polls.length === 1);
  stream.rule((entry) => (entry.kind === 'message' ? [{ ...entry, bytes: randomBytes(300) }] : [entry]));
  wu.core.activities.want({ do: 'vote', poll: wu.state.activities.polls[0]?.id ?? '', chosen: [0] });
  await stage.host.until('a ballot', ({ activities }) => activities.polls[0]?.ballots === 1);
  await alarmed(chen);
});
