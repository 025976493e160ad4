import { beforeAll, expect, it } from 'vitest';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const EARLY = 'The session is open';
const WRONG = 'We vote on the badger';
const RIGHT = 'We vote on the budget';
const LATER = 'The budget is adopted';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let chen: Person;
let link: string;

beforeAll(async () => {
  [ann, bob, chen] = await company.arrive('Annemarie', 'Bertrand', 'Cheng');
  link = await gather(ann, bob);
});

/** The captions panel, in whatever language. */
async function openCaptions(person: Person, more: string, item: string) {
  await person.button(more).click();
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
  const panel = person.panel(item);
  await panel.waitFor();
  return panel;
}

const transcript = (person: Person) => person.page.locator('.caption-lines bdi').allTextContents();
const reads = (person: Person, ...lines: string[]) =>
  until(
    () => transcript(person),
    (shown) => shown.join('|') === lines.join('|'),
    `${person.name} reads the captions`,
    30_000,
  );

it('are typed by whom a host appoints, corrected, outlast a lost connection, and reach who comes late from then on', async () => {
  await openCaptions(bob, 'More', 'Captions');
  expect(await bob.panel('Captions').getByLabel('What is being said').count()).toBe(0);
  const people = await ann.openPanel('People');
  await ann.button(/^Actions for Bertrand/, people).click();
  await ann.page.getByRole('menuitem', { name: 'Make presenter' }).click();
  const line = bob.panel('Captions').getByLabel('What is being said');
  const write = async (text: string) => {
    await line.fill(text);
    await line.press('Enter');
  };
  await write(EARLY);
  await ann.page.locator('.captions').getByText(EARLY).waitFor();
  expect(await ann.page.locator('.captions .caption-name').allTextContents()).toEqual(['Captioner Bertrand']);
  await openCaptions(ann, 'More', 'Captions');
  await reads(ann, EARLY);

  // Somebody who reads Chinese comes, and sees what is written from then on.
  await chen.page.addInitScript(() => localStorage.setItem('sealroom.language', 'zh-TW'));
  await chen.page.goto(link);
  await chen.page.getByLabel('你的名稱').fill(chen.name);
  await chen.button('要求加入').click();
  await ann.admit(chen.name);
  await chen.page.getByRole('region', { name: '會議控制列' }).waitFor({ timeout: 30_000 });
  await openCaptions(chen, '更多', '字幕');

  await write(WRONG);
  await reads(chen, WRONG);
  await line.press('ArrowUp');
  await line.fill(RIGHT);
  await line.press('Enter');
  await reads(chen, RIGHT);

  // The connection is lost; what is typed meanwhile arrives, and what was being written is still there.
  const message = (await ann.openPanel('Chat')).getByLabel('Message to everyone');
  await message.fill('Half a thought');
  await openCaptions(ann, 'More', 'Captions');
  ann.browser.wire.cut();
  await write(LATER);
  await reads(bob, EARLY, RIGHT, LATER);
  ann.browser.wire.mend();
  await reads(chen, RIGHT, LATER);
  await reads(ann, EARLY, RIGHT, LATER);
  await ann.openPanel('Chat');
  expect(await message.inputValue()).toBe('Half a thought');
  expect(await chen.page.locator('.caption-lines .caption-name').first().textContent()).toContain(
    '字幕員Bertrand',
  );
}, 240_000);
