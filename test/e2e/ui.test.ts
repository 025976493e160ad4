import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { guideNames } from '../../client/ui/router.ts';
import { focusOf, tabTo } from '../support/keyboard.ts';
import { chooseMore } from './ui/bar.ts';
import { type Look, meetingPath } from './ui/browser.ts';
import { expectAccessible, expectNoSidewaysScroll, inTurn, overlaps, useVisit } from './ui/visit.ts';

const { onPage, go, enter, origin } = useVisit();

const pages = [
  '/',
  '/server',
  '/nowhere',
  ...guideNames.map((name) => `/guide/${name}`),
  '/account?account=member',
  '/account?account=out',
  '/signed-in#not-entitled',
];
const states = [
  'prejoin-lobby',
  'prejoin-denied',
  'prejoin-tested',
  'prejoin-no-camera',
  'recording-door',
  'waiting',
  'joining',
  'removed-banned',
  'left',
  'failed',
  'wrong-host',
  'unsupported',
  'alone',
  'nine-states',
  'sixty-four',
  'two-shares',
  'own-share',
  'poor-connection',
  'device-lost',
  'device-failed',
  'recording',
  'talking-while-muted',
  'alarms',
  'reconnecting',
  'muted',
];
const panels: readonly (readonly [string, string, string])[] = [
  ['chat', 'chat', 'message-square'],
  ['chat with everything in it', 'chat-rich', 'message-square'],
  ['chat, empty', 'three', 'message-square'],
  ['people and lobby', 'lobby', 'users'],
];
const furtherPanels: readonly (readonly [string, string, string])[] = [
  ['seal with alarms', 'alarms', 'lock'],
  ['activities', 'activities', 'list-checks'],
  ['activities of a guest', 'activities-guest', 'list-checks'],
  ['settings', 'three', 'settings'],
  ['statistics', 'poor-connection', 'activity'],
  ['captions', 'recording', 'captions'],
  ['host controls', 'three', 'sliders-horizontal'],
  ['shortcuts', 'three', 'keyboard'],
  ['what the server sees', 'three', 'eye-off'],
];

const looks: readonly Look[] = [
  { size: 'phone', theme: 'light', language: 'zh-TW' },
  { size: 'laptop', theme: 'dark', language: 'en' },
];

describe.each(looks)('at $size, $theme, $language', (look) => {
  it('has pages and states without accessibility violations', async () => {
    await onPage(look, async (page) => {
      for (const path of inTurn([...pages, ...states.map((state) => meetingPath(state))], looks, look)) {
        await go(page, path);
        await expectNoSidewaysScroll(page, path);
        await expectAccessible(page, path);
      }
      expect(await page.locator('html').getAttribute('lang')).toBe(look.language);
      expect(await page.locator('html').getAttribute('data-theme')).toBe(look.theme);
    });
  });

  it('has panels and dialogs without accessibility violations', async () => {
    await onPage(look, async (page) => {
      for (const [name, state, icon] of inTurn([...panels, ...furtherPanels], looks, look)) {
        await enter(page, state);
        if (panels.some(([panel]) => panel === name)) {
          await page.locator(`.control:has(.lucide-${icon})`).click();
        } else {
          await chooseMore(page, icon);
        }
        await page.locator('.panel, .dialog').waitFor();
        await expectNoSidewaysScroll(page, name);
        await expectAccessible(page, name);
      }
    });
  });
});

describe('a poll', () => {
  it('is voted on, closed and asked by keyboard and says what anonymous means', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      await enter(page, 'activities');
      await chooseMore(page, 'list-checks');
      const poll = page.getByRole('article', { name: 'In which order?' });
      await poll.getByText('opens each of them with the name of its sender').waitFor();
      await poll.getByRole('button', { name: 'Put "Staff" in place 3' }).press('Enter');
      await poll.getByRole('button', { name: 'Change my vote' }).press('Enter');
      await page.getByRole('button', { name: 'New poll' }).press('Enter');
      await page.getByRole('button', { name: 'Open the poll' }).press('Enter');
      await page.getByRole('alert').waitFor();
      await page.getByLabel('Question').fill('Lunch?');
      await page.getByLabel('Option 1').fill('Yes');
      await page.getByLabel('Option 2').fill('No');
      await page.getByRole('button', { name: 'Open the poll' }).press('Enter');
      await page.getByRole('button', { name: 'New poll' }).waitFor();
      await page.getByRole('article', { name: 'HTTPS' }).getByText('9 votes, 75%').waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as CSV' }).last().press('Enter');
      expect((await download).suggestedFilename()).toBe('attendance.csv');
      const wishes = await page.evaluate(() => window.heard.filter((line) => line.startsWith('activity')));
      expect(wishes[0]).toContain('"chosen":[2,0,1]');
      expect(wishes[1]).toContain('"question":"Lunch?","options":["Yes","No"],"anonymous":false');
    });
  });
});

