import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumFlags, shellPath } from '../../support/chromium.ts';

export const sizes = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1366, height: 768 },
  wide: { width: 1920, height: 1080 },
} as const;

export type SizeName = keyof typeof sizes;

export interface Look {
  readonly size: SizeName | { readonly width: number; readonly height: number };
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'zh-TW';
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: shellPath,
    args: [...chromiumFlags],
  });
}

/** A browser context with one size, theme and language. */
export function contextFor(browser: Browser, look: Look): Promise<BrowserContext> {
  const viewport = typeof look.size === 'string' ? sizes[look.size] : look.size;
  return browser.newContext({
    viewport,
    colorScheme: look.theme,
    locale: look.language,
    timezoneId: 'Asia/Taipei',
    hasTouch: viewport.width < 500,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
}

/** Address of the fixture in one state of the meeting. */
export function meetingPath(state: string, account = 'none'): string {
  return `/m/k3J9dQpX2mVwZ8sT1nYbRg?state=${state}&account=${account}#1.secret`;
}

/** Opens a page and waits until the interface stands, or what is named of it. */
export async function open(
  page: Page,
  address: string,
  there = '.page h1:not(.visually-hidden), .tile',
): Promise<void> {
  // Two addresses that differ by their fragment alone would not load the page anew.
  await page.goto('about:blank');
  await page.goto(address);
  await page.locator(there).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}
