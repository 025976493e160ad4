import type { Page } from 'playwright-core';
import { meetingPath } from './browser.ts';

type Act = (page: Page) => Promise<void>;

/** Pictures of the whiteboard and of drawing over a shared screen. */
export function boardShots(more: (icon: string) => Act) {
  const open: Act = async (page) => {
    await more('presentation')(page);
    await page.locator('.board-canvas').waitFor();
  };
  const then =
    (act: Act): Act =>
    async (page) => {
      await open(page);
      await act(page);
    };
  return [
    { name: 'board', path: meetingPath('board'), act: open },
    { name: 'board-chip', path: meetingPath('board') },
    { name: 'board-empty', path: meetingPath('three'), act: open },
    { name: 'board-viewer', path: meetingPath('board-viewer'), act: open },
    { name: 'board-differs', path: meetingPath('board-differs'), act: open },
    {
      name: 'board-ink',
      path: meetingPath('board'),
      act: then((page) => page.locator('.board-tools .icon-button:has(.ink-spot)').click()),
    },
    {
      name: 'board-menu',
      path: meetingPath('board'),
      act: then((page) => page.locator('.board-corner .icon-button:has(.lucide-ellipsis)').click()),
    },
    {
      name: 'board-selected',
      path: meetingPath('board'),
      act: then(async (page) => {
        await page.locator('.board-tools .lucide-mouse-pointer-2').click();
        await page.locator('.board-canvas svg').focus();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
      }),
    },
    {
      name: 'board-chat',
      path: meetingPath('board'),
      act: then((page) => page.locator('.control:has(.lucide-message-square)').click()),
    },
    { name: 'board-screen', path: meetingPath('board-screen') },
    {
      name: 'board-screen-tools',
      path: meetingPath('board-screen'),
      act: (page: Page) => page.locator('.screen-tools .icon-button').first().click(),
    },
  ];
}
