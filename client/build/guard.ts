import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { noEvaluation } from './zod.ts';

const script = fileURLToPath(new URL('../release/guardWorker.ts', import.meta.url));

/** The guard as one classic script at an address that never changes. */
export function guardScript(): Plugin {
  return {
    name: 'sealroom:guard',
    apply: 'build',
    async generateBundle() {
      const output = await build({
        configFile: false,
        logLevel: 'silent',
        plugins: [noEvaluation],
        build: {
          write: false,
          target: 'es2023',
          modulePreload: false,
          rollupOptions: { input: script, output: { format: 'iife' } },
        },
      });
      const results = Array.isArray(output) ? output : [output];
      const chunks = results.flatMap((result) => ('output' in result ? result.output : []));
      const [chunk] = chunks;
      if (chunk?.type !== 'chunk' || chunks.length > 1) throw new Error('the guard is not one script');
      this.emitFile({ type: 'asset', fileName: 'guard.js', source: chunk.code });
    },
  };
}
