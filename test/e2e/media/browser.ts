import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { build } from 'vite';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The bundled lab on loopback and a real Chromium with fake devices. */
export interface Lab {
  readonly url: string;
  /** A context of its own, as another person's browser has. */
  context(): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface LabOptions {
  /** Whether the browser grants camera and microphone without asking; otherwise it refuses. */
  readonly grant?: boolean;
  /** Value of --use-fake-device-for-media-stream, for instance `device-count=2`. */
  readonly fakeDevices?: string;
}

/** Builds the lab page and starts a browser. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const outDir = await mkdtemp(join(tmpdir(), 'sealroom-media-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, target: 'esnext', rollupOptions: { input: join(root, 'index.html') } },
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
  const fake = options.fakeDevices === undefined ? '' : `=${options.fakeDevices}`;
  try {
    browser = await chromium.launch({
      executablePath: process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        `--use-fake-device-for-media-stream${fake}`,
        ...(options.grant === false ? ['--deny-permission-prompts'] : ['--use-fake-ui-for-media-stream']),
        '--autoplay-policy=no-user-gesture-required',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    const started = browser;
    return {
      url: `http://127.0.0.1:${address.port}/index.html`,
      context: () => started.newContext(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
