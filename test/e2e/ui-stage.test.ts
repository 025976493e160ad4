import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import type { Look } from './ui/browser.ts';
import { expectAccessible, overlaps, useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();
const laptop: Look = { size: 'laptop', theme: 'light', language: 'en' };

declare global {
  interface Window {
    /** The locks the page asked for, where a test records them. */
    readonly wakeLocks: readonly WakeLockSentinel[];
  }
}

interface Asked {
  readonly device: string;
  readonly source: string;
  readonly height: number;
}

/** The tiles that the interface last asked the session for. */
function asked(page: Page): Promise<readonly Asked[]> {
  return page.evaluate(() => {
    const last = window.heard.findLast((line) => line.startsWith('showTiles'));
    const [tiles]: [Asked[]] = JSON.parse(last?.slice('showTiles '.length) ?? '[[]]');
    return tiles;
  });
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'View', exact: true }).click();
  await page.getByRole(/^Hide/.test(name) ? 'menuitemcheckbox' : 'menuitemradio', { name }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

const large = (page: Page) => page.locator('.tile[data-main="true"]');

describe('layouts', () => {
  it('puts one person forward, and takes the choice over into the next meeting', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'five');
      expect(await large(page).count()).toBe(0);
      await choose(page, 'Speaker');
      await expect.poll(() => large(page).innerText()).toContain('Ada Okonkwo');
      expect(await overlaps(page)).toEqual([]);
      await expectAccessible(page, 'speaker layout');
      await page.reload();
      await large(page).waitFor();
      await choose(page, 'Grid');
      await expect.poll(() => large(page).count()).toBe(0);
    });
  });

  it('asks for the large picture at its size and for the small ones at theirs', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'five');
      await choose(page, 'Sidebar');
      const height = async (selector: string) =>
        Math.round(
          await page
            .locator(selector)
            .first()
            .evaluate((tile) => tile.getBoundingClientRect().height),
        );
      const [big, small] = [
        await height('.tile[data-main="true"]'),
        await height('.tile[data-main="false"]'),
      ];
      expect(big).toBeGreaterThan(small * 3);
      await expect
        .poll(async () => (await asked(page)).map((tile) => tile.height))
        .toEqual([big, small, small, small]);
    });
  });

  it('pins by menu and by keyboard, before a shared screen, and gives it back', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'two-shares');
      expect(await large(page).innerText()).toContain('Ada Okonkwo’s screen');
      await page.getByRole('button', { name: 'Actions for Wu Chih-ming' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Pin for me' }).focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => large(page).innerText()).toContain('Wu Chih-ming');
      await page.getByRole('button', { name: 'Actions for Wu Chih-ming' }).click();
      await page.getByRole('menuitem', { name: 'Unpin' }).click();
      await expect.poll(() => large(page).innerText()).toContain('Ada Okonkwo’s screen');
    });
  });

  it('is one tab stop, within which arrows go from tile to tile', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'twenty-five');
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      await page.getByRole('button', { name: 'View', exact: true }).focus();
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Actions for 林美華');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toBe('Actions for Wu Chih-ming');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('.control-bar') !== null)).toBe(true);
      await page.keyboard.press('Shift+Tab');
      expect(await focused()).toBe('Actions for Wu Chih-ming');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowRight');
      expect(await focused()).toBe('Actions for 林美華');
    });
  });

  it('hides one’s own picture', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'three');
      expect(await page.locator('.tile').count()).toBe(3);
      await choose(page, 'Hide my own picture');
      await expect.poll(() => page.locator('.tile').count()).toBe(2);
      await enter(page, 'alone');
      expect(await page.locator('.tile').count()).toBe(1);
    });
  });

  it('asks for no pictures while the page is not seen', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'three');
      await expect.poll(async () => (await asked(page)).length).toBe(2);
      await page.clock.install();
      const see = (state: string) =>
        page.evaluate((value) => {
          Object.defineProperty(document, 'visibilityState', { value, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }, state);
      await see('hidden');
      await page.clock.runFor(6_000);
      expect(await asked(page)).toEqual([]);
      await see('visible');
      await page.clock.runFor(1_000);
      expect((await asked(page)).length).toBe(2);
    });
  });

  it('keeps the screen on, again once the page is seen again, and no longer after leaving', async () => {
    await onPage({ size: 'phone', theme: 'dark', language: 'en' }, async (page, context) => {
      await context.grantPermissions(['screen-wake-lock']);
      await page.addInitScript(() => {
        // Not there on the empty page that comes first.
        if (!isSecureContext) return;
        const { wakeLock } = navigator;
        const request = wakeLock.request.bind(wakeLock);
        const locks: WakeLockSentinel[] = [];
        Object.defineProperty(window, 'wakeLocks', { value: locks });
        wakeLock.request = async (type) => {
          const lock = await request(type);
          locks.push(lock);
          return lock;
        };
      });
      const held = () => page.evaluate(() => window.wakeLocks.map(({ released }) => !released));
      await enter(page, 'three');
      await expect.poll(held).toEqual([true]);
      // What a browser does when the page goes out of sight.
      await page.evaluate(() => window.wakeLocks[0]?.release());
      await expect.poll(held).toEqual([false]);
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await expect.poll(held).toEqual([false, true]);
      await page.getByRole('button', { name: 'Leave', exact: true }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Leave', exact: true }).click();
      await page.getByRole('heading', { name: 'You have left the meeting' }).waitFor();
      await expect.poll(held).toEqual([false, false]);
    });
  });

  it('floats above other windows with picture and controls', async () => {
    await onPage(laptop, async (page, context) => {
      await enter(page, 'three');
      await page.getByRole('button', { name: 'View', exact: true }).click();
      const opened = context.waitForEvent('page');
      await page.getByRole('menuitem', { name: 'Float above other windows' }).click();
      const floating = await opened;
      await floating.locator('.floating video').waitFor();
      // Dressed: the picture fills what the bar leaves.
      await expect
        .poll(() => floating.locator('.floating').evaluate((it) => getComputedStyle(it).position))
        .toBe('fixed');
      await expectAccessible(floating, 'floating window');
      await floating.getByRole('button', { name: 'Microphone' }).click();
      await expect
        .poll(() =>
          page.getByRole('button', { name: 'Microphone', exact: true }).getAttribute('aria-pressed'),
        )
        .toBe('false');
      await floating.getByRole('button', { name: 'Back to the meeting' }).click();
      await page.getByRole('button', { name: 'View', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Float above other windows' }).waitFor();
    });
  });

  it('lets its main picture float where documents cannot, and takes it back', async () => {
    await onPage(laptop, async (page) => {
      await page.addInitScript(() => Reflect.deleteProperty(window, 'documentPictureInPicture'));
      await enter(page, 'three');
      const floats = async () => {
        await page.getByRole('button', { name: 'View', exact: true }).click();
        await page.getByRole('menuitem', { name: 'Float above other windows' }).click();
      };
      const floating = () =>
        page.evaluate(() => document.pictureInPictureElement?.closest('.tile')?.textContent ?? null);
      await floats();
      // Somebody else's: nobody needs to see themselves over other windows.
      await expect.poll(floating).toMatch(/Ada Okonkwo|Wu Chih-ming/);
      await floats();
      await expect.poll(floating).toBeNull();
    });
  });
});

describe('microphone', () => {
  const microphone = (page: Page) => page.getByRole('button', { name: 'Microphone', exact: true });

  it('is on while the space bar is held, also after a click on a button, and not while typing', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'talking-while-muted');
      await page.getByRole('button', { name: 'Hand' }).click();
      expect(await page.getByRole('button', { name: 'Hand' }).getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.down('Space');
      await expect.poll(() => microphone(page).getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.up('Space');
      await expect.poll(() => microphone(page).getAttribute('aria-pressed')).toBe('false');
      expect(await page.getByRole('button', { name: 'Hand' }).getAttribute('aria-pressed')).toBe('true');

      await page.keyboard.press('c');
      await page.getByRole('textbox').waitFor();
      await page.keyboard.type('a b');
      expect(await page.getByRole('textbox').inputValue()).toBe('a b');
      expect(await microphone(page).getAttribute('aria-pressed')).toBe('false');
    });
  });

  it('leaves the space bar to a button that was reached by keyboard', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'talking-while-muted');
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'Hand' }).focus();
      await page.keyboard.press('Space');
      await expect
        .poll(() => page.getByRole('button', { name: 'Hand' }).getAttribute('aria-pressed'))
        .toBe('true');
      expect(await microphone(page).getAttribute('aria-pressed')).toBe('false');
    });
  });

  it('is chosen beside its switch, and a lost one can be replaced from its banner', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'device-lost');
      await page.getByRole('button', { name: 'Choose microphone and speaker' }).click();
      await page.getByRole('menuitemradio', { name: /Jabra.*0b0e/ }).click();
      await page.getByRole('button', { name: 'Choose microphone and speaker' }).click();
      expect(
        await page.getByRole('menuitemradio', { name: /Jabra.*0b0e/ }).getAttribute('aria-checked'),
      ).toBe('true');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Choose another' }).click();
      await page.getByRole('complementary', { name: 'Settings' }).waitFor();
      expect(await page.getByText('The connection to your microphone was lost').count()).toBe(0);
    });
  });
});

