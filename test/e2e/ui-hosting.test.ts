import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../shared/roles.ts';
import { chooseMore } from './ui/bar.ts';
import type { Look } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, overlaps, useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();

const desk: Look = { size: 'laptop', theme: 'light', language: 'en' };
const looks: readonly Look[] = [
  { size: 'laptop', theme: 'light', language: 'en' },
  { size: 'phone', theme: 'dark', language: 'zh-TW' },
];

const heard = (page: Page) => page.evaluate(() => window.heard);

async function openHostPanel(page: Page): Promise<void> {
  await chooseMore(page, 'sliders-horizontal');
  await page.locator('.panel .host-buttons').first().waitFor();
}

describe.each(looks)('at $size, $theme, $language', (look) => {
  it('has no accessibility violations in states and panels of hosting', async () => {
    await onPage(look, async (page) => {
      for (const state of inTurn(
        ['panic-teacher', 'class-asked', 'frozen', 'marked', 'sent-back', 'prejoin-recover'],
        looks,
        look,
      )) {
        await enter(page, state);
        await expectNoSidewaysScroll(page, state);
        await expectAccessible(page, state);
      }
      for (const state of inTurn(['class-teacher', 'lobby-12', 'lobby-1000'], looks, look)) {
        await enter(page, state);
        await page.locator('.control:has(.lucide-users)').click();
        await page.locator('.person').first().waitFor();
        await expectNoSidewaysScroll(page, `people of ${state}`);
        await expectAccessible(page, `people of ${state}`);
      }
      await enter(page, 'rules-changed');
      await openHostPanel(page);
      await expectAccessible(page, 'host panel');
      await page.getByRole('button', { name: /^(Set permissions|設定權限)$/ }).click();
      await page.getByRole('dialog').waitFor();
      await expectNoSidewaysScroll(page, 'permissions');
      await expectAccessible(page, 'permissions');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^(Make a new code|產生新的救援碼)$/ }).click();
      await page.getByRole('alertdialog').waitFor();
      await expectAccessible(page, 'recovery code');
    });
  });
});

describe('a thousand who wait', () => {
  it('are grouped, drawn only where they are seen, found by name, and refused with one action', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'lobby-1000');
      await page.keyboard.press('p');
      await page.getByRole('heading', { name: 'Waiting (1000)' }).waitFor();
      expect(await page.locator('.knock-slot').count()).toBeLessThan(40);
      await page.locator('.knock-scroll').evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
      await expect
        .poll(async () => Number(await page.locator('.knock-slot').first().getAttribute('aria-posinset')))
        .toBeGreaterThan(400);
      expect(await page.locator('.knock-slot').count()).toBeLessThan(40);

      await page.getByLabel('Search the waiting room').fill('陳怡君 991');
      await expect.poll(() => page.locator('.knock-compact').count()).toBe(1);
      await page.getByRole('button', { name: 'Admit 陳怡君 991' }).click();
      await page.getByRole('heading', { name: 'Waiting (999)' }).waitFor();
      await page.getByLabel('Search the waiting room').fill('');

      await page.getByRole('button', { name: 'Deny all', exact: true }).click();
      await page.getByRole('alertdialog', { name: 'Deny all 999?' }).waitFor();
      await page.getByText('Also lock the meeting').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Deny all' }).click();
      await page.locator('.lobby').waitFor({ state: 'detached' });
      await page.locator('.head-locked').waitFor();
    });
  });

  it('leave the meeting on screen as usable as three do', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'lobby-1000');
      expect(await overlaps(page)).toEqual([]);
      await page.getByText('999 others are waiting').waitFor();
    });
  });
});

describe('by keyboard alone', () => {
  it('stops everything with one key and lets it go on with the same', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await page.keyboard.press('Shift+X');
      await page.getByRole('alert').getByText('Everything is stopped').waitFor();
      await page.keyboard.press('Shift+X');
      await page.getByRole('alert').waitFor({ state: 'detached' });
      // A student's key does nothing.
      await enter(page, 'class-student');
      await page.keyboard.press('Shift+X');
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await page.locator('.panic-button').count()).toBe(0);
    });
  });

  it('answers a host who asks, by key or by button', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-asked');
      await page.getByRole('alert').getByText('林美華老師 asks you to turn on your microphone').waitFor();
      await page.keyboard.press('y');
      await page.getByRole('alert').waitFor({ state: 'detached' });
      expect(await heard(page)).toContain('answerAsk ["q1",true]');

      await enter(page, 'class-asked');
      await page.getByRole('button', { name: 'Not now' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor({ state: 'detached' });
      expect(await heard(page)).toContain('answerAsk ["q1",false]');
    });
  });

  it('lets the first in line speak, and mutes with a hold', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await page.keyboard.press('p');
      await page.getByRole('heading', { name: 'Raised hands (2)' }).waitFor();
      await page
        .locator('.hand-queue')
        .getByRole('button', { name: /^Ask to unmute: .+$/ })
        .first()
        .focus();
      await page.keyboard.press('Enter');
      const asked = (await heard(page)).find((line) => line.startsWith('ask '));
      expect(asked).toContain('0007AAAA');
      expect(asked).toContain('microphone');

      await page.keyboard.press('Escape');
      await openHostPanel(page);
      await page.getByRole('button', { name: 'Mute everyone' }).focus();
      await page.keyboard.press('Enter');
      const question = page.getByRole('alertdialog', { name: 'Mute everyone?' });
      await question.getByLabel('They may not unmute themselves').focus();
      await page.keyboard.press('Space');
      await question.getByRole('button', { name: 'Mute everyone' }).focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => heard(page)).toContain('stop ["everyone",["microphone"],true]');
    });
  });
});

