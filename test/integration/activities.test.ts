import { processPrivateMessage } from 'ts-mls';
import { expect, it } from 'vitest';
import type { PollDefinition } from '../../client/e2ee/activityContent.ts';
import { type Content, decodeContent } from '../../client/e2ee/content.ts';
import { decodeEnvelope } from '../../client/e2ee/group/envelope.ts';
import { pskIndex } from '../../client/e2ee/group/receive.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import { Insider } from '../adversary/insider.ts';
import { type Bot, enter, foundByBot } from '../bots/bot.ts';
import { botSite } from '../bots/botSite.ts';

const here = botSite();

const lunch: PollDefinition = {
  kind: 'single',
  question: 'Where to?',
  options: ['Noodles', 'Rice', 'Bread'],
  anonymous: false,
};

/** A modified client that anybody with the link can be: it says whatever it wants. */
async function mallory(link: MeetingLink): Promise<Insider> {
  const entrance = {
    link,
    site: here.site,
    onClose: (close: () => void) => void here.closing.push(close),
    admit: async () => undefined,
  };
  return Insider.inside(entrance, 'Mallory');
}

/** What it can read of all that it was sent. */
async function readBy(insider: Insider): Promise<Content[]> {
  const read: Content[] = [];
  for (const entry of insider.entries) {
    if (entry.kind !== 'message' || entry.sender === insider.identity.key) continue;
    const { cs, mls } = insider.attacker;
    const opened = await processPrivateMessage(mls, decodeEnvelope(entry.bytes), pskIndex([]), cs);
    if (opened.kind !== 'applicationMessage') continue;
    insider.adopt(opened.newState);
    const content = decodeContent(opened.message);
    if (content) read.push(content);
  }
  return read;
}

const lastPoll = (state: CoreState) => state.activities.polls.at(-1);
const stage = (wanted: string) => (state: CoreState) => lastPoll(state)?.stage === wanted;

it('are shared by all, told to newcomers, and moved by hosts alone', async () => {
  const { host, link } = await foundByBot(here.site.origin, 'open');
  here.bots.push(host);
  await enter(host, 'Lin');
  const join = async (name: string) => {
    const bot = await here.open({ link });
    await enter(bot, name);
    return bot;
  };
  const chen = await join('Chen');
  const wu = await join('Wu');
  const vote = (bot: Bot, ...chosen: number[]) =>
    bot.core.activities.want({ do: 'vote', poll: lastPoll(bot.state)?.id ?? '', chosen });

  host.core.activities.want({ do: 'open', definition: lunch, answer: null });
  for (const bot of [host, chen, wu]) await bot.until('a poll', stage('open'));
  expect(chen.state.notices.some(({ notice }) => notice.kind === 'poll-opened')).toBe(true);
  vote(chen, 0);
  vote(wu, 1);
  await host.until('two ballots', (state) => lastPoll(state)?.ballots === 2);
  vote(chen, 2);
  await chen.until('changed', (state) => lastPoll(state)?.chosen?.[0] === 2);
  host.core.activities.want({ do: 'startTimer', ms: 600_000 });
  host.core.activities.want({
    do: 'agenda',
    agenda: { items: [{ text: 'Budget', minutes: 10 }], current: 0 },
  });
  await wu.until('an agenda', ({ activities }) => activities.agenda !== null);

  // Whoever comes late finds what is going on, the ballots of others included.
  const zoe = await join('Zoe');
  await zoe.until(
    'all of it',
    ({ activities }) => activities.polls[0]?.ballots === 2 && activities.agenda !== null,
  );
  expect(zoe.state.activities.timer).toMatchObject({ total: 600_000, running: true });
  vote(zoe, 2);
  await host.until('three ballots', (state) => lastPoll(state)?.ballots === 3);

  // A modified client of somebody who may not.
  const ref = lastPoll(wu.state)?.ref;
  if (!ref) throw new Error('no poll');
  wu.core.activities.want({ do: 'close', poll: lastPoll(wu.state)?.id ?? '' });
  await wu.until('refused', ({ notices }) =>
    notices.some(({ notice }) => notice.kind === 'request-failed' && notice.code === 'forbidden'),
  );
  const forger = await mallory(link);
  await forger.inStep(host);
  const send = (content: Content) => forger.say(content);
  await send({ type: 'activity', act: { do: 'open', id: 'forgedforgedforg', definition: lunch } });
  await send({ type: 'activity', act: { do: 'close', poll: ref, answer: null } });
  await send({ type: 'activity', act: { do: 'share', poll: ref, tally: { ballots: 9, counts: [9, 0, 0] } } });
  await send({ type: 'activity', act: { do: 'timer', timer: null } });
  await send({ type: 'ballot', poll: ref, marks: '1100000000' });
  await forger.say({ type: 'chat', id: 'settled', at: 0, text: 'settled' });
  for (const bot of [host, chen, zoe]) {
    await bot.until('settled', ({ chat }) => chat.some(({ text }) => text === 'settled'));
    expect(bot.state.activities.polls.map((poll) => poll.stage)).toEqual(['open']);
    expect(bot.state.activities.timer).not.toBeNull();
  }

  host.core.activities.want({ do: 'close', poll: lastPoll(host.state)?.id ?? '' });
  await chen.until('closed', stage('closed'));
  expect(lastPoll(chen.state)?.tally).toBeNull();
  host.core.activities.want({ do: 'share', poll: lastPoll(host.state)?.id ?? '' });
  for (const bot of [host, chen, wu, zoe]) {
    const { activities } = await bot.until('results', stage('shared'));
    expect(activities.polls[0]?.tally).toEqual({ ballots: 3, counts: [0, 1, 2] });
  }
  expect(host.state.activities.attendance.map(({ name }) => name)).toEqual([
    'Lin',
    'Chen',
    'Wu',
    'Zoe',
    'Mallory',
  ]);
  expect(chen.state.activities.attendance).toEqual([]);
});

