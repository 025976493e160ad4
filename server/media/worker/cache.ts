import { randomUUID } from 'node:crypto';
import { access, chmod, constants, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WorkerBinaryError } from './errors.ts';

/** All that a cached worker must match. */
export interface CacheKey {
  readonly mediasoup: string;
  readonly platform: string;
  readonly arch: string;
  /** C library and its version, e.g. `glibc2.36`, or `other`. */
  readonly libc: string;
  /** Hash of our build recipe; concerns workers built from source only. */
  readonly recipe: string;
}

export type WorkerOrigin = 'prebuilt' | 'source';

/** `$SEALROOM_CACHE_DIR`, else `$XDG_CACHE_HOME/sealroom`, else `~/.cache/sealroom`. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  if (env.SEALROOM_CACHE_DIR) return env.SEALROOM_CACHE_DIR;
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'sealroom');
}

/** The C library that this Node runs on. */
export function currentLibc(): string {
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('header' in report)) return 'other';
  const { header } = report;
  if (typeof header !== 'object' || header === null || !('glibcVersionRuntime' in header)) return 'other';
  return `glibc${String(header.glibcVersionRuntime)}`;
}

/** Folder of one mediasoup version on one kind of machine; lock and unfinished builds live in it too. */
export function cacheFolder(cacheDir: string, key: CacheKey): string {
  return join(cacheDir, 'media-worker', `${key.mediasoup}-${key.platform}-${key.arch}-${key.libc}`);
}

/** Where the worker of that origin is, or would be. */
export function cachedPath(cacheDir: string, key: CacheKey, origin: WorkerOrigin): string {
  const name = origin === 'source' ? `mediasoup-worker-source-${key.recipe}` : 'mediasoup-worker-prebuilt';
  return join(cacheFolder(cacheDir, key), name);
}

/** The cached worker's path if it is there and nobody but its owner, us or root, can have written it. */
export async function lookUp(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    const uid = process.getuid?.();
    const ours = uid === undefined || found.uid === uid || found.uid === 0;
    if (!found.isFile() || !ours || (found.mode & 0o022) !== 0) return undefined;
    await access(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** Puts a program into the cache in one step: a reader sees the whole file or none. */
export async function install(program: string, path: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await copyFile(program, temporary);
    await chmod(temporary, 0o755);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new WorkerBinaryError('cache-unwritable', `cannot write ${path}`, { cause });
  }
  return path;
}

/** @throws WorkerBinaryError `cache-unwritable` */
export async function openFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new WorkerBinaryError(
      'cache-unwritable',
      `cannot write to the cache folder ${folder}; set SEALROOM_CACHE_DIR to one that can be written`,
      { cause },
    );
  }
}
