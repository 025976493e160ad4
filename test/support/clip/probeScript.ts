import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Heard } from './probe.ts';

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

/** The samples of a recording, -1 to 1. */
export function samplesOf({ pcm }: Heard): Float32Array {
  const bytes = Buffer.from(pcm, 'base64');
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) / 32_767);
}
