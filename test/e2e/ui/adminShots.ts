import type { Page } from 'playwright-core';
import type { Shot } from './takeShots.ts';

const admin = (part: string, state = 'busy') =>
  `/admin${part === '' ? '' : `/${part}`}?account=admin&admin=${state}`;
const press = (selector: string) => async (page: Page) => page.locator(selector).first().click();

/** Pictures of the administration page. */
export const adminShots: readonly Shot[] = [
  { name: 'admin-now', path: admin('') },
  {
    name: 'admin-charts',
    path: admin(''),
    act: async (page) => page.locator('.charts').scrollIntoViewIfNeeded(),
  },
  {
    name: 'admin-table',
    path: admin(''),
    act: async (page) => {
      await page.locator('.admin-part-head .button').first().click();
      await page.locator('.admin-scroll').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'admin-servers',
    path: admin('', 'draining'),
    act: async (page) => page.evaluate(() => scrollTo(0, document.body.scrollHeight)),
  },
  { name: 'admin-quiet', path: admin('', 'quiet') },
  { name: 'admin-end', path: admin(''), act: press('.admin-table .button') },
  {
    name: 'admin-find',
    path: admin(''),
    act: async (page) => {
      await page
        .locator('.admin-line input')
        .first()
        .fill('https://meet.example/m/k3J9dQpX2mVwZ8sT1nYbRg#1.secret');
      await page.locator('.admin-line .button').first().click();
      await page.locator('.admin-line').first().scrollIntoViewIfNeeded();
    },
  },
  { name: 'admin-unproven', path: admin('', 'unproven') },
  { name: 'admin-people', path: admin('people') },
  {
    name: 'admin-people-menu',
    path: admin('people'),
    act: async (page) => page.locator('.icon-button').last().click(),
  },
  { name: 'admin-people-none', path: admin('people', 'quiet') },
  { name: 'admin-links', path: admin('links') },
  {
    name: 'admin-links-made',
    path: admin('links'),
    act: async (page) => {
      await page.locator('.admin-form input').first().fill('Bertrand');
      await page.locator('.admin-form .button').click();
    },
  },
  { name: 'admin-policies', path: admin('policies') },
  { name: 'admin-reports', path: admin('reports') },
  { name: 'admin-reports-none', path: admin('reports', 'quiet') },
  { name: 'admin-audit', path: admin('audit') },
  {
    name: 'admin-audit-whole',
    path: admin('audit'),
    act: press('.admin-part > div > .button:not(.admin-part-head *)'),
  },
  { name: 'admin-doctor', path: admin('doctor'), act: press('.admin-part .button') },
  { name: 'admin-signed-out', path: '/admin?account=out' },
  { name: 'admin-not', path: '/admin?account=local' },
];
