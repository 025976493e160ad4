import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let script: Promise<string> | null = null;

/** The probe as one classic script, for `addInitScript`. */
export function probeScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: {
        entry: fileURLToPath(new URL('./probe.ts', import.meta.url)),
        formats: ['iife'],
        name: 'probeBundle',
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  for (const output of outputs) {
    if ('output' in output) return output.output[0].code;
  }
  throw new Error('the probe was not built');
}