it('anonymous ballots are opened by the maker alone, and lost with it', async () => {
  const { host, link } = await foundByBot(here.site.origin, 'open');
  here.bots.push(host);
  await enter(host, 'Lin');
  const others: Bot[] = [];
  for (const name of ['Chen', 'Wu']) {
    const bot = await here.open({ link });
    others.push(bot);
    await enter(bot, name);
  }
  const [chen, wu] = others;
  if (!chen || !wu) throw new Error('nobody');
  const forger = await mallory(link);
  await forger.inStep(host);
  const everyone = [host, chen, wu];
  const open = async () => {
    const before = host.state.activities.polls.length;
    host.core.activities.want({ do: 'open', definition: { ...lunch, anonymous: true }, answer: null });
    for (const bot of everyone)
      await bot.until('a poll', ({ activities }) => activities.polls.length > before);
    return lastPoll(host.state)?.id ?? '';
  };
  const poll = await open();
  chen.core.activities.want({ do: 'vote', poll, chosen: [2] });
  await chen.until('voted', (state) => lastPoll(state)?.chosen !== null);
  await host.until('one ballot', (state) => lastPoll(state)?.ballots === 1);
  // The third member sees something sealed, and neither what nor for which poll.
  chen.core.sendChat('settled');
  await wu.until('settled', ({ chat }) => chat.some(({ text }) => text === 'settled'));
  await expect
    .poll(() =>
      forger.entries.filter((entry) => entry.kind === 'message' && entry.sender === chen.state.self),
    )
    .toHaveLength(2);
  const heard = await readBy(forger);
  expect(heard.some((content) => content.type === 'chat')).toBe(true);
  const asides = heard.filter((content) => content.type === 'aside');
  expect(asides).toHaveLength(1);
  expect(heard.some((content) => content.type === 'ballot')).toBe(false);
  expect(lastPoll(wu.state)).toMatchObject({ ballots: null, tally: null });
  // In the open, nothing counts.
  const ref = lastPoll(wu.state)?.ref;
  if (!ref) throw new Error('no poll');
  await forger.say({ type: 'ballot', poll: ref, marks: '1000000000' });
  wu.core.activities.want({ do: 'vote', poll, chosen: [0] });
  host.core.activities.want({ do: 'vote', poll, chosen: [2] });
  await host.until('three ballots', (state) => lastPoll(state)?.ballots === 3);
  host.core.activities.want({ do: 'close', poll });
  await host.until('closed', stage('closed'));
  host.core.activities.want({ do: 'share', poll });
  for (const bot of everyone) {
    await bot.until('results', stage('shared'));
    expect(lastPoll(bot.state)).toMatchObject({ tally: { ballots: 3, counts: [1, 0, 2] }, voters: null });
  }

  const few = await open();
  chen.core.activities.want({ do: 'vote', poll: few, chosen: [2] });
  await host.until('one ballot', (state) => lastPoll(state)?.ballots === 1);
  host.core.activities.want({ do: 'close', poll: few });
  await host.until('closed', stage('closed'));
  host.core.activities.want({ do: 'share', poll: few });
  await wu.until('results', stage('shared'));
  expect(lastPoll(wu.state)?.tally).toEqual({ ballots: 1, counts: null });

  await open();
  host.core.leave();
  for (const bot of others) await bot.until('lost', stage('lost'), 15_000);
});

