import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import type { Look } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();

const desk: Look = { size: 'laptop', theme: 'light', language: 'en' };
const looks: readonly Look[] = [desk, { size: 'phone', theme: 'dark', language: 'zh-TW' }];

const heard = (page: Page) => page.evaluate(() => window.heard.join('\n'));

async function openPanel(page: Page): Promise<void> {
  await chooseMore(page, 'layout-grid');
  await page.locator('.breakout-facts').waitFor();
}

describe.each(looks)('at $size, $theme, $language', (look) => {
  it('has no accessibility violations in states and panels of breakout rooms', async () => {
    await onPage(look, async (page) => {
      for (const state of inTurn(['breakout-invited', 'breakout-inside', 'breakout-recalled'], looks, look)) {
        await enter(page, state);
        await expectNoSidewaysScroll(page, state);
        await expectAccessible(page, state);
      }
      for (const state of inTurn(['breakout-none', 'breakout-run', 'breakout-choice'], looks, look)) {
        await enter(page, state);
        await openPanel(page);
        await expectNoSidewaysScroll(page, `panel of ${state}`);
        await expectAccessible(page, `panel of ${state}`);
      }
    });
  });
});

describe('the panel of breakout rooms', () => {
  it('opens rooms by list, with names, by keyboard', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'breakout-none');
      await openPanel(page);
      await page.getByRole('radio', { name: /By list/ }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: /Room for Ada Okonkwo$/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'Room 2' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('switch', { name: 'Name the rooms' }).focus();
      await page.keyboard.press('Space');
      await page.getByLabel('Name of room 2').fill('Rivers');
      await page.getByRole('button', { name: 'Open 2 rooms' }).press('Enter');
      const said = await heard(page);
      expect(said).toContain('"names":["","Rivers"]');
      expect(said).toContain('"teamwork":true');
      expect(said).toContain('"people":[[],["0001');
    });
  });

  it('moves a person, and takes those in no room into the smallest', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'breakout-run');
      await openPanel(page);
      await page.getByRole('button', { name: /Move Ada Okonkwo$/ }).click();
      await page.getByRole('option', { name: 'Main room' }).click();
      await page.getByRole('button', { name: 'Spread them evenly' }).click();
      const said = await heard(page);
      expect(said).toContain('"do":"move"');
      expect(said).toContain('"room":null');
      expect(said).toContain('"devices":["0007');
    });
  });
});
