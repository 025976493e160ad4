import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { contextFor, type Look, launch, meetingPath, open } from './browser.ts';
import { type Site, serveSite } from './site.ts';

/** The fixture's interface in a browser, for the tests of one file. */
export interface Visit {
  /** A page on which an error in the console fails the test that used it, but for those it provokes. */
  onPage(
    look: Look,
    walk: (page: Page, context: BrowserContext) => Promise<void>,
    provoked?: RegExp,
  ): Promise<void>;
  /** Goes to a path of the site. */
  go(page: Page, path: string): Promise<void>;
  /** Goes to the meeting in one of the scenarios. */
  enter(page: Page, state: string): Promise<void>;
  origin(): string;
}

/** Call at the top of a test file. */
export function useVisit(): Visit {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([serveSite(inject('uiSite')), launch()]);
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  return {
    async onPage(look, walk, provoked) {
      const context = await contextFor(browser, look);
      const problems: string[] = [];
      try {
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
        });
        page.on('pageerror', (error) => problems.push(error.message));
        await walk(page, context);
      } finally {
        await context.close();
      }
      expect(problems.filter((problem) => !provoked?.test(problem))).toEqual([]);
    },
    go: (page, path) => open(page, `${site.origin}${path}`),
    enter: (page, state) => open(page, `${site.origin}${meetingPath(state)}`),
    origin: () => site.origin,
  };
}

/**
 * Which of these pages are looked at in one of the looks: they take turns, so that each is seen in one of them. All in
 * every look where TEST_ALL_LOOKS is set, as by `npm run test:long`.
 */
export function inTurn<Place>(
  places: readonly Place[],
  looks: readonly Look[],
  look: Look,
): readonly Place[] {
  if (process.env.TEST_ALL_LOOKS) return places;
  return places.filter((_place, index) => index % looks.length === looks.indexOf(look));
}

/** `beside`: rules that say nothing about this page. */
export async function expectAccessible(
  page: Page,
  where: string,
  beside: readonly string[] = [],
): Promise<void> {
  // All of it on the page itself: nothing of ours has frames of other sites, for which a page more would be opened.
  const { violations } = await new AxeBuilder({ page })
    // What passes is not written down node by node.
    .options({ resultTypes: ['violations'] })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .disableRules([...beside])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, where).toEqual([]);
}

/** Looks at the page once more in the other theme, in which nothing but colours differs. */
export async function expectContrastInOtherTheme(page: Page, { theme }: Look, where: string): Promise<void> {
  const other = theme === 'light' ? 'dark' : 'light';
  await page.emulateMedia({ colorScheme: other });
  await page.locator(`html[data-theme="${other}"]`).waitFor();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withRules('color-contrast').analyze();
  const found = violations.flatMap(({ nodes }) => nodes.map((node) => node.html));
  expect(found, `${where}, ${other}`).toEqual([]);
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
}

export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(excess, where).toBeLessThanOrEqual(0);
}

/** Pairs of parts of the meeting that overlap, by their texts. */
export function overlaps(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('.tile, .control, .banner, .head-chip, .pager')].map(
      (element) => ({ name: element.textContent ?? '', box: element.getBoundingClientRect() }),
    );
    return boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          ({ box }) =>
            one.box.left < box.right - 1 &&
            box.left < one.box.right - 1 &&
            one.box.top < box.bottom - 1 &&
            box.top < one.box.bottom - 1,
        )
        .map((other) => `${one.name} / ${other.name}`),
    );
  });
}
