import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** A bundled fixture page in a real Chromium with fake devices, on loopback. */
export interface FixtureBrowser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Builds `page`, an HTML file of the folder `at`, and opens it. */
export async function openFixture(at: URL, page: string): Promise<FixtureBrowser> {
  const root = fileURLToPath(at);
  const outDir = await mkdtemp(join(tmpdir(), 'sealroom-frames-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, target: 'esnext', rollupOptions: { input: join(root, page) } },
  });
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    readFile(join(outDir, path)).then(
      (body) => {
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
        response.end(body);
      },
      () => {
        response.writeHead(404);
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  let browser: Browser | null = null;
  const close = async () => {
    await browser?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(outDir, { recursive: true, force: true });
  };
  try {
    browser = await chromium.launch({
      executablePath: process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    const opened = await browser.newPage();
    await opened.goto(`http://127.0.0.1:${address.port}/${page}`);
    return { page: opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}
