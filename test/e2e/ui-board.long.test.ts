import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import type { Look } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();
const looks: readonly Look[] = [
  { size: 'phone', theme: 'light', language: 'zh-TW' },
  { size: 'laptop', theme: 'dark', language: 'en' },
];

async function openBoard(page: Page, state: string): Promise<void> {
  await enter(page, state);
  await chooseMore(page, 'presentation');
  await page.locator('.board-canvas').waitFor();
}

describe.each(looks)('at $size, $theme, $language', (look) => {
  it('has a whiteboard and drawing over screens without accessibility violations', async () => {
    await onPage(look, async (page) => {
      for (const state of inTurn(['three', 'board', 'board-viewer', 'board-differs'], looks, look)) {
        await openBoard(page, state);
        await expectNoSidewaysScroll(page, state);
        await expectAccessible(page, state);
      }
      await openBoard(page, 'board');
      await page.locator('.board-tools .icon-button:has(.ink-spot)').click();
      await page.locator('.ink-choice').first().waitFor();
      await expectAccessible(page, 'inks');
      await enter(page, 'board-screen');
      await page.locator('.screen-tools .icon-button').first().click();
      await page.mouse.move(5, 300);
      await page.locator('.tooltip').waitFor({ state: 'detached' });
      await expectAccessible(page, 'drawing over a screen');
    });
  });
});

it('puts shapes up, moves and deletes by keyboard alone', async () => {
  await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
    await openBoard(page, 'board');
    const canvas = page.getByRole('application', { name: 'Whiteboard, 10 elements' });
    await page.getByRole('button', { name: 'Ellipse', exact: true }).press('Enter');
    await canvas.press('Enter');
    await page.getByRole('button', { name: 'Select and move' }).press('Enter');
    await canvas.press('ArrowRight');
    await canvas.press('ArrowRight');
    await canvas.press('Shift+ArrowLeft');
    await canvas.press('Delete');
    const wishes = await page.evaluate(() => window.heard.filter((line) => line.startsWith('draw')));
    expect(wishes.map((line) => JSON.parse(line.slice(5))[0].do)).toEqual(['put', 'change', 'remove']);
    expect(wishes[0]).toContain('"kind":"ellipse"');
    expect(wishes[1]).toContain('"change":{"x":30,"y":120},"first":true');
  });
});
