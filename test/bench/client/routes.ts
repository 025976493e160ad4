import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type BrowserContext, chromium } from 'playwright-core';
import { defaultClientDir } from '../../../server/main.ts';
import { chromiumFlags, chromiumPath } from '../../support/chromium.ts';
import { startTestServer } from '../../support/server.ts';

/** What a route asks the server for, in kilobytes, and how long until it can be used. */
export interface RouteCost {
  readonly route: string;
  readonly usableMs: number;
  readonly files: number;
  readonly scriptGzipKb: number;
  readonly wasmGzipKb: number;
  readonly styleGzipKb: number;
  readonly totalGzipKb: number;
  readonly totalBrotliKb: number;
}

/** Notes every file of the build that pages and workers of a context fetch. */
function watchRequests(context: BrowserContext): { readonly files: Set<string> } {
  const files = new Set<string>();
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/assets/')) files.add(pathname);
  });
  return { files };
}

const kb = (bytes: number) => Math.round(bytes / 100) / 10;

async function costOf(route: string, usableMs: number, files: ReadonlySet<string>): Promise<RouteCost> {
  const bodies = await Promise.all(
    [...files].map(async (path) => ({ path, body: await readFile(join(defaultClientDir, path)) })),
  );
  const gzipped = (ending: string) =>
    bodies
      .filter(({ path }) => path.endsWith(ending))
      .reduce((sum, { body }) => sum + gzipSync(body, { level: 9 }).length, 0);
  const brotli = bodies.reduce((sum, { body }) => sum + brotliCompressSync(body).length, 0);
  return {
    route,
    usableMs,
    files: files.size,
    scriptGzipKb: kb(gzipped('.js')),
    wasmGzipKb: kb(gzipped('.wasm')),
    styleGzipKb: kb(gzipped('.css')),
    totalGzipKb: kb(gzipped('')),
    totalBrotliKb: kb(brotli),
  };
}

/** Opens the start page and a meeting, each with an empty cache, against a real server. */
export async function measureRoutes(): Promise<readonly RouteCost[]> {
  const server = await startTestServer({ logStream: { write: () => undefined } }, { publicUrl: null });
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  try {
    const since = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      return Math.round(performance.now() - began);
    };
    const visit = async () => {
      const context = await browser.newContext({ locale: 'en' });
      const page = await context.newPage();
      return { page, ...watchRequests(context) };
    };

    const first = await visit();
    const button = (name: string) => first.page.getByRole('button', { name, exact: true });
    const landingMs = await since(async () => {
      await first.page.goto(server.running.url);
      await button('Start a meeting').click({ trial: true });
    });
    await first.page.waitForLoadState('networkidle');
    const landing = await costOf('landing', landingMs, first.files);
    await button('Start a meeting').click();
    await first.page.getByRole('heading', { name: 'Your meeting is ready' }).waitFor();
    const link = await first.page.getByLabel('Meeting link').inputValue();

    const second = await visit();
    const prejoinMs = await since(async () => {
      await second.page.goto(link);
      await second.page.getByLabel('Your name').click({ trial: true });
    });

    await button('Go in').click();
    await first.page.getByLabel('Your name').fill('Bench');
    const meetingMs = await since(async () => {
      await button('Start the meeting').click();
      await first.page.getByRole('region', { name: 'Meeting controls' }).waitFor();
    });
    await second.page.waitForLoadState('networkidle');
    // The way in fetches all that the room itself needs.
    const meeting = await costOf('meeting', prejoinMs, second.files);
    return [landing, meeting, { ...meeting, route: 'from the way in to the room', usableMs: meetingMs }];
  } finally {
    await browser.close();
    await server.close();
  }
}
