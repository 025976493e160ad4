import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { defaultClientDir } from '../../server/main.ts';
import { ensureClient } from '../../server/tools/clientBuild.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { chromiumFlags, chromiumPath, serveBundled } from '../e2e/bundledPage.ts';
import { deviceAt, pause } from '../e2e/media/room.ts';
import { TestSfu } from '../e2e/media/sfu.ts';
import { startTestServer } from '../support/server.ts';

/**
 * What a meeting costs the page: main thread and workers with 16 and 49 tiles, from landing to usable, and the
 * bytes of each route. The people are real engines with real encryption and one small stream each, in another
 * page; the interface itself is measured by its own time to usable. Prints a table and JSON.
 */

const seconds = 10;
const ticksPerSecond = 100;

const chunk = z.looseObject({
  file: z.string(),
  imports: z.array(z.string()).default([]),
  css: z.array(z.string()).default([]),
});

/** Gzipped kilobytes of a route: its entry with all it needs at once. */
async function routeKilobytes(...entries: string[]): Promise<number> {
  const manifest = z
    .record(z.string(), chunk)
    .parse(JSON.parse(await readFile(join(defaultClientDir, 'manifest.json'), 'utf8')));
  const files = new Set<string>();
  const follow = (name: string) => {
    const found = manifest[name];
    if (found === undefined || files.has(found.file)) return;
    for (const file of [found.file, ...found.css]) files.add(file);
    for (const next of found.imports) follow(next);
  };
  for (const entry of entries) follow(entry);
  let bytes = 0;
  for (const file of files) {
    bytes += gzipSync(await readFile(join(defaultClientDir, file)), { level: 9 }).length;
  }
  return Math.round(bytes / 1_000);
}

/** CPU seconds of the threads of Chromium's renderers, by name of the thread. */
function threadSeconds(pids: readonly number[]): ReadonlyMap<string, number> {
  const spent = new Map<string, number>();
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13);
      const key = Number(thread) === pid ? 'main' : name;
      spent.set(key, (spent.get(key) ?? 0) + (Number(user) + Number(system)) / ticksPerSecond);
    }
  }
  return spent;
}

const processInfo = z.object({ processInfo: z.array(z.looseObject({ type: z.string(), id: z.number() })) });

async function rendererPids(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo: all } = processInfo.parse(await session.send('SystemInfo.getProcessInfo'));
  await session.detach();
  return all.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

async function taskSeconds(session: CDPSession): Promise<{ task: number; script: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { task: value('TaskDuration'), script: value('ScriptDuration') };
}

async function openPage(
  browser: Browser,
  url: string,
  sfu: TestSfu,
  leaves: readonly number[],
): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.exposeFunction('ask', (leaf: number, name: RequestName, payload: unknown) =>
    sfu.request(deviceAt(leaf), name, payload),
  );
  for (const leaf of leaves) {
    sfu.join(deviceAt(leaf), (name, payload) => {
      page
        .evaluate(([at, event, data]) => window.bench.event(at, event, data), [leaf, name, payload] as const)
        .catch(() => {});
    });
  }
  await page.goto(url);
  return page;
}

async function measureTiles(tiles: number) {
  const members = tiles + 1;
  const site = await serveBundled(new URL('./client/', import.meta.url), 'index.html');
  const sfu = await TestSfu.start();
  const launch = () => chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
  const [crowd, own] = [await launch(), await launch()];
  try {
    const others = Array.from({ length: tiles }, (_, at) => at + 1);
    const senders = await openPage(crowd, site.url, sfu, others);
    const viewer = await openPage(own, site.url, sfu, [0]);
    const picture = { width: 160, height: 90, rate: tiles > 20 ? 5 : 10 };
    for (const leaf of others) {
      await senders.evaluate((given) => window.bench.join(given), { leaf, members, picture, tiles: null });
    }
    const session = await viewer.context().newCDPSession(viewer);
    await session.send('Performance.enable');
    await viewer.evaluate((given) => window.bench.join(given), {
      leaf: 0,
      members,
      picture: null,
      tiles: 180,
    });
    await viewer.evaluate(() => window.bench.watchStats(0));
    const sounds = Math.min(tiles, 25);
    const end = Date.now() + 120_000;
    while ((await viewer.evaluate(() => window.bench.playing())) < tiles + sounds && Date.now() < end) {
      await pause(500);
    }
    const playing = await viewer.evaluate(() => window.bench.playing());
    const joining = await viewer.evaluate(() => window.bench.takeLongTasks());
    const pids = await rendererPids(own);
    const before = { threads: threadSeconds(pids), ...(await taskSeconds(session)) };
    await pause(seconds * 1_000);
    const after = { threads: threadSeconds(pids), ...(await taskSeconds(session)) };
    const perSecond = (name: RegExp) => {
      let sum = 0;
      for (const [thread, spent] of after.threads) {
        if (name.test(thread)) sum += spent - (before.threads.get(thread) ?? 0);
      }
      return Math.round((sum / seconds) * 1_000);
    };
    const longTasks = await viewer.evaluate(() => window.bench.takeLongTasks());
    return {
      tiles,
      playing,
      mainTaskMsPerSecond: Math.round(((after.task - before.task) / seconds) * 1_000),
      mainScriptMsPerSecond: Math.round(((after.script - before.script) / seconds) * 1_000),
      mainCpuMsPerSecond: perSecond(/^main$/),
      workerCpuMsPerSecond: perSecond(/^DedicatedWorker/),
      longTasksWhileJoining: joining.length,
      longestWhileJoiningMs: Math.round(Math.max(0, ...joining)),
      longTasksAfter: longTasks.length,
      longestAfterMs: Math.round(Math.max(0, ...longTasks)),
    };
  } finally {
    await crowd.close();
    await own.close();
    await sfu.close();
    await site.close();
  }
}

/** Milliseconds from navigation until a route can be used, with an empty cache. */
async function measureRoutes() {
  const server = await startTestServer({ logStream: { write: () => undefined } }, { publicUrl: null });
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  try {
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    const since = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      return Math.round(performance.now() - began);
    };
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const landingMs = await since(async () => {
      await page.goto(server.running.url);
      await button('Start a meeting').click({ trial: true });
    });
    await button('Start a meeting').click();
    await page.getByRole('heading', { name: 'Your meeting is ready' }).waitFor();
    const link = await page.getByLabel('Meeting link').inputValue();
    const fresh = await (await browser.newContext({ locale: 'en' })).newPage();
    const prejoinMs = await since(async () => {
      await fresh.goto(link);
      await fresh.getByLabel('Your name').click({ trial: true });
    });
    await button('Go in').click();
    await page.getByLabel('Your name').fill('Bench');
    const meetingMs = await since(async () => {
      await button('Start the meeting').click();
      await page.getByRole('region', { name: 'Meeting controls' }).waitFor();
    });
    return { landingMs, prejoinMs, meetingMs };
  } finally {
    await browser.close();
    await server.close();
  }
}

await ensureClient();
const bytes = {
  landingKb: await routeKilobytes('index.html', 'i18n/en.ts'),
  meetingKb: await routeKilobytes('ui/meeting/MeetingRoute.tsx', 'meeting/services.ts'),
};
const counts = process.argv.slice(2).map(Number);
const tiles = [];
for (const count of counts.length > 0 ? counts : [16, 49]) tiles.push(await measureTiles(count));
console.table(tiles);
const routes = await measureRoutes();
console.table([{ ...routes, ...bytes }]);
console.log(JSON.stringify({ tiles, routes, bytes }));
