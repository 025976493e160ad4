import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportId, reportKey } from '../../shared/ids.ts';
import { encodeReportFile } from '../../shared/protocol/report.ts';
import { choose } from '../support/choose.ts';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WORDS = 'She read out my address.';
let folder: string;
let fingerprint: string;
let ann: Person;
let bob: Person;

const company = useCompany(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-report-'));
  const said = await tool('reportKeys.ts', folder);
  fingerprint = said.match(/Fingerprint: ([\d ]+)/)?.[1]?.replaceAll(' ', '') ?? '';
  const line = (await readFile(join(folder, 'report-key.public.txt'), 'utf8')).trim();
  return startTestServer({}, { reportKey: reportKey.parse(line) });
});

async function tool(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join('client/tools', file), ...args], {
    cwd: root,
  });
  return stdout;
}

/** What the operator reads of a kept report, opened by the tool. */
async function opened(reference: string) {
  const report = await company.server.running.reports.find(reportId.parse(reference));
  if (!report) throw new Error('the report is not kept');
  const file = join(folder, `${reference}.sealed`);
  await writeFile(file, encodeReportFile(report.meeting, report.sealed));
  await tool('reportOpen.ts', '--key', join(folder, 'report-key.private.json'), '--out', folder, file);
  const json = JSON.parse(await readFile(join(folder, reference, 'report.json'), 'utf8'));
  return { json, folder: join(folder, reference) };
}