it('outlive a reload of the only host, sealed ballots, timer and agenda included', async () => {
  const { host, link } = await foundByBot(here.site.origin, 'open');
  here.bots.push(host);
  await enter(host, 'Lin');
  const others: Bot[] = [];
  for (const name of ['Chen', 'Wu']) {
    const bot = await here.open({ link });
    others.push(bot);
    await enter(bot, name);
  }
  const [chen, wu] = others;
  if (!chen || !wu) throw new Error('nobody');
  const pollAt = (bot: Bot, index: number) => bot.state.activities.polls[index];
  host.core.activities.want({ do: 'open', definition: lunch, answer: null });
  host.core.activities.want({ do: 'open', definition: { ...lunch, anonymous: true }, answer: null });
  host.core.activities.want({
    do: 'open',
    definition: { ...lunch, kind: 'quiz' },
    answer: { option: 1, why: 'by weight' },
  });
  host.core.activities.want({ do: 'startTimer', ms: 600_000 });
  const agenda = { items: [{ text: 'Budget', minutes: null }], current: 0 };
  host.core.activities.want({ do: 'agenda', agenda });
  for (const bot of others)
    await bot.until('all', ({ activities }) => activities.polls.length === 3 && activities.agenda !== null);
  for (const index of [0, 1])
    chen.core.activities.want({ do: 'vote', poll: pollAt(chen, index)?.id ?? '', chosen: [2] });
  await host.until('two ballots', () => pollAt(host, 0)?.ballots === 1 && pollAt(host, 1)?.ballots === 1);

  host.core.goAway();
  for (const bot of others) await bot.until('lost', () => pollAt(bot, 0)?.stage === 'lost', 15_000);
  const back = await here.open({ link, keyStore: host.keyStore });
  await enter(back, 'Lin');
  for (const bot of [back, ...others]) {
    await bot.until('taken up', ({ activities }) => activities.polls.every(({ stage }) => stage === 'open'));
    expect(bot.state.activities).toMatchObject({ timer: { total: 600_000, running: true }, agenda });
  }
  expect(back.state.activities.attendance.map(({ name }) => name)).toEqual(['Lin', 'Chen', 'Wu']);
  for (const index of [0, 1]) {
    wu.core.activities.want({ do: 'vote', poll: pollAt(wu, index)?.id ?? '', chosen: [0] });
    back.core.activities.want({ do: 'vote', poll: pollAt(back, index)?.id ?? '', chosen: [2] });
  }
  await back.until('all ballots', () => pollAt(back, 0)?.ballots === 3 && pollAt(back, 1)?.ballots === 3);
  for (const index of [0, 1, 2]) {
    const poll = pollAt(back, index)?.id ?? '';
    back.core.activities.want({ do: 'close', poll });
    await back.until('closed', () => pollAt(back, index)?.stage === 'closed');
    back.core.activities.want({ do: 'share', poll });
  }
  for (const bot of [back, ...others]) {
    await bot.until('results', () => pollAt(bot, 2)?.stage === 'shared');
    for (const index of [0, 1]) expect(pollAt(bot, index)?.tally).toEqual({ ballots: 3, counts: [1, 0, 2] });
    expect(pollAt(bot, 2)?.answer).toEqual({ option: 1, why: 'by weight' });
  }

  back.core.leave();
  await expect.poll(() => host.keyStore.list('activities:')).toEqual([]);
});
