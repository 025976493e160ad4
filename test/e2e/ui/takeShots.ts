import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { contextFor, type Look, launch, open } from './browser.ts';
import { openSite } from './site.ts';

const folder = fileURLToPath(new URL('../../../screenshots/', import.meta.url));
const pagesAtOnce = 3;

/** A state of the interface to be looked at, and how to get there. */
export interface Shot {
  readonly name: string;
  readonly path: string;
  /** What shows that the interface stands, where it is neither a heading nor a tile. */
  readonly there?: string;
  readonly layout?: 'speaker' | 'sidebar';
  readonly act?: (page: Page) => Promise<void>;
}

/** A window and language, with the themes it is looked at in. */
interface Looks extends Omit<Look, 'theme'> {
  readonly name: string;
  readonly themes: readonly Look['theme'][];
  readonly forcedColors?: 'active';
}

const both = ['light', 'dark'] as const;
const looks: readonly Looks[] = [
  ...(['phone', 'laptop', 'wide'] as const).flatMap((size) =>
    (['en', 'zh-TW'] as const).map((language) => ({ name: size, size, themes: both, language })),
  ),
  { name: 'landscape', size: { width: 844, height: 390 }, themes: ['light'], language: 'en' },
  { name: 'narrow', size: { width: 320, height: 640 }, themes: ['light'], language: 'en' },
  // A laptop's window at 200%.
  { name: 'zoomed', size: { width: 683, height: 384 }, themes: ['light'], language: 'zh-TW' },
  { name: 'contrast', size: 'laptop', themes: ['dark'], language: 'en', forcedColors: 'active' },
];

/**
 * Writes the shots whose names match one expression, in the looks that match the other, as
 * screenshots/<size>-<theme>-<language>/<name>.png. What goes wrong on a page is printed and does not stop the rest.
 */
export async function takeShots(
  shots: readonly Shot[],
  wanted: { readonly name: string; readonly look: string },
): Promise<void> {
  const name = new RegExp(wanted.name);
  const lookName = new RegExp(wanted.look);
  const site = await openSite();
  const browser = await launch();
  try {
    for (const look of looks) {
      const themes = look.themes
        .map((theme) => ({ theme, name: `${look.name}-${theme}-${look.language}` }))
        .filter((theme) => lookName.test(theme.name));
      const [first] = themes;
      if (first === undefined) continue;
      for (const { name } of themes) await mkdir(join(folder, name), { recursive: true });
      const left = shots.filter((shot) => name.test(shot.name));
      const work = async () => {
        // One each: pages of one context share what is stored, and a shot stores its layout.
        const context = await contextFor(browser, { ...look, theme: first.theme });
        for (let shot = left.shift(); shot !== undefined; shot = left.shift()) {
          await take(context, site.origin, shot, themes, look.forcedColors ?? 'none');
        }
        await context.close();
      };
      await Promise.all(Array.from({ length: pagesAtOnce }, work));
      console.log(themes.map(({ name }) => name).join(' '));
    }
  } finally {
    await browser.close();
    await site.close();
  }
}

async function take(
  context: BrowserContext,
  origin: string,
  shot: Shot,
  themes: readonly { readonly theme: Look['theme']; readonly name: string }[],
  forcedColors: 'active' | 'none',
): Promise<void> {
  const page = await context.newPage();
  const say = (problem: string) => console.log(`${themes[0]?.name}/${shot.name}: ${problem}`);
  page.on('console', (message) => {
    if (message.type() === 'error') say(message.text());
  });
  await page.addInitScript((layout) => {
    // Missing on the blank page before.
    if (location.protocol !== 'about:') localStorage.setItem('sealroom.layout', layout);
  }, shot.layout ?? 'auto');
  await page.emulateMedia({ forcedColors });
  try {
    await open(page, `${origin}${shot.path}`, shot.there);
    await page.waitForTimeout(300);
    await shot.act?.(page);
    await page.locator('.panel-loading').waitFor({ state: 'detached' });
    await page.waitForTimeout(400);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('video')].every((video) => video.readyState >= video.HAVE_CURRENT_DATA),
    );
  } catch (error) {
    say(String(error).split('\n')[0] ?? '');
  }
  for (const { theme, name } of themes) {
    // The page follows the device's theme; the state reached need not be reached again.
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(folder, name, `${shot.name}.png`) });
  }
  await page.close();
}
