import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { buildWorker } from './build/build.ts';
import { recipeHash } from './build/recipe.ts';
import {
  type CacheKey,
  cachedPath,
  cacheFolder,
  currentLibc,
  defaultCacheDir,
  install,
  lookUp,
  openFolder,
  type WorkerOrigin,
} from './cache.ts';
import { WorkerBinaryError } from './errors.ts';
import { acquireLock, type Lock } from './lock.ts';
import { findMediasoup, type MediasoupPackage } from './package.ts';
import { downloadWorker, installedWorker } from './prebuilt.ts';
import type { StepReport, WorkerProgressListener } from './progress.ts';
import { verifyWorker } from './verify.ts';

export interface EnsureWorkerOptions {
  /** Never use a prebuilt program; the same as SEALROOM_WORKER=source. */
  readonly preferSource?: boolean;
  /** Default: process.env. Read: MEDIASOUP_WORKER_BIN, SEALROOM_WORKER, SEALROOM_CACHE_DIR, XDG_CACHE_HOME. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cacheDir?: string;
  readonly onProgress?: WorkerProgressListener;
}

/** The two ways that make a program: slow, and with effects outside of this process. */
export interface WorkerSteps {
  installed(mediasoup: MediasoupPackage): Promise<string | undefined>;
  download(
    mediasoup: MediasoupPackage,
    scratchDir: string,
    env: NodeJS.ProcessEnv,
    report: StepReport,
  ): Promise<string>;
  build(mediasoup: MediasoupPackage, buildDir: string, report: StepReport): Promise<string>;
}

const realSteps: WorkerSteps = { installed: installedWorker, download: downloadWorker, build: buildWorker };

const modeSchema = z.enum(['auto', 'source', 'prebuilt']);
type WorkerMode = z.infer<typeof modeSchema>;

function readMode(env: NodeJS.ProcessEnv, preferSource: boolean): WorkerMode {
  const mode = modeSchema.safeParse(env.SEALROOM_WORKER || 'auto');
  if (!mode.success) {
    throw new WorkerBinaryError('bad-option', 'SEALROOM_WORKER must be auto, source or prebuilt');
  }
  return preferSource ? 'source' : mode.data;
}

const origins: Readonly<Record<WorkerMode, readonly WorkerOrigin[]>> = {
  auto: ['prebuilt', 'source'],
  prebuilt: ['prebuilt'],
  source: ['source'],
};

async function fromCache(
  cacheDir: string,
  key: CacheKey,
  mode: WorkerMode,
  report: StepReport,
): Promise<string | undefined> {
  for (const origin of origins[mode]) {
    const path = await lookUp(cachedPath(cacheDir, key, origin));
    if (path === undefined) continue;
    try {
      await verifyWorker(path);
      return path;
    } catch (error) {
      if (!(error instanceof WorkerBinaryError)) throw error;
      // For instance after an upgrade of the distribution that took its libraries away.
      report({ stage: 'cache', message: `cached worker dropped: ${error.message}` });
      await rm(path, { force: true });
    }
  }
  return undefined;
}

async function fromPrebuilt(
  mediasoup: MediasoupPackage,
  target: string,
  scratchDir: string,
  env: NodeJS.ProcessEnv,
  steps: WorkerSteps,
  report: StepReport,
): Promise<string> {
  try {
    const program =
      (await steps.installed(mediasoup)) ?? (await steps.download(mediasoup, scratchDir, env, report));
    report({ stage: 'verify', message: 'starting the prebuilt worker to verify it' });
    await verifyWorker(program);
    return await install(program, target);
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

/** A build folder of our own name, with what an interrupted build of the same recipe left, if any. */
async function buildFolder(folder: string, recipe: string, lock: Lock): Promise<string> {
  const prefix = `build-${recipe}-`;
  const own = join(folder, `${prefix}${lock.token}`);
  for (const name of await readdir(folder)) {
    if (!name.startsWith('build-')) continue;
    const left = join(folder, name);
    if (name.startsWith(prefix)) await rename(left, own).catch(() => undefined);
    else await rm(left, { recursive: true, force: true });
  }
  return own;
}

async function fromSource(
  mediasoup: MediasoupPackage,
  target: string,
  buildDir: string,
  steps: WorkerSteps,
  report: StepReport,
): Promise<string> {
  const program = await steps.build(mediasoup, buildDir, report);
  report({ stage: 'verify', message: 'starting the new worker to verify it' });
  await verifyWorker(program);
  const path = await install(program, target);
  await rm(buildDir, { recursive: true, force: true });
  return path;
}

/**
 * The path of a media worker that has been seen to start. In this order: MEDIASOUP_WORKER_BIN; the cache; the
 * prebuilt one, unless source was asked for; a build from the installed package's source. Pass the path to
 * mediasoup's `createWorker({ workerBin })`: mediasoup reads MEDIASOUP_WORKER_BIN when it is imported, which is
 * too early for a path that is found later.
 * @throws WorkerBinaryError whose message is for the administrator
 */
export async function ensureWorkerBinary(
  options: EnsureWorkerOptions = {},
  steps: WorkerSteps = realSteps,
): Promise<string> {
  const began = Date.now();
  const report: StepReport = (progress) =>
    options.onProgress?.({ ...progress, elapsedMs: Date.now() - began });
  const ready = (path: string, how: string): string => {
    report({ stage: 'ready', message: `media worker ready (${how})` });
    return path;
  };
  const env = options.env ?? process.env;
  const mode = readMode(env, options.preferSource ?? false);

  const given = env.MEDIASOUP_WORKER_BIN;
  if (given) {
    await verifyWorker(given);
    return ready(given, 'MEDIASOUP_WORKER_BIN');
  }

  const mediasoup = findMediasoup();
  const cacheDir = options.cacheDir ?? defaultCacheDir(env);
  const key: CacheKey = {
    mediasoup: mediasoup.version,
    platform: process.platform,
    arch: process.arch,
    libc: currentLibc(),
    recipe: recipeHash(),
  };
  const cached = await fromCache(cacheDir, key, mode, report);
  if (cached !== undefined) return ready(cached, 'cached');

  const folder = cacheFolder(cacheDir, key);
  await openFolder(folder);
  const lock = await acquireLock(join(folder, 'lock'), (pid) =>
    report({ stage: 'wait', message: `waiting for another process (${pid ?? 'unknown'}) that is making it` }),
  );
  try {
    const made = await fromCache(cacheDir, key, mode, report);
    if (made !== undefined) return ready(made, 'made by another process');

    let noPrebuilt = '';
    if (mode !== 'source' && !(mode === 'auto' && env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD)) {
      const target = cachedPath(cacheDir, key, 'prebuilt');
      const scratchDir = join(folder, `download-${lock.token}`);
      try {
        return ready(await fromPrebuilt(mediasoup, target, scratchDir, env, steps, report), 'prebuilt');
      } catch (error) {
        if (!(error instanceof WorkerBinaryError) || mode === 'prebuilt') throw error;
        noPrebuilt = error.message;
        report({ stage: 'download', message: `${noPrebuilt}; building it from source instead` });
      }
    }

    const buildDir = await buildFolder(folder, key.recipe, lock);
    const target = cachedPath(cacheDir, key, 'source');
    try {
      return ready(await fromSource(mediasoup, target, buildDir, steps, report), 'built from source');
    } catch (error) {
      if (!(error instanceof WorkerBinaryError) || noPrebuilt === '') throw error;
      throw new WorkerBinaryError(error.code, `${error.message}\n(tried before: ${noPrebuilt})`, {
        cause: error,
      });
    }
  } finally {
    await lock.release();
  }
}