describe('safety code', () => {
  it('is compared group by group by keyboard, and marks who was compared with', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'three');
      await page.getByRole('button', { name: /^Sealed/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Compare aloud' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('four eight two · one three').waitFor();
      await expectAccessible(page, 'comparison');
      for (let group = 0; group < 6; group += 1) await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'The codes are the same' }).waitFor();
      await expectAccessible(page, 'comparison done');
      await page.getByRole('button', { name: 'Mark as verified: Wu Chih-ming' }).click();
      expect(await page.evaluate(() => window.heard.some((line) => line.startsWith('markVerified')))).toBe(
        true,
      );
    });
  });
});

describe('enlarged to twice the size', () => {
  it('keeps everything in reach, and nothing overlaps', async () => {
    await onPage({ ...laptop, size: { width: 683, height: 384 } }, async (page) => {
      for (const state of ['five', 'lobby']) {
        await enter(page, state);
        expect(await overlaps(page), state).toEqual([]);
        const outside = await page.locator('.control, .head-chip').evaluateAll(
          (all) =>
            all.filter((each) => {
              const { left, right, top, bottom } = each.getBoundingClientRect();
              return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
            }).length,
        );
        expect(outside, state).toBe(0);
      }
    });
  });
});

describe('a part that cannot be fetched', () => {
  const settings = async (page: Page) => {
    await chooseMore(page, 'settings');
  };

  it('is fetched again by itself, with its styles', async () => {
    await onPage(
      { size: 'laptop', theme: 'light', language: 'en' },
      async (page) => {
        await enter(page, 'three');
        for (const ending of ['js', 'css']) {
          await page.route(`**/SettingsPanel-*.${ending}`, (route) => route.abort('failed'), { times: 1 });
        }
        await settings(page);
        await page.getByRole('heading', { name: 'Settings' }).waitFor();
        await expect.poll(() => unstyled(page)).toBe(0);
      },
      /Failed to load resource/,
    );
  });

  it('says so, leaves the meeting as it is, and comes when it is asked for again', async () => {
    await onPage(
      { size: 'laptop', theme: 'light', language: 'en' },
      async (page) => {
        await enter(page, 'three');
        await page.route('**/SettingsPanel-*.js', (route) => route.abort('failed'));
        await settings(page);
        const alert = page.getByRole('alert').filter({ hasText: 'This part could not be fetched' });
        await alert.waitFor();
        expect(await page.locator('.tile').count()).toBe(3);
        await page.unroute('**/SettingsPanel-*.js');
        await alert.getByRole('button', { name: 'Try again' }).click();
        await page.getByRole('heading', { name: 'Settings' }).waitFor();
      },
      /Failed to load resource|dynamically imported module/,
    );
  });
});

/** Style sheets that the page asked for and does not have. */
function unstyled(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter(
        ({ sheet }) => sheet === null,
      ).length,
  );
}
