import type { Page } from 'playwright-core';
import { meetingPath } from './browser.ts';

type Act = (page: Page) => Promise<void>;

const states = [
  'class-teacher',
  'class-student',
  'class-muted',
  'class-asked',
  'panic-teacher',
  'panic-student',
  'host-gone',
  'frozen',
  'marked',
  'sent-back',
  'waiting-words',
  'prejoin-recover',
];

/** Pictures of hosting: what a teacher sees, and what a student does. */
export function hostingShots(control: (icon: string) => Act, more: (icon: string) => Act) {
  const host =
    (scroll: number, then?: Act): Act =>
    async (page) => {
      await more('sliders-horizontal')(page);
      await page.locator('.panel-body').evaluate((body, to) => body.scrollTo(0, to), scroll);
      await then?.(page);
    };
  const people =
    (then: Act): Act =>
    async (page) => {
      await control('users')(page);
      await then(page);
    };
  return [
    ...states.map((state) => ({ name: `hosting-${state}`, path: meetingPath(state) })),
    { name: 'hosting-panel', path: meetingPath('class-teacher'), act: host(0) },
    { name: 'hosting-panel-2', path: meetingPath('rules-changed'), act: host(620) },
    { name: 'hosting-panel-3', path: meetingPath('rules-changed'), act: host(1240) },
    { name: 'hosting-panel-4', path: meetingPath('rules-changed'), act: host(9999) },
    {
      name: 'hosting-permissions',
      path: meetingPath('class-teacher'),
      act: host(620, async (page) =>
        page.locator('.panel .button', { hasText: /Set permissions|設定權限/ }).click(),
      ),
    },
    {
      name: 'hosting-preset',
      path: meetingPath('class-teacher'),
      act: host(9999, async (page) => page.locator('.radio-card', { hasText: /^Open|^開放/ }).click()),
    },
    {
      name: 'hosting-recovery',
      path: meetingPath('class-teacher'),
      act: host(9999, async (page) =>
        page.locator('.panel .button', { hasText: /Make a recovery|產生救援碼/ }).click(),
      ),
    },
    { name: 'hosting-hands', path: meetingPath('class-teacher'), act: control('users') },
    {
      name: 'hosting-member',
      path: meetingPath('class-teacher'),
      act: people((page) => page.locator('.person > .icon-button').nth(1).click()),
    },
    {
      name: 'hosting-ban',
      path: meetingPath('class-teacher'),
      act: people(async (page) => {
        await page.locator('.person > .icon-button').nth(3).click();
        await page.locator('.menu-item:has(.lucide-shield-ban)').click();
      }),
    },
    { name: 'hosting-lobby-12', path: meetingPath('lobby-12'), act: control('users') },
    { name: 'hosting-lobby-40', path: meetingPath('lobby-40'), act: control('users') },
    { name: 'hosting-lobby-1000', path: meetingPath('lobby-1000'), act: control('users') },
    {
      name: 'hosting-lobby-refuse',
      path: meetingPath('lobby-1000'),
      act: people((page) => page.locator('.lobby-tools .button').nth(1).click()),
    },
    {
      name: 'hosting-lobby-write',
      path: meetingPath('lobby-40'),
      act: people((page) => page.locator('.lobby-tools .button').nth(2).click()),
    },
    {
      name: 'hosting-recover',
      path: meetingPath('prejoin-recover'),
      act: async (page: Page) => page.locator('.prejoin-form .text-button').first().click(),
    },
  ];
}
