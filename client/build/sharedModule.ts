import { createHash } from 'node:crypto';
import { build, type Plugin } from 'vite';

/** A module that stands at one address of its own, outside the bundles. */
interface SharedModule {
  readonly fileName: string;
  readonly code: string;
}

/** What `page` and `worker` put in the place of a package. */
export interface Sharing {
  readonly page: Plugin;
  readonly worker: Plugin;
}

/** `name` with the first characters of its content's hash, as the builder names its own files. */
export function hashedName(name: string, extension: string, content: string | Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  return `assets/${name}-${hash}.${extension}`;
}

/**
 * Each worker is a bundle of its own, and so is the page: what several of them need would be fetched with each. As a
 * module at one address it is fetched once for all. `entry` is the module's source, `inside` the plugins it is built
 * with. Built once per process.
 */
export function sharedModule(
  packageName: string,
  name: string,
  entry: () => string,
  inside: readonly Plugin[] = [],
): Sharing {
  let bundling: Promise<SharedModule> | null = null;
  const shared = () => {
    bundling ??= bundle(name, entry(), inside);
    return bundling;
  };
  const resolveId = async (id: string) =>
    id === packageName ? { id: `/${(await shared()).fileName}`, external: 'absolute' as const } : null;
  return {
    page: {
      name: `sealroom:shared-${name}`,
      apply: 'build',
      enforce: 'pre',
      resolveId,
      async generateBundle() {
        const { fileName, code } = await shared();
        this.emitFile({ type: 'asset', fileName, source: code });
      },
    },
    worker: { name: `sealroom:shared-${name}-worker`, apply: 'build', enforce: 'pre', resolveId },
  };
}

/** Builds a module of its own from `entry`, its source; `outside` are packages that it goes on importing. */
export async function bundle(
  name: string,
  entry: string,
  inside: readonly Plugin[],
  outside: readonly string[] = [],
): Promise<SharedModule> {
  const entryId = `\0sealroom:${name}`;
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: `sealroom:${name}-entry`,
        resolveId: (id) => (id === entryId ? id : null),
        load: (id) => (id === entryId ? entry : null),
      },
      ...inside,
    ],
    build: {
      write: false,
      target: 'es2023',
      rollupOptions: { input: entryId, preserveEntrySignatures: 'strict', external: [...outside] },
      modulePreload: false,
    },
  });
  const results = Array.isArray(output) ? output : [output];
  const chunk = results
    .flatMap((result) => ('output' in result ? result.output : []))
    .find((one) => one.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`${name} could not be bundled`);
  return { fileName: hashedName(name, 'js', chunk.code), code: chunk.code };
}