describe('the lock', () => {
  it('is sealed, verifying or a warning, in the head and in its panel', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      for (const [state, chip, words] of [
        ['three', 'Sealed since', 'Only the 3 people in the list hold the keys.'],
        // One of nine has a camera that is not verified yet, for longer than a moment.
        ['nine-states', 'Verifying', 'Not everything is verified yet.'],
        ['alarms', 'Seal warning', 'Something is wrong with the seal of this meeting.'],
      ] as const) {
        await enter(page, state);
        const lock = page.locator('.head-chip-seal');
        await lock.filter({ hasText: chip }).waitFor();
        await lock.click();
        await page.locator('.seal-state').filter({ hasText: words }).waitFor();
      }
    });
  });
});

describe('on a wide screen', () => {
  it('shows pages, many people and a shared screen without scrolling sideways', async () => {
    await onPage({ size: 'wide', theme: 'light', language: 'en' }, async (page) => {
      for (const path of [
        '/',
        ...['prejoin-lobby', 'sixty-four', 'screen-share'].map((state) => meetingPath(state)),
      ]) {
        await go(page, path);
        await expectNoSidewaysScroll(page, path);
      }
      await enter(page, 'sixty-four');
      expect(await page.locator('.tile').count()).toBe(49);
    });
  });
});

describe('by keyboard alone', () => {
  const look: Look = { size: 'laptop', theme: 'light', language: 'en' };

  const focused = async (page: Page) => (await focusOf(page)).name;

  it('starts a meeting, goes in, chats, raises a hand and leaves', async () => {
    await onPage(look, async (page) => {
      await go(page, '/');
      await tabTo(page, 'Skip to the content');
      await page.locator('input[value="builtin:moderated"]').waitFor({ state: 'attached' });
      await tabTo(page, 'Start a meeting');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Your meeting is ready' }).waitFor();
      expect(await focused(page)).toBe('Your meeting is ready');
      await tabTo(page, 'Copy link');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
        '/m/k3J9dQpX2mVwZ8sT1nYbRg#',
      );
      await tabTo(page, 'Go in');
      await page.keyboard.press('Enter');

      await page.getByRole('heading', { name: 'Ready to start?' }).waitFor();
      await page.getByLabel('Your name').fill('');
      await page.keyboard.press('Enter');
      await page.getByText('Enter the name that others should see.').waitFor();
      expect(
        await page.getByLabel('Your name').evaluate((element) => element === document.activeElement),
      ).toBe(true);
      await page.keyboard.type('Lin');
      await page.keyboard.press('Enter');
      await page.locator('.tile').first().waitFor();
      expect(await page.evaluate(() => window.heard)).toContain('join ["Lin"]');

      const microphone = page.getByRole('button', { name: 'Microphone', exact: true });
      expect(await microphone.getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.press('m');
      expect(await microphone.getAttribute('aria-pressed')).toBe('false');

      await tabTo(page, 'Chat');
      await page.keyboard.press('Enter');
      await page.getByRole('complementary', { name: 'Chat' }).waitFor();
      await page.keyboard.type('hcm? good morning');
      await page.keyboard.press('Enter');
      await page.locator('.chat-text', { hasText: 'hcm? good morning' }).waitFor();
      expect(await microphone.getAttribute('aria-pressed')).toBe('false');
      await page.keyboard.press('Escape');
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await expect.poll(() => focused(page)).toMatch(/^Chat/);

      await page.keyboard.press('h');
      await page.locator('.tile-hand').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });

      await tabTo(page, 'Leave');
      await page.keyboard.press('Enter');
      await page.getByRole('alertdialog', { name: 'Leave the meeting?' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await expect.poll(() => focused(page)).toMatch(/^Leave/);
      await page.keyboard.press('Enter');
      await page.getByRole('alertdialog').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'You have left the meeting' }).waitFor();
    });
  });

  it('admits, denies and removes people after a question', async () => {
    await onPage(look, async (page) => {
      await enter(page, 'lobby');
      await page.keyboard.press('p');
      await page.getByRole('heading', { name: 'Waiting (3)' }).waitFor();
      await tabTo(page, 'Admit Henrike Baumann');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Waiting (2)' }).waitFor();
      await page.getByRole('button', { name: 'Deny 黃志偉' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('alertdialog', { name: 'Do not let 黃志偉 in?' }).waitFor();
      // Cancel has focus first, so that a stray Enter does no harm.
      expect(await focused(page)).toBe('Cancel');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Waiting (1)' }).waitFor();

      const people = page.getByRole('complementary', { name: 'People' });
      await people.getByRole('button', { name: 'Actions for Wu Chih-ming' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Remove', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('alertdialog', { name: 'Remove Wu Chih-ming?' }).waitFor();
      await page.getByRole('button', { name: 'Remove', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'In the meeting (2)' }).waitFor();
    });
  });

  it('joins by a pasted link and explains a wrong one', async () => {
    await onPage(look, async (page) => {
      await go(page, '/');
      await page.getByLabel('Meeting link').focus();
      await page.keyboard.type(`${origin()}/m/k3J9dQpX2mVwZ8sT1nYbRg`);
      await page.keyboard.press('Enter');
      await page.getByText('The part after # is missing.').waitFor();
      await page.keyboard.press('End');
      await page.keyboard.type('#1.secret');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Ready to start?' }).waitFor();
      expect(new URL(page.url()).hash).toBe('#1.secret');
    });
  });
});

describe('preferences', () => {
  it('keeps the chosen language and theme over a reload', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      await go(page, '/');
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('heading', { name: '開新會議' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: '開新會議' }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-TW');

      await enter(page, 'three');
      await page.getByRole('button', { name: '更多' }).click();
      await page.getByRole('menuitem', { name: '設定' }).click();
      await page.locator('.select-button', { hasText: '依這台裝置' }).click();
      await page.getByRole('option', { name: '深色' }).click();
      await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
      await page.reload();
      await page.locator('.tile').first().waitFor();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    });
  });
});

