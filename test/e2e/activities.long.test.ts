import { text } from 'node:stream/consumers';
import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { choose } from '../support/choose.ts';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let cho: Person;

beforeAll(async () => {
  [ann, bob, cho] = await company.arrive('Annemarie', 'Bertrand', 'Chouko');
  await gather(ann, bob, cho);
  const { everyone } = company;
  for (const person of everyone) await person.isWith(...everyone.filter((other) => other !== person));
});

const activities = (person: Person) => person.openPanel('Activities');

/** A poll as somebody sees it. */
const poll = async (person: Person, question: string): Promise<Locator> => {
  const card = (await activities(person)).getByRole('article', { name: question });
  await card.waitFor();
  return card;
};

interface Asked {
  readonly kind: 'One choice' | 'Ranking' | 'Quiz';
  readonly question: string;
  readonly options: readonly [string, string];
  readonly anonymous?: boolean;
  readonly why?: string;
}

/** Opens a poll from the host's page; in a quiz the first option is right. */
async function ask({ kind, question, options, anonymous = false, why }: Asked): Promise<void> {
  const panel = await activities(ann);
  await ann.button('New poll', panel).click();
  await choose(panel.getByRole('radio', { name: new RegExp(`^${kind}`) }));
  await panel.getByLabel('Question').fill(question);
  for (const [index, option] of options.entries())
    await panel.getByRole('textbox', { name: `Option ${index + 1}` }).fill(option);
  if (why !== undefined) await panel.getByLabel(/^Explanation/).fill(why);
  if (anonymous) await choose(panel.getByRole('switch', { name: /^Anonymous/ }));
  await ann.button('Open the poll', panel).click();
}

async function vote(person: Person, question: string, option: string): Promise<void> {
  const card = await poll(person, question);
  await choose(card.getByRole('radio', { name: option }));
  await person.button('Vote', card).click();
  await card.getByText('Your vote has been sent.').waitFor();
}

/** What a press of a button saves as a file, as text. */
async function saved(person: Person, button: Locator): Promise<string> {
  const [download] = await Promise.all([person.page.waitForEvent('download'), button.click()]);
  return (await text(await download.createReadStream())).replace(/^\uFEFF/, '');
}