beforeAll(async () => {
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
  await gather(ann, bob);
  await ann.isWith(bob);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a report', () => {
  it('with a message and a picture reaches nobody but the operator', async () => {
    await ann.say('Bertrand lives in Mill Lane 4.');
    await expect.poll(() => bob.messages(), { timeout: 20_000 }).toHaveLength(1);
    await bob.watch();
    await bob.sees(ann);
    const panel = await bob.openPanel('People');
    await bob.button('Actions for Annemarie', panel).click();
    await bob.page.getByRole('menuitem', { name: 'Report…' }).click();
    const dialog = bob.page.getByRole('dialog', { name: 'Report' });
    await bob.button('Next', dialog).click();
    await dialog.getByRole('alert').getByText('Choose what kind of thing it was.').waitFor();
    await choose(dialog.getByRole('radio', { name: 'Harassment or hate' }));
    await dialog.getByLabel('In your words').fill(WORDS);
    expect(await dialog.getByRole('checkbox', { name: 'Annemarie' }).isChecked()).toBe(true);
    await bob.button('Next', dialog).click();
    await dialog.getByRole('button', { name: /Add the latest/ }).click();
    await bob.page.getByRole('option', { name: 'The latest message' }).click();
    await dialog.getByText('Bertrand lives in Mill Lane 4.').waitFor();

    const size = await dialog.locator('video').evaluate(
      (video: HTMLVideoElement) =>
        new Promise<[number, number]>((resolve) => {
          const look = () =>
            video.videoWidth > 0
              ? resolve([video.videoWidth, video.videoHeight])
              : requestAnimationFrame(look);
          look();
        }),
    );
    await bob.button('Take the picture', dialog).click();
    await dialog.getByRole('img', { name: 'Camera of Annemarie' }).waitFor();
    await bob.button('Do not send it', dialog).click();
    await bob.button('Take the picture', dialog).click();
    await dialog.getByRole('img', { name: 'Camera of Annemarie' }).waitFor();
    await bob.button('Next', dialog).click();
    const digits = await dialog.locator('.report-fingerprint span').allTextContents();
    expect(digits.join('')).toBe(fingerprint);
    await bob.button('Send the report', dialog).click();
    await dialog.getByRole('heading', { name: 'Sent' }).waitFor({ timeout: 20_000 });
    const reference = (await dialog.locator('code').textContent()) ?? '';
    await bob.button('Done', dialog).click();

    const { json, folder: out } = await opened(reference);
    expect(json).toMatchObject({
      reason: 'harassment',
      text: WORDS,
      reporter: { name: 'Bertrand' },
      about: [{ name: 'Annemarie' }],
      chat: [{ name: 'Annemarie', text: 'Bertrand lives in Mill Lane 4.' }],
      still: { of: { name: 'Annemarie' }, source: 'camera', file: 'still.jpg' },
    });
    const there = json.room.map(({ name, here }: { name: string; here: boolean }) => `${name} ${here}`);
    expect(there.sort()).toEqual(['Annemarie true', 'Bertrand true']);
    const still = [...(await readFile(join(out, 'still.jpg')))];
    const decoded = await bob.page.evaluate(async (bytes) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/jpeg' }));
      return [picture.width, picture.height];
    }, still);
    expect(decoded).toEqual(size);
    expect(Math.min(...decoded)).toBeGreaterThan(100);
    for (const file of await company.server.data()) expect(file.includes(WORDS)).toBe(false);
    expect(company.server.logs()).not.toContain(WORDS);
  });

  it('is kept through a failure, and through being barred in the middle of it', async () => {
    const panel = await bob.openPanel('People');
    await bob.button('Report…', panel).click();
    const dialog = bob.page.getByRole('dialog', { name: 'Report' });
    await choose(dialog.getByRole('radio', { name: 'Something else' }));
    await dialog.getByLabel('In your words').fill('They put me out.');

    const people = await ann.openPanel('People');
    await ann.button('Actions for Bertrand', people).click();
    await ann.page.getByRole('menuitem', { name: 'Remove and bar' }).click();
    await ann.button('Remove and bar', ann.page.getByRole('alertdialog')).click();
    await bob.page.locator('.outcome').waitFor({ state: 'attached', timeout: 20_000 });
    expect(await dialog.getByLabel('In your words').inputValue()).toBe('They put me out.');

    await bob.button('Next', dialog).click();
    await dialog.getByText('There is no picture to take now.').waitFor();
    await bob.button('Next', dialog).click();
    bob.browser.wire.cut();
    await bob.button('Send the report', dialog).click();
    await dialog.getByRole('alert').getByText('Everything you entered is still here.').waitFor();
    bob.browser.wire.mend();
    await bob.button('Send the report', dialog).click();
    await dialog.getByRole('heading', { name: 'Sent' }).waitFor({ timeout: 20_000 });
    const { json } = await opened((await dialog.locator('code').textContent()) ?? '');
    expect(json).toMatchObject({ reason: 'other', text: 'They put me out.', still: null, chat: [] });
    await bob.button('Done', dialog).click();
    await bob.button('Report…').waitFor();
  });

  it('becomes a file where the site had published no key', async () => {
    await ann.page.route('**/api/site', async (route) => {
      const published = await fetch(`http://127.0.0.1:${company.server.port}/api/site`);
      await route.fulfill({ json: { ...(await published.json()), reportKey: null } });
    });
    await ann.startMeeting();
    const panel = await ann.openPanel('People');
    await ann.button('Report…', panel).click();
    const dialog = ann.page.getByRole('dialog', { name: 'Report' });
    await dialog.getByText('Nobody else is on your list.').waitFor();
    await choose(dialog.getByRole('radio', { name: 'Something else' }));
    await dialog.getByLabel('In your words').fill('<img src=x onerror=alert(1)> & more');
    await bob.button('Next', dialog).click();
    await bob.button('Next', dialog).click();
    await dialog.getByText('It cannot be sent: this meeting has no report key').waitFor();
    expect(await bob.button('Send the report', dialog).count()).toBe(0);
    const [saved] = await Promise.all([
      ann.page.waitForEvent('download'),
      bob.button('Save as a file', dialog).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('report.html');
    const html = await text(await saved.createReadStream());
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62; &#38; more');
    await dialog.getByText('The file is on this device.').waitFor();
    expect((await company.server.running.reports.list()).length).toBe(2);
    expect(ann.browser.errors).toEqual([]);
  });
});
