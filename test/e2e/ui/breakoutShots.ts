import type { Page } from 'playwright-core';
import { meetingPath } from './browser.ts';

type Act = (page: Page) => Promise<void>;

/** Pictures of breakout rooms: as the host opens and runs them, and as people go in and come back. */
export function breakoutShots(more: (icon: string) => Act) {
  const panel =
    (scroll: number, then?: Act): Act =>
    async (page) => {
      await more('layout-grid')(page);
      await then?.(page);
      await page.locator('.panel-body').evaluate((body, to) => body.scrollTo(0, to), scroll);
    };
  const byList: Act = (page) => page.locator('.radio-card').nth(1).click();
  return [
    { name: 'breakout-form', path: meetingPath('breakout-none'), act: panel(0) },
    { name: 'breakout-form-list', path: meetingPath('breakout-none'), act: panel(220, byList) },
    { name: 'breakout-form-end', path: meetingPath('breakout-none'), act: panel(9999) },
    { name: 'breakout-run', path: meetingPath('breakout-run'), act: panel(0) },
    { name: 'breakout-run-end', path: meetingPath('breakout-run'), act: panel(9999) },
    { name: 'breakout-choose', path: meetingPath('breakout-choice'), act: panel(0) },
    ...['breakout-invited', 'breakout-choice', 'breakout-inside', 'breakout-recalled'].map((state) => ({
      name: state,
      path: meetingPath(state),
    })),
  ];
}
