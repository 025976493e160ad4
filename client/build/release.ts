import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { CLIENT_VERSION } from '../../shared/protocol/version.ts';
import { integrityOf } from '../../shared/release/integrity.ts';
import { MANIFEST_PATH, SIGNATURE_PATH, writeManifest } from '../../shared/release/manifest.ts';

const PRELOAD_HELPER = '\0vite/preload-helper.js';

/** What the page starts once it knows what it is made of: fetched with the page, although imported later. */
const APPLICATION = /\/client\/main\.tsx$/;

/**
 * Makes the page answer for its parts: integrity metadata on every script and stylesheet in it, an import map with
 * those of all modules and stylesheets that are fetched later, and a manifest of every file. The page itself is
 * in the manifest, which is what gets signed; everything else hangs on the page.
 */
export function release(): Plugin {
  let outDir = '';
  return {
    name: 'sealroom:release',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    transform(code, id) {
      if (id !== PRELOAD_HELPER) return null;
      // Modules find theirs in the import map by themselves, stylesheets do not.
      const marked = code.replace(/link\.href = ([^;]+);/, `$&\n${STYLE_INTEGRITY}`);
      if (marked === code) this.error('The helper that fetches stylesheets is not as expected');
      return { code: marked, map: null };
    },
    writeBundle: {
      order: 'pre',
      sequential: true,
      async handler(_options, bundle) {
        const digests = await digestsOf(outDir);
        const page = join(outDir, 'index.html');
        const html = withIntegrity(await readFile(page, 'utf8'), bundle, digests);
        await writeFile(page, html);
        digests.set('/index.html', await integrityOf(html));
        await writeFile(join(outDir, MANIFEST_PATH), writeManifest(CLIENT_VERSION, digests));
      },
    },
  };
}

const STYLE_INTEGRITY = `
const map = document.querySelector('script[type="importmap"]')?.textContent;
link.integrity = map ? (JSON.parse(map).integrity[new URL(link.href).pathname] ?? '') : '';`;

/** Digests of all files that are served but the manifest's own, by their paths. */
async function digestsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests = new Map<string, string>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const served = path.slice(folder.length).replaceAll('\\', '/');
    const twin = /\.(br|gz)$/.test(served);
    if (!entry.isFile() || twin || served.includes('/.')) continue;
    if (served === MANIFEST_PATH || served === SIGNATURE_PATH) continue;
    digests.set(served, await integrityOf(await readFile(path)));
  }
  return digests;
}

function withIntegrity(
  html: string,
  bundle: Rolldown.OutputBundle,
  digests: ReadonlyMap<string, string>,
): string {
  const digestOf = (path: string): string => {
    const digest = digests.get(path);
    if (digest === undefined) throw new Error(`The page names ${path}, which was not written`);
    return digest;
  };
  const later = Object.keys(bundle)
    .filter((file) => /\.(js|css)$/.test(file))
    .map((file) => `/${file}`)
    .sort();
  const integrity = Object.fromEntries(later.map((path) => [path, digestOf(path)]));
  // Before everything that fetches a module.
  const map = `<script type="importmap">${JSON.stringify({ integrity })}</script>`;
  return html
    .replace('</title>', `</title>\n    ${map}`)
    .replace('</head>', `${applicationLinks(html, bundle)}</head>`)
    .replace(
      /<(script|link)\b[^>]*? (?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g,
      (tag, _name, path: string) => `${tag} integrity="${digestOf(path)}"`,
    );
}

/** Links to the application's modules and styles, which the page's first script imports when it may. */
function applicationLinks(html: string, bundle: Rolldown.OutputBundle): string {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  const application = chunks.find(({ facadeModuleId }) => APPLICATION.test(facadeModuleId ?? ''));
  if (application === undefined) throw new Error('The build has no application');
  const seen = new Set([application]);
  for (const chunk of seen) {
    for (const next of chunks.filter(({ fileName }) => chunk.imports.includes(fileName))) seen.add(next);
  }
  const styles = [...seen].reverse().flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
  const links = [
    ...[...seen].map(({ fileName }) => `<link rel="modulepreload" crossorigin href="/${fileName}">`),
    ...[...new Set(styles)].map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`),
  ];
  return links
    .filter((link) => !html.includes(link))
    .map((link) => `  ${link}\n  `)
    .join('');
}
