import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumFlags, shellPath } from '../../support/chromium.ts';
import { serveBundled } from '../bundledPage.ts';

/** A bundled fixture page in a real Chromium with fake devices, on loopback. */
export interface FixtureBrowser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Builds `page`, an HTML file of the folder `at`, and opens it. */
export async function openFixture(at: URL, page: string): Promise<FixtureBrowser> {
  const site = await serveBundled(at, page);
  let browser: Browser | null = null;
  const close = async () => {
    await browser?.close();
    await site.close();
  };
  try {
    browser = await chromium.launch({
      executablePath: shellPath,
      args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
    const opened = await browser.newPage();
    await opened.goto(site.url);
    return { page: opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}
