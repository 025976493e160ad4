import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { adminSections } from '../../client/ui/router.ts';
import { type Look, meetingPath } from './ui/browser.ts';
import {
  expectAccessible,
  expectContrastInOtherTheme,
  expectNoSidewaysScroll,
  useVisit,
} from './ui/visit.ts';

const { onPage, go } = useVisit();

const desk: Look = { size: 'laptop', theme: 'light', language: 'en' };
const phone: Look = { size: 'phone', theme: 'dark', language: 'zh-TW' };

const admin = (part: string, state = 'busy') => `/admin/${part}?account=admin&admin=${state}`;
type Place = readonly [string, ((page: Page) => Promise<void>)?];

const findings: Place = [
  admin('doctor'),
  async (page) => {
    await page.locator('.admin-part .button').click();
    await page.locator('.finding-red').waitFor();
  },
];
const table: Place = [
  admin('overview', 'draining'),
  async (page) => page.getByRole('button', { name: /^(Show as a table|以表格顯示)$/ }).click(),
];
const looks: readonly { readonly look: Look; readonly name: string; readonly places: readonly Place[] }[] = [
  { look: phone, name: 'parts on a phone', places: adminSections.map((section) => [admin(section)]) },
  {
    look: desk,
    name: 'parts on a desk',
    places: [table, [admin('people')], [admin('audit')], findings],
  },
  {
    look: desk,
    name: 'pages for whoever may not, and empty ones',
    places: [
      ['/admin?account=out'],
      ['/admin?account=local'],
      [admin('overview', 'unproven')],
      [admin('overview', 'quiet')],
    ],
  },
  {
    look: phone,
    name: 'what people in meetings see of it',
    places: [[meetingPath('maintenance')], [meetingPath('ended-by-operator')]],
  },
];

describe('no accessibility violations', () => {
  it.each(looks)('in $name', async ({ look, places }) => {
    await onPage(look, async (page) => {
      for (const [path, act] of places) {
        await go(page, path);
        await page.locator('.spinner').waitFor({ state: 'detached' });
        await act?.(page);
        await expectNoSidewaysScroll(page, path);
        await expectAccessible(page, path);
        await expectContrastInOtherTheme(page, look, path);
      }
    });
  });
});