describe('the rules', () => {
  it('show what becomes looser before another kind of meeting is in force', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await openHostPanel(page);
      await page.getByText('Everyone with the link comes straight in.').click();
      const question = page.getByRole('alertdialog', { name: 'Change to “Open”?' });
      await question.locator('.rule-change-looser').getByText('There is no waiting room.').waitFor();
      await question.getByRole('button', { name: 'Cancel' }).click();
      expect(await page.locator('input[value="classroom"]').isChecked()).toBe(true);
      expect(await page.locator('.host-changed').count()).toBe(0);
      await page.getByText('Newcomers wait until someone lets them in.').click();
      await page.locator('.host-changed').waitFor();
    });
  });

  it('put single rights into force only when they are applied', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await openHostPanel(page);
      await page.getByRole('button', { name: 'Set permissions' }).click();
      const dialog = page.getByRole('dialog', { name: 'Who may do what' });
      expect(await dialog.getByRole('checkbox').count()).toBe(Object.keys(permissions).length * 4);
      const group = dialog.getByRole('group', { name: /^Send files/ });
      await group.getByRole('checkbox', { name: 'Guest' }).focus();
      await page.keyboard.press('Space');
      await dialog.getByText('1 change, not in force yet.').waitFor();
      await dialog.getByRole('button', { name: 'Apply' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Guests may send files.').waitFor();
    });
  });

  it('bar a person together with the invitation they came by', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await page.keyboard.press('p');
      // Number 5 came by an invitation of their own.
      const people = page.getByRole('complementary', { name: 'People' });
      await people.getByRole('button', { name: 'Actions for 李思妤', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Remove and bar' }).click();
      const question = page.getByRole('alertdialog');
      await question.getByText('Also withdraw the invitation they came with: 家長代表').waitFor();
      await question.getByRole('button', { name: 'Remove and bar' }).click();
      await expect
        .poll(async () => (await heard(page)).some((line) => line.startsWith('revokeInvitations')))
        .toBe(true);
    });
  });
});

describe('the last host', () => {
  it('reads what their leaving brings before they leave', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'class-teacher');
      await page.locator('.control-warn').click();
      await page
        .getByRole('alertdialog')
        .getByText(/^You are the last host\. 15 seconds after/)
        .waitFor();
    });
  });
});

/** Whether nothing lies over the middle of an element. */
function onTop(page: Page, selector: string): Promise<boolean> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      // Below a dialog it takes no part, and what it lies in is found instead.
      return top === null || top.contains(element) || element.contains(top);
    });
}

describe('classification and watermark', () => {
  it('stand on every page, in the title, and block no press', async () => {
    await onPage(desk, async (page) => {
      for (const state of ['prejoin-recover', 'waiting-words', 'marked']) {
        await enter(page, state);
        await page.getByRole('region', { name: 'Classification of this meeting' }).waitFor();
        await expect.poll(() => page.title()).toMatch(/^密 · /);
      }
      const [name] = (await page.locator('.watermark text').allTextContents()).map((text) => text.trim());
      expect(name).toMatch(/^林美華老師 · [0-9A-Z]{6}$/);
      const tile = await page.locator('.tile').first().boundingBox();
      if (tile === null) throw new Error('no tile');
      await page.mouse.dblclick(tile.x + tile.width / 2, tile.y + tile.height / 2);
      await page.locator('.lucide-pin').first().waitFor();
      const height = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(height).toBeLessThanOrEqual(0);
    });
  });

  it('go with a board that is saved', async () => {
    await onPage(desk, async (page) => {
      await enter(page, 'marked');
      await chooseMore(page, 'presentation');
      await page.getByRole('button', { name: 'Board options' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'Save as SVG' }).click();
      expect(await readFile(await (await download).path(), 'utf8')).toMatch(/<text [^>]*>密<\/text>/);
    });
  });

  it('stay in sight in the floating window, above dialogs and over a code on the whole screen', async () => {
    await onPage(desk, async (page, context) => {
      await enter(page, 'marked');
      await page.getByRole('button', { name: 'View', exact: true }).click();
      const opened = context.waitForEvent('page');
      await page.getByRole('menuitem', { name: 'Float above other windows' }).click();
      const floating = await opened;
      await floating.locator('.floating-label', { hasText: '密' }).waitFor();
      expect(await floating.title()).toMatch(/^密 · /);
      expect(await floating.locator('.watermark text').count()).toBeGreaterThan(0);
      await floating.close();

      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Invite people' }).click();
      await page.getByRole('button', { name: 'QR code' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'QR code of the link' });
      await dialog.waitFor();
      expect(await onTop(page, '.classification')).toBe(true);
      await dialog.getByRole('button', { name: 'Full screen' }).click();
      await page.waitForFunction(() => document.fullscreenElement !== null);
      await page.locator('.qr-label', { hasText: '密' }).waitFor();
      expect(await onTop(page, '.qr-label')).toBe(true);
    });
  });
});
