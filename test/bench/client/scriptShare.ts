import type { CDPSession } from 'playwright-core';

/** Where V8's profiler puts the time in which no script of the page ran. */
const others = new Set(['(root)', '(program)', '(idle)']);

/**
 * The part of the time a page's main thread was busy during `work` that its scripts took, between 0 and 1: their
 * calls into the browser and the collection of their garbage with them. The rest is the browser's own: tasks of its
 * media, layout and painting.
 */
export async function scriptShare(session: CDPSession, work: () => Promise<void>): Promise<number> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  await work();
  const { profile } = await session.send('Profiler.stop');
  await session.send('Profiler.disable');
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  let scripts = 0;
  let busy = 0;
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const name = names.get(id) ?? '(root)';
    const time = profile.timeDeltas?.[at] ?? 0;
    if (name !== '(idle)') busy += time;
    if (!others.has(name)) scripts += time;
  }
  return busy === 0 ? 0 : scripts / busy;
}
