import type { Page } from 'playwright-core';

/** What the focused element is called, and whether the eye finds it. */
export interface Focus {
  readonly name: string;
  /** Width of the ring around it in CSS pixels; 0 where there is none. */
  readonly ring: number;
}

/** Reads where the focus is. */
export function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    // Where the element itself is hidden, as a radio button is, its card carries the ring.
    const rings = [element, element.closest('label')].map((each) => {
      if (each === null) return 0;
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
    });
    return {
      name: element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '',
      ring: Math.max(...rings),
    };
  });
}

/**
 * Presses Tab until the focused element carries a text, and returns what was passed on the way, the element itself
 * included. Throws where it never comes.
 */
export async function tabTo(page: Page, text: string): Promise<readonly Focus[]> {
  const passed: Focus[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focus = await focusOf(page);
    passed.push(focus);
    if (focus.name.startsWith(text)) return passed;
  }
  throw new Error(`Tab never reached "${text}": ${passed.map(({ name }) => name).join(', ')}`);
}
