import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type Look, meetingPath } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, useVisit } from './ui/visit.ts';

const { onPage, go } = useVisit();

const looks: readonly Look[] = [
  { size: 'phone', theme: 'light', language: 'zh-TW' },
  { size: 'laptop', theme: 'dark', language: 'en' },
];

describe('a report', () => {
  /** Opens it about Ada Okonkwo and goes to one of its steps. */
  async function openReport(page: Page, step: number): Promise<void> {
    await go(page, meetingPath('chat'));
    await page.locator('.control:has(.lucide-users)').click();
    await page.locator('.person .icon-button').nth(1).click();
    await page.locator('.menu-item:has(.lucide-flag)').click();
    await page.locator('.report-step').waitFor();
    if (step === 0) return;
    await page.locator('.radio-card').first().click();
    await next(page);
    if (step === 1) return;
    await page.locator('.report-part .select-button').first().click();
    await page.locator('.select-popover [role="option"]').nth(1).click();
    await page.waitForFunction(
      () => document.querySelector<HTMLVideoElement>('.report-still video')?.videoWidth,
    );
    await page.locator('.button:has(.lucide-camera)').click();
    await page.locator('.report-taken img').waitFor();
    if (step === 2) return;
    await next(page);
    if (step === 4) await next(page);
  }

  const next = (page: Page) => page.locator('.dialog-actions .button-primary').click();

  it.each(looks)('has steps without accessibility violations at $size, $theme, $language', async (look) => {
    await onPage(look, async (page) => {
      for (const step of inTurn([0, 1, 2, 3, 4], looks, look)) {
        await openReport(page, step);
        await expectNoSidewaysScroll(page, `step ${step}`);
        await expectAccessible(page, `step ${step}`);
        const inSight = await page.locator('.dialog-actions').boundingBox();
        expect((inSight?.y ?? 0) + (inSight?.height ?? 0)).toBeLessThanOrEqual(
          page.viewportSize()?.height ?? 0,
        );
      }
    });
  });

  it('is written and sent by keyboard alone, and closing the dialog in between loses nothing', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      await go(page, meetingPath('chat'));
      await page.keyboard.press('p');
      await page.getByRole('button', { name: 'Report…' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Report' }).waitFor();
      await page.getByRole('button', { name: 'Next' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('Choose what kind of thing it was.').waitFor();
      await page.getByRole('radio', { name: 'Harassment or hate' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      await page.keyboard.type('He threatened us.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Report…' }).focus();
      await page.keyboard.press('Enter');
      expect(await page.getByLabel('In your words').inputValue()).toBe('He threatened us.');
      expect(await page.getByRole('radio', { name: 'Threats or violence' }).isChecked()).toBe(true);
      expect(await page.getByRole('checkbox', { name: 'Ada Okonkwo' }).isChecked()).toBe(true);
      for (const heading of ['Step 2 of 3', 'Step 3 of 3']) {
        await page.getByRole('button', { name: 'Next' }).focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction((text) => document.activeElement?.textContent?.startsWith(text), heading);
      }
      await page.getByRole('button', { name: 'Send the report' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.textContent === 'Sent');
      expect(await page.evaluate(() => window.heard)).toContain('report violence 0 none');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });
  });
});
