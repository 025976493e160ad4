import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The installed mediasoup package. */
export interface MediasoupPackage {
  readonly version: string;
  readonly root: string;
  readonly workerDir: string;
}

/** Finds it the way an import would, without importing it. */
export function findMediasoup(): MediasoupPackage {
  // The package exports no package.json; its entry is node/lib/index.js.
  const entry = createRequire(import.meta.url).resolve('mediasoup');
  const root = dirname(dirname(dirname(entry)));
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { version } = z.object({ version: z.string().min(1) }).parse(manifest);
  return { version, root, workerDir: join(root, 'worker') };
}
