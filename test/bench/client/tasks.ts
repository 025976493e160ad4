import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const event = z.looseObject({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** Microseconds on the clock. */
  dur: z.number().optional(),
  /** Microseconds the thread ran in that time. */
  tdur: z.number().optional(),
  args: z.looseObject({ name: z.unknown().optional() }).optional(),
});
const trace = z.object({ traceEvents: z.array(z.unknown()) });

/**
 * Milliseconds of processor time of every task that the main threads of a browser's pages ran during `work`. A
 * task's time on the clock, which is what the long-task interface of browsers counts, says as much about the
 * other programs on the machine.
 */
export async function tasksDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await work();
  const { traceEvents } = trace.parse(JSON.parse((await browser.stopTracing()).toString()));
  const events = traceEvents.flatMap((each) => {
    const { success, data } = event.safeParse(each);
    return success ? [data] : [];
  });
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => /RunTask$/.test(name) && mainThreads.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = dur }) => tdur / 1_000);
}
