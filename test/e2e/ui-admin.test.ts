import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Look } from './ui/browser.ts';
import { useVisit } from './ui/visit.ts';

const { onPage, go } = useVisit();

const desk: Look = { size: 'laptop', theme: 'light', language: 'en' };

const admin = (part: string, state = 'busy') => `/admin/${part}?account=admin&admin=${state}`;
const heard = (page: Page) => page.evaluate(() => window.heard);

describe('by keyboard alone', () => {
  it('says that it leads into no meeting, and ends one after a question', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('overview'));
      await page.getByText('You cannot enter a meeting from here').waitFor();
      const end = page.getByRole('button', { name: 'End the meeting Y7bPq-3fMd9xKc1A' });
      await end.focus();
      await page.keyboard.press('Enter');
      const question = page.getByRole('alertdialog', { name: 'End the meeting Y7bPq-3fMd9xKc1A?' });
      await question.getByText('the operator ended it').waitFor();
      // The way back is what a hasty key finds.
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      expect(await heard(page)).toEqual([]);
      await end.focus();
      await page.keyboard.press('Enter');
      await question.getByRole('button', { name: 'End the meeting' }).focus();
      await page.keyboard.press('Enter');
      await end.waitFor({ state: 'detached' });
      expect(await heard(page)).toEqual(['endMeeting {"meeting":"Y7bPq-3fMd9xKc1A"}']);
    });
  });

  it('keeps the key of a link that is pasted to itself', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('overview'));
      const field = page.getByLabel('Meeting link or number');
      await field.fill('https://meet.example/m/k3J9dQpX2mVwZ8sT1nYbRg#1.secret');
      await field.press('Enter');
      await page.getByText('It was not sent to the server').waitFor();
      expect(await field.inputValue()).toBe('k3J9dQpX2mVwZ8sT1nYbRg');
      expect(await heard(page)).toEqual(['findMeeting k3J9dQpX2mVwZ8sT1nYbRg']);
    });
  });

  it('drains, and calls it off', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('overview'));
      const minutes = page.getByLabel('Minutes until the restart');
      await minutes.fill('15');
      await minutes.press('Enter');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Begin to drain' }).press('Enter');
      await page.getByRole('button', { name: 'Call it off' }).press('Enter');
      await minutes.waitFor();
      expect(await heard(page)).toEqual(['drain taipei-1 15', 'drain taipei-1 null']);
    });
  });

  it('shows another server of the site, and one that does not answer', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('overview', 'draining'));
      await page.getByText('Draining; restarts by').waitFor();
      await page.getByRole('button', { name: /^Figures, charts and draining of|taipei-1/ }).press('Enter');
      await page.getByRole('option', { name: 'kaohsiung-1' }).press('Enter');
      await page.getByText('kaohsiung-1 does not answer').waitFor();
      expect(await page.locator('.charts').count()).toBe(0);
    });
  });

  it('changes a role after a question, and shows a new link once', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('people'));
      await page.getByRole('button', { name: 'Actions for Bertrand' }).press('Enter');
      await page.getByRole('menuitem', { name: 'Change role to Administrator' }).press('Enter');
      const question = page.getByRole('alertdialog');
      await question.getByText('whatever you can').waitFor();
      await question.getByRole('button', { name: 'Change the role' }).press('Enter');
      await expect.poll(() => heard(page)).toEqual([`setRole ${'C'.repeat(21)}A admin`]);
      // A provider's people have their role from there.
      await page.getByRole('button', { name: 'Actions for 陳建宏' }).press('Enter');
      expect(await page.getByRole('menuitem', { name: /^Change role/ }).count()).toBe(0);
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: 'Links' }).press('Enter');
      await page.getByLabel('For whom').fill('Chen');
      await page.getByLabel('For whom').press('Enter');
      await page.getByText(`/invited#${'t'.repeat(43)}`).waitFor();
    });
  });

  it('offers the numbers of the charts as a table', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('overview'));
      const chart = page.getByRole('img', { name: /^Streams\. 16:30 to 17:30\. To devices: now/ });
      await chart.waitFor();
      await page.getByRole('button', { name: 'Show as a table' }).press('Enter');
      const table = page.getByRole('table', { name: 'The last hour' });
      expect(await table.getByRole('row').count()).toBe(121);
      await page.getByRole('region', { name: 'The last hour as a table' }).focus();
    });
  });
});

describe('the audit log', () => {
  it('is filtered, goes on where it ended, and is verified when asked', async () => {
    await onPage(desk, async (page) => {
      await go(page, admin('audit'));
      await page.getByText('Meeting ended by an administrator').waitFor();
      await page.getByRole('button', { name: 'Older entries' }).click();
      await expect.poll(async () => (await heard(page)).at(-1)).toContain('"before":4708');
      await page.getByLabel('Account, or code of a meeting or address').fill('Qm2x');
      await expect.poll(async () => (await heard(page)).at(-1)).toContain('"about":"Qm2x"');
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Intact: 4,711 entries, signed up to entry 4,707').waitFor();
      await go(page, admin('audit', 'broken'));
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Entry 4,001 does not hold').waitFor();
    });
  });
});
