import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vite = join(root, 'node_modules/vite/bin/vite.js');
const run = promisify(execFile);
const outDir = join(root, 'client/dist');
/** Beside the build; the server serves no dot files. */
const stampFile = join(outDir, '.inputs');

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return path === 'client/dist' ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** A hash over the names and bytes of everything the client is made of. */
export function hashInputs(): string {
  const hash = createHash('sha256');
  for (const path of [
    ...filesIn('client'),
    ...filesIn('shared'),
    'package-lock.json',
    'tsconfig.json',
    // A library that lost its patch is built, and thereby refused, anew.
    'node_modules/ts-mls/dist/src/clientState.js',
  ].sort()) {
    const body = readFileSync(join(root, path));
    hash.update(`${path}\0${body.length}\0`).update(body);
  }
  const issuers = process.env.SEALROOM_TRUSTED_ISSUERS;
  if (issuers) hash.update(readFileSync(issuers));
  return hash.digest('hex');
}

function builtFrom(): string | null {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Builds the client into client/dist unless what is there was built from the same inputs. `onBuild` is called
 * before the work starts. Throws what Vite throws; a failed build is not taken for a finished one.
 */
export async function ensureClient(onBuild: () => void = () => undefined): Promise<'built' | 'current'> {
  const inputs = hashInputs();
  if (builtFrom() === inputs) return 'current';
  onBuild();
  // In a process of its own: the builder's memory is not to stay with the server's.
  // What starts it may be a test or a tool for developers; the page is the same.
  const env = { ...process.env, NODE_ENV: 'production' };
  const config = join(root, 'client/vite.config.ts');
  await run(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'error'], { env });
  writeFileSync(stampFile, inputs);
  return 'built';
}

if (import.meta.main) {
  const outcome = await ensureClient();
  console.log(outcome === 'built' ? 'Client built.' : 'Client is up to date.');
}
