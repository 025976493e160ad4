import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import { type Look, meetingPath } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, useVisit } from './ui/visit.ts';

const { onPage, go, enter } = useVisit();

const press = (icon: string) => (page: Page) => page.locator(`.button:has(.lucide-${icon})`).first().click();
const panel = async (page: Page) => {
  await chooseMore(page, 'user-plus');
  await page.locator('.panel .invitation, .panel .empty').first().waitFor();
};
const dialog = (icon: string) => async (page: Page) => {
  await press(icon)(page);
  await page.locator('.dialog').waitFor();
};
const within = (icon: string) => async (page: Page) => {
  await panel(page);
  await dialog(icon)(page);
};

/** Every page and dialog of starting, inviting and one's own meetings. */
const places: readonly (readonly [string, ((page: Page) => Promise<void>)?])[] = [
  ['/?library=presets'],
  ['/?library=lost'],
  ['/?library=presets', dialog('sliders-horizontal')],
  [
    '/?library=custom',
    async (page) => {
      await page.locator('.folded-trigger').click();
      await page.locator('.new-passphrase .switch').click();
    },
  ],
  [
    '/?account=spread',
    async (page) => {
      await page.locator('.folded-trigger').click();
      await page.locator('.check-list').waitFor();
    },
  ],
  ['/meetings'],
  ['/meetings?library=refused'],
  ['/meetings?library=meetings'],
  [meetingPath('invitations'), panel],
  [meetingPath('no-invitations'), within('plus')],
  [meetingPath('no-invitations'), within('refresh-cw')],
  [meetingPath('no-invitations'), within('calendar-plus')],
  [meetingPath('no-invitations'), within('qr-code')],
];

const looks: readonly Look[] = [
  { size: 'phone', theme: 'dark', language: 'zh-TW' },
  { size: 'laptop', theme: 'light', language: 'en' },
];

describe.each(looks)('at $size, $theme, $language', (look) => {
  it('starts, invites and lists without accessibility violations', async () => {
    await onPage(look, async (page) => {
      for (const [place, [path, act]] of inTurn([...places.entries()], looks, look)) {
        await go(page, path);
        await act?.(page);
        if (path.startsWith('/?library') && !act)
          await page.locator('.banner, .button-row').first().waitFor();
        await expectNoSidewaysScroll(page, `${place} ${path}`);
        await expectAccessible(page, `${place} ${path}`);
      }
    });
  });
});

describe('by keyboard alone', () => {
  const look: Look = { size: 'laptop', theme: 'light', language: 'en' };

  it('makes an invitation for one person, past the waiting room', async () => {
    await onPage(look, async (page) => {
      await enter(page, 'no-invitations');
      await panel(page);
      await page.getByRole('button', { name: 'New invitation' }).focus();
      await page.keyboard.press('Enter');
      const create = page.getByRole('button', { name: 'Make the invitation' });
      await create.focus();
      await page.keyboard.press('Enter');
      await page.getByText('Say for whom it is.').waitFor();
      await page.getByLabel('For whom').focus();
      await page.keyboard.type('Bertrand');
      await page.getByRole('switch', { name: /Straight in/ }).focus();
      await page.keyboard.press('Space');
      await create.focus();
      await page.keyboard.press('Enter');
      await page.locator('.dialog').waitFor({ state: 'detached' });
      const heard = await page.evaluate(() => window.heard);
      expect(heard.find((each) => each.startsWith('createInvitation'))).toBe(
        'createInvitation [{"name":"Bertrand","uses":1,"expires":null,"straightIn":true,"personal":true}]',
      );
    });
  });

  it('starts nothing by rules that nobody chose', async () => {
    await onPage(look, async (page) => {
      await go(page, '/?library=lost');
      await page.getByText('The rules of your last meeting cannot be read').waitFor();
      expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
      await page.getByRole('button', { name: 'Start a meeting' }).click();
      await page.getByText('Choose first who may come in.').waitFor();
      await page.getByRole('radio', { name: /Classroom/ }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Start a meeting' }).press('Enter');
      await page.getByRole('heading', { name: 'Your meeting is ready' }).waitFor();
    });
  });

  it('asks before it ends a meeting for all', async () => {
    await onPage(look, async (page) => {
      await go(page, '/meetings?library=meetings');
      await page.getByRole('button', { name: /^More about Parents/ }).press('Enter');
      await page.getByRole('menuitem', { name: 'End for all' }).press('Enter');
      expect(await page.evaluate(() => window.heard)).toEqual([]);
      await page.getByRole('alertdialog').getByRole('button', { name: 'End for all' }).press('Enter');
      await page.locator('.meeting-row', { hasText: 'Parents' }).getByText('ended for all').waitFor();
      expect(await page.evaluate(() => window.heard)).toHaveLength(1);
    });
  });
});
