import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { type StaffIssuer, staffIssuer } from '../shared/protocol/accounts.ts';
import { guardScript } from './build/guard.ts';
import { ownLocales } from './build/locales.ts';
import { leanMediasoup } from './build/mediasoup.ts';
import { release } from './build/release.ts';
import { sharedParts } from './build/sharedParts.ts';
import { sharedSodium } from './build/sodium.ts';
import { sharedZod } from './build/zod.ts';
import { verifyPatchedMls } from './e2ee/group/patched.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const outDir = join(root, 'dist');

/** An unpatched MLS library would build without complaint and refuse valid groups later. */
function patchedMls(): Plugin {
  return { name: 'sealroom:patched-mls', apply: 'build', buildStart: () => verifyPatchedMls() };
}

const TRUSTED_WORKER = 'virtual:sealroom-trusted-worker';
const trustedWorker = `
const policy = globalThis.trustedTypes?.createPolicy('sealroom-worker', {
  createScriptURL(url) {
    if (url !== '/guard.js' && !/^\\/assets\\/[\\w-]+\\.js$/.test(url)) throw new TypeError('not a worker of this page');
    return url;
  },
});
export const trusted = (url) => policy?.createScriptURL(url) ?? url;
`;

const REGISTER = "serviceWorker.register('/guard.js'";

/**
 * Under Trusted Types a worker starts from an address that a named policy let pass. This puts the policy into
 * every `new Worker(new URL('./x.ts', import.meta.url), ...)`; it knows files of this build and
 * the guard only.
 */
function trustedWorkers(): Plugin {
  const pattern = /new Worker\(\s*new URL\('([^']+)', import\.meta\.url\)/g;
  return {
    name: 'sealroom:trusted-workers',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (id === TRUSTED_WORKER ? `\0${TRUSTED_WORKER}` : null),
    load: (id) => (id === `\0${TRUSTED_WORKER}` ? trustedWorker : null),
    transform(code, id) {
      if (!id.startsWith(root) || !(code.includes('new Worker(') || code.includes(REGISTER))) return null;
      const imports = [`import { trusted as __trusted } from '${TRUSTED_WORKER}';`];
      const rewritten = code
        .replace(pattern, (_match, file: string) => {
          const name = `__worker${imports.length}`;
          imports.push(`import ${name} from '${file}?worker&url';`);
          return `new Worker(__trusted(${name})`;
        })
        .replace(REGISTER, `serviceWorker.register(__trusted('/guard.js')`);
      if (/new Worker\((?!__trusted)/.test(rewritten)) {
        this.error('A worker must be written as: new Worker(new URL(..., import.meta.url), ...)');
      }
      // Below the code, so that no line moves.
      return { code: `${rewritten}\n${imports.join('\n')}\n`, map: null };
    },
  };
}

const compressible = /\.(js|css|html|svg|json|webmanifest|wasm)$/;

/** Writes .br and .gz beside each file, so that the server compresses nothing at run time. */
function precompress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  let watching = false;
  return {
    name: 'sealroom:precompress',
    apply: 'build',
    configResolved(config) {
      watching = config.build.watch !== null;
    },
    writeBundle: { order: 'post', sequential: true, handler: compressAll },
  };

  async function compressAll(): Promise<void> {
    if (watching) return;
    const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !compressible.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const body = await readFile(path);
      const br = brotli(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      });
      for (const [suffix, compressed] of [
        ['.br', await br],
        ['.gz', await zip(body, { level: 9 })],
      ] as const) {
        if (compressed.length < body.length) await writeFile(path + suffix, compressed);
      }
    }
  }
}

/** Identity providers that an agency's own build pins, from the JSON file that SEALROOM_TRUSTED_ISSUERS names. */
async function trustedIssuers(): Promise<readonly StaffIssuer[]> {
  const file = process.env.SEALROOM_TRUSTED_ISSUERS;
  return file ? staffIssuer.array().parse(JSON.parse(await readFile(file, 'utf8'))) : [];
}

const shared = [await sharedSodium(), sharedZod()];

export default defineConfig({
  root,
  base: '/',
  define: { __TRUSTED_ISSUERS__: JSON.stringify(await trustedIssuers()) },
  plugins: [
    patchedMls(),
    trustedWorkers(),
    ownLocales(),
    react(),
    leanMediasoup(),
    ...shared.map(({ page }) => page),
    guardScript(),
    release(),
    precompress(),
  ],
  worker: { format: 'es', plugins: () => [...shared.map(({ worker }) => worker), trustedWorkers()] },
  build: {
    outDir,
    rolldownOptions: { output: { codeSplitting: { groups: [sharedParts()] } } },
    emptyOutDir: true,
    target: 'es2023',
    manifest: 'manifest.json',
    sourcemap: false,
    // The content security policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
});