describe('what is on screen', () => {
  it("asks for the tiles of the page shown, sized in device pixels, and never for one's own", async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      await enter(page, 'sixty-four');
      const asked = () =>
        page.evaluate(() => {
          const last = window.heard.findLast((line) => line.startsWith('showTiles'));
          const [tiles]: [{ device: string; source: string; height: number }[]] = JSON.parse(
            last?.slice('showTiles '.length) ?? '[[]]',
          );
          return tiles;
        });
      await expect.poll(async () => (await asked()).length).toBeGreaterThan(0);
      const first = await asked();
      expect(first.length).toBe((await page.locator('.tile').count()) - 1);
      const height = await page
        .locator('.tile')
        .first()
        .evaluate((tile) => tile.getBoundingClientRect().height);
      expect(first[0]?.height).toBe(Math.round(height));
      await page.getByRole('button', { name: 'Next page' }).click();
      await expect.poll(async () => (await asked())[0]?.device).not.toBe(first[0]?.device);
      expect((await asked()).some((tile) => first.some(({ device }) => device === tile.device))).toBe(false);
    });
  });

  it('lets no part of the meeting overlap another', async () => {
    for (const size of [
      'phone',
      'laptop',
      { width: 844, height: 390 },
      { width: 320, height: 568 },
    ] as const) {
      await onPage({ size, theme: 'light', language: 'en' }, async (page) => {
        for (const state of ['lobby', 'two-shares']) {
          await enter(page, state);
          await expectNoSidewaysScroll(page, state);
          expect(await overlaps(page), state).toEqual([]);
        }
      });
    }
  });

  it('has touch targets of at least 44 px in the bar of a phone', async () => {
    await onPage({ size: 'phone', theme: 'light', language: 'en' }, async (page) => {
      await enter(page, 'three');
      const boxes = await page
        .locator('.control, .head-chip')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
      expect(boxes.length).toBeGreaterThanOrEqual(9);
      for (const box of boxes) {
        expect(box.width).toBeGreaterThanOrEqual(44);
        expect(box.height).toBeGreaterThanOrEqual(44);
        expect(box.right).toBeLessThanOrEqual(390);
      }
    });
  });
});