describe('three people work together', () => {
  it('an anonymous poll: totals for all when shared, and who chose what for nobody', async () => {
    const question = 'Shall we meet on Friday?';
    await ask({ kind: 'One choice', question, options: ['Yes', 'No'], anonymous: true });
    const seen = await poll(cho, question);
    await seen.getByText('Your ballot is sealed to Annemarie').waitFor();
    await vote(ann, question, 'Yes');
    await vote(bob, question, 'No');
    await vote(cho, question, 'Yes');
    const made = await poll(ann, question);
    await made.getByText('3 ballots').waitFor();
    await ann.button('Close the poll', made).click();
    await seen.getByText('The results have not been shared yet').waitFor();
    expect(await seen.locator('.poll-bars').count()).toBe(0);
    await ann.button('Share the results', made).click();
    await seen.getByText('2 votes, 67%').waitFor();
    await seen
      .getByText('Counted by Annemarie’s device')
      .or(seen.getByText("Counted by Annemarie's device"))
      .waitFor();
    expect(await seen.getByText('Who chose what').count()).toBe(0);
    const table = await saved(ann, ann.button('Save as CSV', made));
    expect(table).toContain('Yes,2');
    expect(table).toContain('No,1');
    for (const { name } of company.everyone) expect(table).not.toContain(name);
  });

  it('a named quiz: the right answer after closing, and who chose what', async () => {
    const question = 'Which is a prime number?';
    await ask({ kind: 'Quiz', question, options: ['Seven', 'Nine'], why: 'Nine is three times three.' });
    await vote(bob, question, 'Seven');
    await vote(cho, question, 'Nine');
    const seen = await poll(bob, question);
    expect(await seen.getByText('three times three').count()).toBe(0);
    const made = await poll(ann, question);
    await made.getByText('2 ballots').waitFor();
    await ann.button('Close the poll', made).click();
    await ann.button('Share the results', made).click();
    await seen.getByText('Right answer: Seven').waitFor();
    await seen.getByText('Nine is three times three.').waitFor();
    await seen.getByText('Who chose what').click();
    await seen.locator('dd', { hasText: 'Nine' }).waitFor();
    const table = await saved(bob, bob.button('Save as CSV', seen));
    expect(table).toContain('Bertrand,Seven');
    expect(table).toContain('Chouko,Nine');
  });

  it('a ranking is counted by places', async () => {
    const question = 'Where shall we go?';
    await ask({ kind: 'Ranking', question, options: ['Tainan', 'Hualien'] });
    for (const [person, first, second] of [
      [bob, 'Tainan', 'Hualien'],
      [cho, 'Tainan', 'Hualien'],
      [ann, 'Hualien', 'Tainan'],
    ] as const) {
      const card = await poll(person, question);
      await card.getByRole('button', { name: first }).click();
      await card.getByRole('button', { name: second }).click();
      await person.button('Vote', card).click();
      await card.getByText('Your vote has been sent.').waitFor();
    }
    const made = await poll(ann, question);
    await made.getByText('3 ballots').waitFor();
    await ann.button('Close the poll', made).click();
    await ann.button('Share the results', made).click();
    const seen = await poll(bob, question);
    await seen.getByText('5 points').waitFor();
    await seen.getByText('4 points').waitFor();
  });

  it('timer and agenda are the hosts’ to set and everybody’s to see', async () => {
    const panel = await activities(ann);
    const timer = panel.getByRole('region', { name: 'Timer' });
    await timer.getByLabel('Minutes').fill('3');
    await ann.button('Start', timer).click();
    const agenda = panel.getByRole('region', { name: 'Agenda' });
    for (const item of ['Welcome', 'Budget 預算']) {
      await agenda.getByRole('textbox', { name: 'Item' }).fill(item);
      await ann.button('Add', agenda).click();
    }
    await ann.button('Next item', agenda).click();
    for (const person of [bob, cho]) {
      const theirs = await activities(person);
      await theirs.locator('.timer-large', { hasText: /^[23]:\d\d/ }).waitFor();
      await theirs.locator('li[aria-current=step]', { hasText: 'Welcome' }).waitFor();
      await theirs.getByText('Budget 預算').waitFor();
      expect(await person.button('Next item', theirs).count()).toBe(0);
      expect(await person.button('Start', theirs).count()).toBe(0);
    }
  });

  it('reactions and hands reach all, and the list of who was here stays with the host', async () => {
    await bob.control('React').click();
    await bob.page.getByRole('menuitem', { name: 'Applause' }).or(bob.button('Applause')).click();
    await cho.page.locator('li.tile', { hasText: 'Bertrand' }).locator('.tile-reaction').first().waitFor();
    await bob.page.keyboard.press('Escape');
    await cho.control('Hand').click();
    await bob.control('Hand').click();
    const hands = (await ann.openPanel('People')).getByRole('region', { name: /hand/i });
    await hands.getByText('Bertrand').waitFor();
    const order = (await hands.innerText()).replace(/\s+/g, ' ');
    expect(order.indexOf('Chouko')).toBeLessThan(order.indexOf('Bertrand'));

    const panel = await activities(ann);
    const attendance = panel.getByRole('region', { name: 'Attendance' });
    await attendance.getByText('hand raised once').first().waitFor();
    const table = await saved(ann, ann.button('Save as CSV', attendance));
    const rows = table
      .trim()
      .split(/\r?\n/)
      .map((row) => row.split(','));
    expect(rows[0]).toEqual(['Name', 'Joined', 'Left', 'Minutes present', 'Hands raised']);
    expect(rows.slice(1).map(([name, , , , raised]) => [name, raised])).toEqual(
      expect.arrayContaining([
        ['Bertrand', '1'],
        ['Chouko', '1'],
      ]),
    );
    expect(await (await activities(bob)).getByRole('region', { name: 'Attendance' }).count()).toBe(0);
  });
});
