import { contextFor, launch, meetingPath, open } from '../e2e/ui/browser.ts';
import { openSite } from '../e2e/ui/site.ts';
import { tasksDuring } from './client/tasks.ts';

/** What a chat of 2,000 messages costs the page: to open, to look all the way back, and to write. Prints a table and JSON. */

const KEYS = 40;

interface Cost {
  readonly what: string;
  readonly tasks: number;
  /** Processor time of the main thread, milliseconds. */
  readonly sumMs: number;
  readonly longestMs: number;
}

function costOf(what: string, tasks: readonly number[]): Cost {
  return {
    what,
    tasks: tasks.length,
    sumMs: Math.round(tasks.reduce((sum, ms) => sum + ms, 0)),
    longestMs: Math.round(tasks.reduce((most, ms) => Math.max(most, ms), 0)),
  };
}

const [site, browser] = await Promise.all([openSite(), launch()]);
try {
  const context = await contextFor(browser, { size: 'laptop', theme: 'light', language: 'en' });
  const page = await context.newPage();
  await open(page, `${site.origin}${meetingPath('chat-long')}`);
  const costs: Cost[] = [];
  const measure = async (what: string, work: () => Promise<void>) => {
    costs.push(costOf(what, await tasksDuring(browser, page, work)));
  };
  const field = page.locator('.composer textarea');
  const write = async () => {
    await field.focus();
    for (let key = 0; key < KEYS; key++) await page.keyboard.press('a');
  };
  await measure('open the panel', async () => {
    await page.locator('.control:has(.lucide-message-square)').click();
    await page.locator('.chat-message').nth(29).waitFor();
  });
  await measure(`write ${KEYS} letters, at the end`, write);
  await measure('look all the way back', async () => {
    while (!(await page.locator('.chat-since').isVisible())) {
      await page.locator('.chat-log').evaluate(
        (log) =>
          new Promise((resolve) => {
            log.scrollTop = 0;
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          }),
      );
    }
  });
  const drawn = await page.locator('.chat-message').count();
  await measure(`write ${KEYS} letters, ${drawn} messages drawn`, write);
  await measure('scroll from the first to the last', () =>
    page.locator('.chat-log').evaluate(async (log) => {
      const step = log.scrollHeight / 60;
      for (let at = 0; at < log.scrollHeight; at += step) {
        log.scrollTop = at;
        await new Promise(requestAnimationFrame);
      }
    }),
  );
  console.table(costs);
  console.log(JSON.stringify({ chat: costs }));
} finally {
  await browser.close();
  await site.close();
}
