import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import { type Look, meetingPath, open } from './ui/browser.ts';
import { scenarios } from './ui/scenarios.ts';
import {
  expectAccessible,
  expectContrastInOtherTheme,
  expectNoSidewaysScroll,
  inTurn,
  useVisit,
} from './ui/visit.ts';

const { onPage, go, enter, origin } = useVisit();

const control = (icon: string) => async (page: Page) => {
  await page.locator(`.control:has(.lucide-${icon})`).click();
  await page.locator('.dialog').waitFor();
};
const more = (icon: string) => async (page: Page) => {
  await chooseMore(page, icon);
  await page.locator('.dialog, .panel').waitFor();
};
const compare = (groups: number) => async (page: Page) => {
  await page.locator('.head-chip-seal').click();
  await page.locator('.panel-section .button-primary').click();
  for (let group = 0; group < groups; group += 1) await page.locator('.dialog .button-primary').click();
};

/** Further pages on the way in, and dialogs of the meeting. */
const places: readonly (readonly [string, ((page: Page) => Promise<void>)?])[] = [
  ['unsupported-insecure'],
  ['unsupported-webrtc'],
  ['passphrase'],
  ['passphrase-wrong'],
  ['passphrase-busy'],
  ['prejoin-asking'],
  ['prejoin-no-device'],
  ['device-starting', async (page) => page.locator('.banner').waitFor()],
  ['verifying', async (page) => page.locator('.head-chip-verifying').click()],
  ['three', control('log-out')],
  ['alone', control('log-out')],
  ['student', more('link')],
  ['three', more('disc')],
  ['three', compare(0)],
  ['three', compare(2)],
  ['three', compare(6)],
];

const looks: readonly Look[] = [
  { size: 'phone', theme: 'dark', language: 'zh-TW' },
  { size: 'laptop', theme: 'light', language: 'en' },
];

describe.each(looks)('at $size, $language', (look) => {
  it('has pages and dialogs without accessibility violations in both themes', async () => {
    await onPage(look, async (page) => {
      for (const [place, [state, act]] of inTurn([...places.entries()], looks, look)) {
        await enter(page, state);
        await act?.(page);
        await expectNoSidewaysScroll(page, `${place} ${state}`);
        await expectAccessible(page, `${place} ${state}`);
        await expectContrastInOtherTheme(page, look, `${place} ${state}`);
      }
    });
  });
});

describe('while something is under way', () => {
  it('is accessible before there is anything but a word', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      for (const [path, words] of [
        [meetingPath('opening'), 'Looking up the meeting'],
        ['/invited#token', 'Signing you in'],
      ] as const) {
        await open(page, `${origin()}${path}`, `.spinner:has-text("${words}")`);
        await expectAccessible(page, path);
      }
    });
  });

  it('says in words what each turning ring means', async () => {
    await onPage({ size: 'laptop', theme: 'light', language: 'en' }, async (page) => {
      await go(page, meetingPath('three'));
      const found: string[] = [];
      // Of many people there are many pictures to paint, but no other words.
      const few = Object.keys(scenarios).filter(
        (state) => !/teen|twenty|forty|sixty|two-shares|class|panic|-\d\d|long/.test(state),
      );
      for (const state of few) {
        found.push(
          ...(await page.evaluate(async (name) => {
            window.show(name);
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
            return [...document.querySelectorAll('.spinner-ring')].map(
              (ring) => `${name}: ${ring.closest('[role=status]')?.textContent?.trim()}`,
            );
          }, state)),
        );
      }
      expect(found.length).toBeGreaterThan(2);
      expect(found.filter((ring) => !/: \w/.test(ring))).toEqual([]);
    });
  });
});
