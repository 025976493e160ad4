import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { personFlags } from '../support/browser.ts';
import { chromiumPath } from '../support/chromium.ts';
import { deploy, ReleaseKey } from '../support/releases.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const key = new ReleaseKey();
let folder: string;
let site: string;
let server: TestServer;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-release-'));
  site = join(folder, 'site');
  server = await startTestServer({ clientDir: site }, { publicUrl: null });
  browser = await chromium.launch({ executablePath: chromiumPath, args: [...personFlags] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en' });
});

afterEach(async () => context.close());

/** Changes one byte in the middle of a served file. */
async function alter(pattern: RegExp): Promise<string> {
  const names = await readdir(site, { recursive: true });
  const name = names.find((each) => pattern.test(each) && !/\.(br|gz)$/.test(each));
  if (name === undefined) throw new Error(`no file ${pattern}`);
  const bytes = await readFile(join(site, name));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(join(site, name), bytes);
  for (const twin of ['.br', '.gz']) await rm(join(site, name + twin), { force: true });
  await utimes(join(site, 'index.html'), new Date(), new Date());
  return `/${name}`;
}

async function visit(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.running.url);
  return page;
}

const start = (page: Page) => page.getByRole('button', { name: 'Start a meeting' });

/** A first visit, until the guard is in charge and has everything. */
async function firstVisit(): Promise<void> {
  const page = await visit();
  await start(page).waitFor();
  await page.evaluate(async () => {
    const { serviceWorker } = navigator;
    if (serviceWorker.controller === null) {
      await new Promise((resolve) => {
        serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      });
    }
    const { port1, port2 } = new MessageChannel();
    const kept = new Promise((resolve) => {
      port1.onmessage = resolve;
    });
    serviceWorker.controller?.postMessage({ kind: 'keep' }, [port2]);
    await kept;
  });
  await page.close();
}

const releaseOf = (page: Page) => page.locator('meta[name="release"]').getAttribute('content');

describe('a byte changed on the server', () => {
  it('in the first script keeps the page from starting', async () => {
    await deploy(site, { version: '1.0.0', key });
    const entry = /type="module" crossorigin src="\/(assets\/[^"]+)"/.exec(
      await readFile(join(site, 'index.html'), 'utf8'),
    )?.[1];
    await alter(new RegExp(`^${entry}$`));
    const page = await visit();
    await page.getByText('This page did not start').waitFor();
    expect(await start(page).count()).toBe(0);
  });

  it.each([
    ['a script that is fetched later', /^assets\/services-[\w-]+\.js$/],
    ['a worker', /^assets\/meetingWorker-[\w-]+\.js$/],
    ['what a worker imports', /^assets\/sodium-[\w-]+\.js$/],
  ])('in %s stops the page that asks for it, which says why', async (_what, pattern) => {
    await deploy(site, { version: '1.0.0', key });
    const path = await alter(pattern);
    const page = await visit();
    await start(page).click();
    await page.getByRole('heading', { name: 'This page was changed, so it was not started' }).waitFor();
    await page.getByText(path).waitFor();
  });

  it('in WebAssembly stops it as well', async () => {
    await deploy(site, { version: '1.0.0', key });
    const path = await alter(/^assets\/rnnoise-[\w-]+\.wasm$/);
    await firstVisit();
    const page = await visit();
    await start(page).waitFor();
    expect(
      await page.evaluate(
        (url) =>
          fetch(url).then(
            () => 'fetched',
            () => 'refused',
          ),
        path,
      ),
    ).toBe('refused');
    await page.getByText(path).waitFor();
  });

  it('changes nothing for a browser that has the release', async () => {
    await deploy(site, { version: '1.0.0', key });
    await firstVisit();
    const path = await alter(/^index\.html$/);
    const page = await visit();
    await start(page).click();
    await page.getByRole('heading', { name: 'Your meeting is ready' }).waitFor();
    expect(path).toBe('/index.html');
  });
});

describe('another release', () => {
  it('that the same key signed later comes when the person agrees, and only then', async () => {
    await deploy(site, { version: '1.0.0', key });
    await firstVisit();
    // Another guard too: the browser finds it by itself, and it waits as well.
    await deploy(site, { version: '1.1.0', key, guard: '\n// another' });
    const first = await visit();
    await first.getByText('Version 1.1.0 replaces version 1.0.0.').waitFor();
    await first.getByText(await key.fingerprint()).waitFor();
    expect(await releaseOf(first)).toBe('1.0.0');
    await first.getByRole('button', { name: 'Not now' }).click();
    await start(first).waitFor();
    await first.close();

    const second = await visit();
    expect(await releaseOf(second)).toBe('1.0.0');
    // Its guard waits, with the old release in mind, when the person agrees.
    await second.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/');
      await registration?.update();
    });
    await until(
      () =>
        second.evaluate(
          async () => (await navigator.serviceWorker.getRegistration('/'))?.waiting?.state ?? null,
        ),
      (state) => state === 'installed',
      'the new guard waits',
    );
    await second.getByRole('button', { name: 'Use the new version' }).click();
    await start(second).waitFor();
    expect(await releaseOf(second)).toBe('1.1.0');
    expect(await second.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it.each([
    ['signed by another key', { version: '1.1.0', key: new ReleaseKey() }, /signed by somebody else/],
    ['that is older', { version: '0.9.0', key, signedAt: 1_000 }, /older than the page/],
    ['that nobody signed', { version: '1.1.0' }, /not signed, unlike/],
  ])('%s is refused, and the old one stays', async (_what, wish, why) => {
    await deploy(site, { version: '1.0.0', key });
    await firstVisit();
    await deploy(site, wish);
    const page = await visit();
    await page.getByText(why).waitFor();
    await page.getByRole('button', { name: 'Go on with the page I have' }).click();
    await start(page).waitFor();
    expect(await releaseOf(page)).toBe('1.0.0');
  });

  it('of a site that signs none is asked about, and called self-built', async () => {
    await deploy(site, { version: '1.0.0' });
    await firstVisit();
    await deploy(site, { version: '1.1.0' });
    const page = await visit();
    await page.getByText('not signed by anyone').waitFor();
    await page.getByRole('button', { name: 'Use the new version' }).click();
    await start(page).waitFor();
    expect(await releaseOf(page)).toBe('1.1.0');
  });

  it('of the guard alone stops the page', async () => {
    await deploy(site, { version: '1.0.0', key });
    await firstVisit();
    await writeFile(join(site, 'guard.js'), `${await readFile(join(site, 'guard.js'), 'utf8')}\n// replaced`);
    await utimes(join(site, 'index.html'), new Date(), new Date());
    const page = await visit();
    await page.getByRole('heading', { name: 'The server tries to replace what guards this page' }).waitFor();
    expect(await start(page).count()).toBe(0);
  });
});
