import { readdirSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import type { Background } from '../../client/media/effects/background.ts';
import { ensureClient } from '../../server/tools/clientBuild.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { serveBundled } from '../e2e/bundledPage.ts';
import { openLab } from '../e2e/media/browser.ts';
import { deviceAt, pause } from '../e2e/media/room.ts';
import { TestSfu } from '../e2e/media/sfu.ts';
import { chromiumFlags, chromiumPath } from '../support/chromium.ts';
import { measureRoutes } from './client/routes.ts';
import { scriptShare } from './client/scriptShare.ts';
import { tasksDuring } from './client/tasks.ts';

/**
 * What a meeting costs the page: main thread and workers with 16 and 49 tiles, and for each route the time until
 * it can be used and the bytes it asks for. The people are real engines with real encryption and one small stream
 * each, in another browser; the viewer shows them with the whole interface. Prints tables and JSON; exit code 1 where an
 * aim is missed.
 */

const seconds = 10;
const ticksPerSecond = 100;
/** Aim: our scripts take at most so much of a second of the main thread with 16 tiles, in milliseconds. */
const SCRIPTS_AT_MOST = 100;
/** A task that keeps the page from answering for long enough to be noticed, in milliseconds. */
const LONG = 50;

function longest(tasks: readonly number[]): number {
  return Math.round(tasks.reduce((most, ms) => Math.max(most, ms), 0));
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

async function openPage(
  browser: Browser,
  url: string,
  sfu: TestSfu,
  leaves: readonly number[],
): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
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
      await senders.evaluate((given) => window.bench.join(given), { leaf, members, picture, shows: false });
    }
    const session = await viewer.context().newCDPSession(viewer);
    await viewer.evaluate(() => window.bench.prepare());
    const joining = await tasksDuring(own, viewer, async () => {
      const you = { leaf: 0, members, picture: null, shows: true };
      await viewer.evaluate((given) => window.bench.join(given), you);
      await viewer.evaluate(() => window.bench.watchStats(0));
      const wanted = tiles + Math.min(tiles, 25);
      const end = Date.now() + 60_000;
      while ((await viewer.evaluate(() => window.bench.playing())) < wanted && Date.now() < end) {
        await pause(500);
      }
    });
    const playing = await viewer.evaluate(() => window.bench.playing());
    const pids = await rendererPids(own);
    const before = threadSeconds(pids);
    const going = await tasksDuring(own, viewer, () => pause(seconds * 1_000));
    const after = threadSeconds(pids);
    const share = await scriptShare(session, () => pause(seconds * 1_000));
    const perSecond = (name: RegExp) => {
      let sum = 0;
      for (const [thread, spent] of after) {
        if (name.test(thread)) sum += spent - (before.get(thread) ?? 0);
      }
      return Math.round((sum / seconds) * 1_000);
    };
    return {
      tiles,
      playing,
      mainCpuMsPerSecond: perSecond(/^main$/),
      ofItScriptsMs: Math.round(perSecond(/^main$/) * share),
      workerCpuMsPerSecond: perSecond(/^DedicatedWorker/),
      longTasksWhileJoining: joining.filter((ms) => ms > LONG).length,
      longestWhileJoiningMs: longest(joining),
      longTasksAfter: going.filter((ms) => ms > LONG).length,
      longestAfterMs: longest(going),
    };
  } finally {
    await crowd.close();
    await own.close();
    await sfu.close();
    await site.close();
  }
}

type Drawn = Exclude<Background, { readonly kind: 'picture' }>;

/** What each effect costs for a picture of 640x360, and for 10 ms of sound; in milliseconds. */
async function measureEffects() {
  const lab = await openLab({ program: chromiumPath });
  try {
    const page = await (await lab.context()).newPage();
    await page.goto(lab.url);
    const painted = (settings: { background: Drawn; brighten: boolean }) =>
      page.evaluate((wish) => window.lab.painted(wish, 0.6), settings);
    const none = { kind: 'none' } as const;
    const blur = await painted({ background: { kind: 'blur', strength: 'strong' }, brighten: false });
    const scene = await painted({ background: { kind: 'scene', scene: 'dusk' }, brighten: false });
    const bright = await painted({ background: none, brighten: true });
    const noise = await page.evaluate(() => window.lab.silenced());
    const round = (ms: number | null) => (ms === null ? null : Math.round(ms * 100) / 100);
    return {
      blurMs: round(blur.costMs),
      sceneMs: round(scene.costMs),
      brightenMs: round(bright.costMs),
      noiseMs: round(noise.costMs),
    };
  } finally {
    await lab.close();
  }
}

await ensureClient();
const counts = process.argv.slice(2).map(Number);
const tiles = [];
for (const count of counts.length > 0 ? counts : [16, 49]) tiles.push(await measureTiles(count));
console.table(tiles);
const routes = await measureRoutes();
console.table(routes);
const effects = await measureEffects();
console.table([effects]);
console.log(JSON.stringify({ tiles, routes, effects }));
const missed = tiles.filter(
  ({ tiles: shown, ofItScriptsMs, longTasksAfter }) =>
    longTasksAfter > 0 || (shown <= 16 && ofItScriptsMs > SCRIPTS_AT_MOST),
);
if (missed.length > 0) process.exitCode = 1;
