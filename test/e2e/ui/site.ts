import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, type Plugin } from 'vite';
import { ownLocales } from '../../../client/build/locales.ts';
import { sharedParts } from '../../../client/build/sharedParts.ts';

const client = fileURLToPath(new URL('../../../client/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

// What the server sends, as far as the interface can offend against it.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Builds the interface with the fixture in place of the real services into a new folder, and returns its path.
 *
 * @param plugins what else is changed in the build
 */
export async function buildSite(plugins: readonly Plugin[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealroom-ui-'));
  await build({
    configFile: false,
    root: client,
    logLevel: 'error',
    plugins: [
      ...plugins,
      ownLocales(),
      react(),
      {
        name: 'fixture-entry',
        transformIndexHtml: {
          order: 'pre',
          handler: (html) => html.replace('./release/boot.ts', '../test/e2e/ui/fixture.tsx'),
        },
      },
    ],
    build: {
      outDir: folder,
      rolldownOptions: { output: { codeSplitting: { groups: [sharedParts()] } } },
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  return folder;
}

/** Serves what buildSite built on a loopback port. */
export async function serveSite(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = extname(path) === '' ? 'index.html' : normalize(path).replace(/^[/\\.]+/, '');
    readFile(join(folder, file)).then(
      (body) => {
        response.writeHead(200, {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': CSP,
          // As the server does: what has its digest in its name is loaded and compiled once for a page after page.
          ...(path.startsWith('/assets/') ? { 'cache-control': 'public, max-age=31536000, immutable' } : {}),
        });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Both; closing also deletes what was built. */
export async function openSite(plugins: readonly Plugin[] = []): Promise<Site> {
  const folder = await buildSite(plugins);
  const site = await serveSite(folder);
  return {
    origin: site.origin,
    async close() {
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
