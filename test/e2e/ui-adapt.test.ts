import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type Look, meetingPath } from './ui/browser.ts';
import { expectAccessible, useVisit } from './ui/visit.ts';

const { onPage, go, enter } = useVisit();
const laptop: Look = { size: 'laptop', theme: 'light', language: 'en' };
const dark: Look = { ...laptop, theme: 'dark' };

/** What moves by itself now. */
function moving(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    document.getAnimations().flatMap(({ playState, effect }) => {
      if (playState !== 'running' || !(effect instanceof KeyframeEffect)) return [];
      const { duration = 0, iterations = 1 } = effect.getComputedTiming();
      return Number(duration) * iterations > 10 ? [effect.target?.className ?? ''] : [];
    }),
  );
}

/** Lets somebody leave; which tiles are led to a new place, by the browser's own word. */
function leave(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const led: string[] = [];
    addEventListener('transitionrun', ({ target, propertyName }) => {
      if (target instanceof Element && target.matches('.tile')) led.push(propertyName);
    });
    window.happen(({ members }) => ({ members: members.slice(0, -1) }));
    for (let frame = 0; frame < 3; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
    return [...new Set(led)].toSorted();
  });
}

describe('motion', () => {
  it('leads tiles to their new places', async () => {
    await onPage(laptop, async (page) => {
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      await enter(page, 'five');
      expect(await leave(page)).toContain('transform');
      await enter(page, 'passphrase-busy');
      expect(await moving(page)).toContain('spinner-ring');
    });
  });

  it('is left out for whoever wants none', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'five');
      expect(await leave(page)).toEqual([]);
      expect(await moving(page)).toEqual([]);
      await page.locator('.control:has(.lucide-log-out)').click();
      await page.locator('.dialog').waitFor();
      expect(await moving(page)).toEqual([]);
      for (const state of ['passphrase-busy', 'waiting', 'joining']) {
        await enter(page, state);
        expect(await moving(page), state).toEqual([]);
      }
    });
  });
});

/** Contrast of the edge of an element with what is around it, and its width in pixels. */
function edgeOf(page: Page, selector: string) {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('no canvas');
      const luminance = (...colours: readonly string[]) => {
        context.clearRect(0, 0, 1, 1);
        for (const colour of colours) {
          context.fillStyle = colour;
          context.fillRect(0, 0, 1, 1);
        }
        const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const style = getComputedStyle(element);
      const own = luminance(
        getComputedStyle(document.documentElement).backgroundColor,
        style.backgroundColor,
      );
      const edge = luminance(style.borderTopColor);
      const [light, darker] = own > edge ? [own, edge] : [edge, own];
      return {
        style: style.borderTopStyle,
        width: Number.parseFloat(style.borderTopWidth),
        contrast: (light + 0.05) / (darker + 0.05),
      };
    });
}

/** Which of these elements have no edge that can be seen; colours that the system forces can be. */
async function edgeless(page: Page, forced: boolean, ...selectors: readonly string[]) {
  const found: string[] = [];
  for (const selector of selectors) {
    const { style, width, contrast } = await edgeOf(page, selector);
    if (style !== 'solid' || width < 1 || (!forced && contrast < 3)) {
      found.push(`${selector}: ${width} px ${style}, ${contrast.toFixed(1)}`);
    }
  }
  return found;
}

