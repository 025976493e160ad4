import type { Page } from 'playwright-core';
import type { Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextFor, launch, meetingPath, open } from './ui/browser.ts';
import { names } from './ui/people.ts';
import { openSite } from './ui/site.ts';

/** A third language as somebody would add it: one file with every text, here in brackets, and one line. */
const madeUp: Plugin = {
  name: 'made-up-language',
  enforce: 'pre',
  resolveId: (id) => (id === 'virtual:made-up' ? '\0made-up' : null),
  load: (id) =>
    id === '\0made-up'
      ? `import { en } from '${new URL('../../client/i18n/en.ts', import.meta.url).pathname}';
         const marked = (text) =>
           typeof text === 'string' ? '⟦' + text + '⟧'
           : typeof text === 'function' ? (...given) => marked(text(...given))
           : Array.isArray(text) ? text.map(marked)
           : Object.fromEntries(Object.entries(text).map(([key, inside]) => [key, marked(inside)]));
         export const fr = marked(en);`
      : null,
  transform(code, id) {
    if (!id.endsWith('/client/i18n/language.ts')) return null;
    const load = `async () => (await import('virtual:made-up')).fr`;
    const line = `fr: { name: 'Français', site: ${load}, load: ${load} },\n`;
    return { code: code.replace('} as const satisfies', `${line}} as const satisfies`), map: null };
  },
};

describe('a language more', () => {
  let site: Awaited<ReturnType<typeof openSite>>;
  let browser: Awaited<ReturnType<typeof launch>>;

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite([madeUp]), launch()]);
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it('is one file and one line: chosen by the browser or in the head, and no text comes from elsewhere', async () => {
    const context = await contextFor(browser, { size: 'laptop', theme: 'light', language: 'en' });
    const page = await context.newPage();
    await open(page, `${site.origin}/`);
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { level: 1, name: '⟦' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    expect(await foreign(page)).toEqual([]);
    for (const state of ['prejoin-tested', 'waiting', 'nine-states', 'alarms']) {
      await open(page, `${site.origin}${meetingPath(state)}`);
      expect(await foreign(page), state).toEqual([]);
    }
    for (const [state, icon] of [
      ['nine-states', 'users'],
      ['chat-class', 'message-square'],
    ] as const) {
      await open(page, `${site.origin}${meetingPath(state)}`);
      await page.locator(`.control:has(.lucide-${icon})`).click();
      await page.locator('.panel').waitFor();
      expect(await foreign(page), icon).toEqual([]);
    }
    // Long texts that it lacks are there in English, and say so.
    await open(page, `${site.origin}/guide/host`);
    expect(await page.locator('.guide').getAttribute('lang')).toBe('en');
    await open(page, `${site.origin}/admin`);
    await page.locator('h1').waitFor();
    // The interface's own dates and numbers follow the tag.
    await open(page, `${site.origin}/meetings?library=meetings`);
    await page
      .getByText(/\d{1,2} (?:nov|déc|sept)\.? 20\d\d/)
      .first()
      .waitFor();
    await context.close();
  });
});

/** Texts and names of controls on the page with words that are not of the language, nor anybody's own. */
async function foreign(page: Page): Promise<readonly string[]> {
  const own = [...names, 'Sealroom', 'English', 'Français', '中文', 'Default', 'Integrated Camera'];
  const said = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest('script, style, .avatar, .chat-message, option, [lang]:not(html)'))
        continue;
      texts.push(node.textContent ?? '');
    }
    const labels = [...document.querySelectorAll('[aria-label]')].map(
      (element) => element.getAttribute('aria-label') ?? '',
    );
    return [...texts, ...labels];
  });
  return said.filter(
    (text) => /\p{L}{2}/u.test(text) && !text.includes('⟦') && !own.some((word) => text.includes(word)),
  );
}
