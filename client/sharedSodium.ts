import { createHash } from 'node:crypto';
import { build, type Plugin } from 'vite';

const ENTRY = '\0sealroom:sodium';
const PACKAGE = 'libsodium-wrappers';

interface Sodium {
  readonly fileName: string;
  readonly code: string;
}

/** libsodium as one module of its own; built once per process. */
async function bundle(): Promise<Sodium> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'sealroom:sodium-entry',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? `export { default } from '${PACKAGE}';` : null),
      },
    ],
    build: {
      write: false,
      target: 'es2023',
      rollupOptions: { input: ENTRY, preserveEntrySignatures: 'strict' },
      modulePreload: false,
    },
  });
  const results = Array.isArray(output) ? output : [output];
  const chunk = results
    .flatMap((result) => ('output' in result ? result.output : []))
    .find((one) => one.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('libsodium could not be bundled');
  const hash = createHash('sha256').update(chunk.code).digest('base64url').slice(0, 8);
  return { fileName: `assets/sodium-${hash}.js`, code: chunk.code };
}

/**
 * Two workers need libsodium, which is by far their largest part, and so does the page of one's own meetings;
 * each is a bundle of its own: as a module at one address it is fetched once for all.
 */
export function sharedSodium(): { readonly page: Plugin; readonly worker: Plugin } {
  let bundling: Promise<Sodium> | null = null;
  const sodium = () => {
    bundling ??= bundle();
    return bundling;
  };
  const shared = async (id: string) =>
    id === PACKAGE ? { id: `/${(await sodium()).fileName}`, external: 'absolute' as const } : null;
  return {
    page: {
      name: 'sealroom:sodium',
      apply: 'build',
      enforce: 'pre',
      resolveId: shared,
      async generateBundle() {
        const { fileName, code } = await sodium();
        this.emitFile({ type: 'asset', fileName, source: code });
      },
    },
    worker: {
      name: 'sealroom:sodium-worker',
      apply: 'build',
      enforce: 'pre',
      resolveId: shared,
    },
  };
}