describe.each([
  ['forced colours', { forcedColors: 'active' }, dark],
  ['more contrast', { contrast: 'more' }, laptop],
  ['more contrast, dark', { contrast: 'more' }, dark],
] as const)('with %s', (name, media, look) => {
  const forced = 'forcedColors' in media;
  // It reads the page's own colours, which the system's replace.
  const beside = forced ? ['color-contrast'] : [];

  it('shows edges, focus and what is pressed', async () => {
    await onPage(look, async (page) => {
      await page.emulateMedia(media);
      await go(page, meetingPath('prejoin-lobby'));
      expect(await edgeless(page, forced, '.field-input', '.preview-toggle', '.select-button')).toEqual([]);
      await expectAccessible(page, `pre-join, ${name}`, beside);

      await enter(page, 'three');
      await page.getByRole('button', { name: 'Microphone', exact: true }).focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      const control = page.locator('.control[aria-pressed="true"]').first();
      expect(await control.evaluate((focused) => focused === document.activeElement)).toBe(true);
      expect(
        await control.evaluate((focused) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(focused);
          return [outlineStyle, outlineWidth];
        }),
      ).toEqual(['solid', '2px']);
      await page.locator('.control:has(.lucide-message-square)').click();
      await page.locator('.panel textarea').waitFor();
      const frame = (icon: string) =>
        page.locator(`.control:has(.lucide-${icon})`).evaluate((switched) => {
          const { borderTopWidth, boxShadow } = getComputedStyle(switched);
          return `${borderTopWidth} ${boxShadow}`;
        });
      expect(await frame('message-square')).not.toBe(await frame('users'));
      await page.locator('.control:has(.lucide-log-out)').click();
      await page.locator('.dialog').waitFor();
      expect(
        await edgeless(
          page,
          forced,
          '.panel',
          '.composer textarea',
          '.dialog-frame',
          '.dialog .button-plain',
        ),
      ).toEqual([]);
      await expectAccessible(page, `dialog, ${name}`, beside);
    });
  });
});

interface Focus {
  readonly name: string;
  readonly shows: boolean;
  /** Whether what had focus before still looks as if it had. */
  readonly stays: boolean;
}

/** Presses Tab and says what has focus, and whether one can see it. */
async function tab(page: Page): Promise<Focus> {
  await page.keyboard.press('Tab');
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    const outlined = (element: Element) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
    };
    // A switch and a radio button are seen by what stands for them.
    const seen = (element: Element) => {
      const stand = element.closest('label') ?? element;
      return [element, stand, ...stand.querySelectorAll('*')];
    };
    const before = document.querySelector('[data-focused-last]');
    const focused = document.activeElement ?? document.body;
    before?.removeAttribute('data-focused-last');
    focused.setAttribute('data-focused-last', '');
    return {
      name: `${focused.tagName} ${focused.getAttribute('aria-label') ?? focused.textContent?.trim().slice(0, 40)}`,
      shows: seen(focused).some(outlined),
      stays:
        before !== null &&
        before !== focused &&
        !before.contains(focused) &&
        seen(before)
          .filter((element) => !element.contains(focused) && !seen(focused).includes(element))
          .some(outlined),
    };
  });
}

describe('focus', () => {
  it.each([
    ['the start page', '/?account=local', 12],
    ['pre-join', meetingPath('prejoin-lobby'), 10],
    ['the meeting', meetingPath('sixty-four'), 12],
  ])('is seen wherever Tab goes on %s, and only there', async (_name, path, least) => {
    await onPage(laptop, async (page) => {
      await go(page, path);
      const passed: string[] = [];
      for (let presses = 0; presses < 60; presses += 1) {
        const { name, shows, stays } = await tab(page);
        if (name.startsWith('BODY') || (passed.length > 3 && name === passed[0])) break;
        expect({ name, shows, stays }).toEqual({ name, shows: true, stays: false });
        passed.push(name);
      }
      expect(passed.length, passed.join(', ')).toBeGreaterThanOrEqual(least);
    });
  });

  it('is left to a panel that is opened while another closes', async () => {
    await onPage(laptop, async (page) => {
      await enter(page, 'three');
      const control = (name: string) =>
        page
          .getByRole('region', { name: 'Meeting controls' })
          .getByRole('button', { name: new RegExp(`^${name}`) });
      const heading = (name: string) =>
        page.getByRole('complementary', { name, exact: true }).getByRole('heading', { name, level: 2 });
      await control('People').click();
      await heading('People').waitFor();
      await page.keyboard.press('Escape');
      await control('Chat').click();
      await heading('Chat').waitFor();
      // Both keys before the next frame, as a hand that is faster than a busy machine presses them.
      await page.evaluate(() => {
        const press = (on: Element | null, key: string) =>
          on?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        press(document.querySelector('.panel'), 'Escape');
        press(document.body, 'p');
      });
      await heading('People').waitFor();
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('People');
      await page.keyboard.press('Escape');
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()))
        .toMatch(/^Chat/);
    });
  });
});
