import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMore } from './ui/bar.ts';
import type { Look } from './ui/browser.ts';
import { useVisit } from './ui/visit.ts';

const { onPage, enter } = useVisit();
const phone: Look = { size: 'phone', theme: 'light', language: 'en' };

/** Buttons, links and fields that are smaller than so many pixels either way; not links that are words of a sentence. */
function tooSmall(page: Page, least: number, selector: string): Promise<readonly string[]> {
  return page.locator(selector).evaluateAll(
    (elements, pixels) =>
      elements.flatMap((element) => {
        // What is hidden to the eye is pressed by its label.
        const target = element.closest('label') ?? element;
        const { width, height } = target.getBoundingClientRect();
        const { display } = getComputedStyle(target);
        if (!target.checkVisibility({ visibilityProperty: true }) || width <= 1 || display === 'inline')
          return [];
        // The tenth is for rounding.
        if (width > pixels - 0.1 && height > pixels - 0.1) return [];
        const name = target.getAttribute('aria-label') ?? target.textContent?.trim();
        return [`${name} (${target.className}): ${width.toFixed(0)} x ${height.toFixed(0)}`];
      }),
    least,
  );
}

const anything = 'button, a[href], input, textarea, select, summary, [role=slider]';

const more = (icon: string) => async (page: Page) => {
  await chooseMore(page, icon);
};
const control = (icon: string) => (page: Page) => page.locator(`.control:has(.lucide-${icon})`).click();

const panels: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['chat', 'chat-rich', control('message-square')],
  ['messages not sent', 'chat', control('message-square')],
  ['people', 'lobby', control('users')],
  ['seal', 'alarms', more('lock')],
  ['settings', 'three', more('settings')],
  ['host controls', 'three', more('sliders-horizontal')],
  ['activities', 'activities', more('list-checks')],
  ['invitations', 'invitations', more('user-plus')],
  ['captions', 'recording', more('captions')],
];

describe('on a phone', () => {
  it('everything in a panel or on a tile is at least 24 px wide and high', async () => {
    await onPage(phone, async (page) => {
      for (const [name, state, act] of panels) {
        await enter(page, state);
        expect(await tooSmall(page, 24, anything), `tiles of ${state}`).toEqual([]);
        await act(page);
        await page.locator('.panel').waitFor();
        await page.locator('.panel-loading').waitFor({ state: 'detached' });
        expect(await tooSmall(page, 24, anything), name).toEqual([]);
      }
      await enter(page, 'sixty-four');
      expect(await tooSmall(page, 24, anything)).toEqual([]);
    });
  });

  it('everything before a meeting is at least 24 px wide and high, and what matters 44', async () => {
    await onPage(phone, async (page) => {
      for (const state of [
        'prejoin-lobby',
        'prejoin-denied',
        'prejoin-host',
        'recording-door',
        'passphrase',
      ]) {
        await enter(page, state);
        expect(await tooSmall(page, 24, anything), state).toEqual([]);
        const main = '.page-main .button, .preview-toggle, .field-input, .select-button';
        expect(await tooSmall(page, 44, main), state).toEqual([]);
        expect(await page.locator(main).count()).toBeGreaterThan(1);
      }
    });
  });
});
