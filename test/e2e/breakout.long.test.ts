import { beforeAll, expect, it } from 'vitest';
import { choose } from '../support/choose.ts';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';

const WITHIN = { timeout: 60_000 };

const company = useCompany(startTestServer);
let lin: Person;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  [lin, ann, ben] = await company.arrive('Lin', 'Ann', 'Ben');
  await gather(lin, ann, ben);
  for (const person of [lin, ann, ben]) await person.watch(true);
});

const select = async (person: Person, label: string, choice: string) => {
  await person.page.getByRole('button', { name: new RegExp(`${label}$`) }).click(WITHIN);
  await person.page.getByRole('option', { name: choice, exact: true }).click(WITHIN);
};

it('people go into their rooms, are seen there alone, call the host, and are called back', async () => {
  await lin.control('More').click(WITHIN);
  await lin.page.getByRole('menuitem', { name: 'Breakout rooms' }).click(WITHIN);
  await choose(lin.page.getByRole('radio', { name: /By list/ }));
  await select(lin, 'Room for Ann', 'Room 1');
  await select(lin, 'Room for Ben', 'Room 2');
  await lin.button('Open 2 rooms').click(WITHIN);

  await ann.page.getByText('You are assigned to Room 1').waitFor(WITHIN);
  await ann.button('Go in').click(WITHIN);
  await ben.button('Go in').click(WITHIN);
  await ann.page.getByText('Only the people in this room can hear you.').waitFor(WITHIN);
  await ben.page.getByText('Only the people in this room can hear you.').waitFor(WITHIN);
  await ann.isWith();
  await ben.isWith();
  await lin.isWith();

  // A call is answered by a visit; who is in the other room sees and hears nothing of it.
  await ben.button('Ask a host to come').click(WITHIN);
  await lin.page.getByText('Ben (Room 2) asks for a host').waitFor(WITHIN);
  await lin.button('Go there').click(WITHIN);
  await ben.isWith(lin);
  await lin.isWith(ben);
  await ben.sees(lin);
  await ben.hears(lin);
  expect(await ann.listenAWhile()).toEqual([]);
  await ann.isWith();

  await lin.control('More').click(WITHIN);
  await lin.page.getByRole('menuitem', { name: 'Breakout rooms' }).click(WITHIN);
  await lin.page.getByLabel('Message to all rooms').fill('Five more minutes');
  await lin.button('Send').click(WITHIN);
  for (const person of [ann, ben]) await person.page.getByText('Five more minutes').waitFor(WITHIN);

  // A reload leads back into the room.
  await ann.page.reload();
  await ann.enterName();
  await ann.button(/^(Ask to join|Join now)$/).click(WITHIN);
  await ann.page.getByText('Only the people in this room can hear you.').waitFor(WITHIN);

  await select(lin, 'Warn before calling back', '10 seconds');
  await lin.button('Call all back').click(WITHIN);
  await ann.page.getByText('Everyone is called back').waitFor(WITHIN);
  await ann.isWith(lin, ben);
  await ben.isWith(lin, ann);
  await ben.sees(ann, lin);
  expect(await ann.safetyCode()).toBe(await ben.safetyCode());
  for (const { browser } of company.everyone) expect(browser.errors).toEqual([]);
});
