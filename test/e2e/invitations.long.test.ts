import type { Page, Request } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { fromBase64Url } from '../../shared/bytes.ts';
import { createMeeting } from '../../shared/protocol/rest.ts';
import { decodeRecord } from '../../shared/records/record.ts';
import type { Policy } from '../../shared/roles.ts';
import { choose } from '../support/choose.ts';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { PUBLIC_URL, startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const PASSPHRASE = 'seven green herons';
const WITHIN = { timeout: 30_000 };

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;

beforeAll(async () => {
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
});

/** The rules in the first record of a meeting, as the page sends it. */
function policyIn(request: Request): Policy {
  const [genesis] = createMeeting.parse(request.postDataJSON()).records;
  const record = genesis && {
    bytes: fromBase64Url(genesis.bytes),
    signature: fromBase64Url(genesis.signature),
  };
  const body = record && decodeRecord(record)?.body;
  if (body?.type !== 'genesis') throw new Error('no first record');
  return body.policy;
}

/** Founds a meeting by what is chosen on the start page. */
async function begin(): Promise<{ policy: Policy; link: string }> {
  const sent = ann.page.waitForRequest(
    (each) => each.method() === 'POST' && each.url().endsWith('/api/meetings'),
  );
  await ann.button('Start a meeting').click(WITHIN);
  const policy = policyIn(await sent);
  const link = await until(
    () => ann.page.getByLabel('Meeting link').inputValue(WITHIN),
    (text) => text !== '',
    'the link is there',
  );
  return { policy, link };
}

async function givePassphrase(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase').fill(passphrase, WITHIN);
  await page.getByRole('button', { name: 'Open the meeting' }).click(WITHIN);
}

it('a meeting by a preset of one’s own, personal invitations, and a changed link', async () => {
  // A preset of one's own, made from Classroom.
  await ann.page.goto(PUBLIC_URL);
  await choose(ann.page.getByRole('radio', { name: /Classroom/ }));
  await ann.button('Adjust the rules').click(WITHIN);
  await ann.page.getByText('Watermark', { exact: true }).click(WITHIN);
  await ann.page.getByLabel('Name of your preset').fill('Class 3B');
  await ann.button('Save as a preset').click(WITHIN);
  await expect.poll(() => ann.page.getByRole('radio', { name: /Class 3B/ }).isChecked()).toBe(true);
  const first = await begin();
  expect(first.policy).toMatchObject({ preset: 'classroom', watermark: true, lobby: true });
  await ann.button('Go in').click(WITHIN);
  await ann.enterName();
  await ann.button('Start the meeting').click(WITHIN);
  await ann.inside();

  // An invitation for one, with a passphrase, past the waiting room.
  await ann.page.context().grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  await ann.control('More').click(WITHIN);
  await ann.page.getByRole('menuitem', { name: 'Invite people' }).click(WITHIN);
  const panel = ann.panel('Invite people');
  await ann.button('New invitation', panel).click(WITHIN);
  const dialog = ann.page.getByRole('dialog', { name: 'New invitation' });
  await dialog.getByLabel('For whom').fill('Bertrand');
  await dialog.getByText('Straight in', { exact: true }).click();
  await dialog.getByText('Ask for a passphrase').click();
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Passphrase again').fill(PASSPHRASE);
  await ann.button('Make the invitation', dialog).click();
  const row = panel.locator('.invitation', { hasText: 'Bertrand' });
  await row.getByText('0 of 1 came').waitFor(WITHIN);
  await ann.button('Copy link', row).click();
  const personal = await until(
    () => ann.page.evaluate(() => navigator.clipboard.readText()),
    (text) => text.includes('/m/'),
    'the personal link is copied',
  );
  expect(personal).not.toBe(first.link);

  // Its holder needs the passphrase, and then no host's hand.
  await bob.page.goto(personal);
  await givePassphrase(bob.page, 'seven grey herons');
  await bob.page.getByText('This passphrase does not open the meeting.').waitFor(WITHIN);
  await givePassphrase(bob.page, PASSPHRASE);
  await bob.enterName();
  await bob.button(/^(Join now|Ask to join)$/).click(WITHIN);
  await bob.inside();
  await row.getByText('1 of 1 came').waitFor(WITHIN);
  await row.getByText('Came in with it: Bertrand').waitFor(WITHIN);

  // Another device with all of it is told that the place is taken.
  await bob.renew();
  await bob.page.goto(personal);
  await givePassphrase(bob.page, PASSPHRASE);
  await bob.heading('This invitation has been used').waitFor(WITHIN);

  // A changed link: the old one is over, the new one leads to the door.
  await ann.button('Change the link', panel).click(WITHIN);
  await ann.button('Change the link', ann.page.getByRole('dialog')).click(WITHIN);
  const changed = await until(
    () => panel.getByLabel('Meeting link').inputValue(),
    (link) => link !== '' && link !== first.link,
    'the link has changed',
  );
  await bob.page.goto('about:blank');
  await bob.page.goto(first.link);
  await bob.heading('This invitation was withdrawn').waitFor(WITHIN);
  await bob.page.goto('about:blank');
  await bob.page.goto(changed);
  await bob.heading('Ready to join?').waitFor(WITHIN);

  // The next meeting has the same rules, to the letter; the preset need not be chosen again.
  await ann.page.goto(PUBLIC_URL);
  const second = await begin();
  expect(second.policy).toEqual(first.policy);
  expect(second.link).not.toBe(first.link);

  // Both are in the list; ending one from there closes its door.
  await ann.page.goto(`${PUBLIC_URL}/meetings`);
  const meetings = ann.page.locator('.meeting-row');
  await until(
    () => meetings.count(),
    (count) => count === 2,
    'both meetings are listed',
  );
  await meetings
    .last()
    .getByRole('button', { name: /^More about/ })
    .click();
  await ann.page.getByRole('menuitem', { name: 'End for all' }).click();
  await ann.button('End for all', ann.page.getByRole('alertdialog')).click();
  await ann.page.getByText('ended for all').waitFor(WITHIN);
  await bob.heading('The meeting has ended').waitFor(WITHIN);
}, 180_000);
