import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { WorkerBinaryError } from '../errors.ts';
import type { MediasoupPackage } from '../package.ts';
import type { StepReport } from '../progress.ts';
import { parseFlatcFlags, parseMesonList, parseMesonOptions } from './meson.ts';
import { renderNinja } from './ninja.ts';
import { applyPatch } from './patch.ts';
import { compileFlags, defines, includeDir, linkFlags, patches } from './recipe.ts';
import { run } from './run.ts';
import { findToolchain } from './tools.ts';

/** Bytes that one compiler may need at -O3; fewer run at once on a small machine, rather than swapping. */
const memoryPerJob = 700 * 1024 * 1024;

/** Standard headers that nearly every unit includes. */
const preludeHeaders =
  'algorithm array chrono deque functional list map memory mutex optional set span sstream string vector';

/**
 * Compiled once and put before every unit, which halves the time. It changes no meaning: the units
 * include these headers themselves, and a compiler that cannot use the compiled form reads the text.
 */
function renderPrelude(headers: readonly string[]): string {
  return [
    '#include "common.hpp"',
    '#include <uv.h>',
    ...preludeHeaders.split(' ').map((header) => `#include <${header}>`),
    '#include <ankerl/unordered_dense.h>',
    ...headers.map((header) => `#include "FBS/${header}"`),
    '',
  ].join('\n');
}

/** What to compile, read from the package's own build files. Paths relative to its `worker` folder. */
export interface WorkerSources {
  readonly units: readonly string[];
  readonly schemas: readonly string[];
  readonly flatcFlags: readonly string[];
}

/**
 * Reads the source lists of an installed mediasoup.
 * @throws WorkerBinaryError `sources-unreadable`
 */
export async function readWorkerSources(workerDir: string): Promise<WorkerSources> {
  const text = async (file: string): Promise<string> => {
    try {
      return await readFile(join(workerDir, file), 'utf8');
    } catch (cause) {
      throw new WorkerBinaryError('sources-unreadable', `mediasoup's package has no worker/${file}`, {
        cause,
      });
    }
  };
  const options = parseMesonOptions(await text('meson_options.txt'));
  const common = parseMesonList(await text('meson.build'), 'common_sources', options);
  const webrtc = parseMesonList(await text('deps/libwebrtc/meson.build'), 'libwebrtc_sources', options);
  return {
    units: [...common, 'src/main.cpp', ...webrtc.map((file) => `deps/libwebrtc/${file}`)],
    schemas: parseMesonList(await text('fbs/meson.build'), 'flatbuffers_schemas', options),
    flatcFlags: parseFlatcFlags(await text('fbs/FBS/meson.build')),
  };
}

/**
 * Compiles the worker in `buildDir`, which may hold what an interrupted build left, and returns the path of
 * the program. Nothing is fetched, save for missing distribution packages when running as root.
 * @throws WorkerBinaryError `tools-missing`, `compiler-too-old`, `sources-unreadable`, `patch-mismatch`,
 * `compile-failed`
 */
export async function buildWorker(
  mediasoup: MediasoupPackage,
  buildDir: string,
  report: StepReport,
): Promise<string> {
  if (process.platform !== 'linux') {
    throw new WorkerBinaryError('unsupported-platform', 'the build from source is for Linux only');
  }
  const tools = await findToolchain(report);
  report({ stage: 'prepare', message: `reading the sources of mediasoup ${mediasoup.version}` });
  const { workerDir } = mediasoup;
  const sources = await readWorkerSources(workerDir);

  const replaced = new Map<string, string>();
  for (const patch of patches) {
    const target = join('patched', patch.file);
    const patched = applyPatch(await readFile(join(workerDir, patch.file), 'utf8'), patch);
    if (!sources.units.includes(patch.file)) {
      throw new WorkerBinaryError('patch-mismatch', `${patch.file} is patched but not compiled`);
    }
    await mkdir(join(buildDir, dirname(target)), { recursive: true });
    await writeFile(join(buildDir, target), patched);
    replaced.set(patch.file, target);
  }

  const program = 'mediasoup-worker';
  const prelude = 'prelude.hpp';
  const headers = sources.schemas.map((schema) => schema.replace(/\.fbs$/, '.h'));
  await writeFile(join(buildDir, prelude), renderPrelude(headers));
  await mkdir(join(buildDir, 'FBS'), { recursive: true });
  const includes = [
    includeDir,
    join(workerDir, 'include'),
    join(workerDir, 'deps/libwebrtc'),
    join(workerDir, 'deps/libwebrtc/libwebrtc'),
    '.',
  ];
  const ninja = renderNinja({
    ...tools,
    flatcFlags: sources.flatcFlags,
    compileFlags: [
      ...compileFlags,
      ...defines.map((define) => `-D${define}`),
      ...includes.map((dir) => `-I${dir}`),
      ...tools.compileFlags,
    ],
    linkFlags,
    schemas: sources.schemas.map((schema) => join(workerDir, 'fbs', schema)),
    headerDir: 'FBS',
    headers,
    prelude,
    units: sources.units.map((unit) => ({
      source: replaced.get(unit) ?? join(workerDir, unit),
      object: `objects/${unit}.o`,
      label: unit.replace(/^(src|deps)\//, ''),
    })),
    program,
  });
  await writeFile(join(buildDir, 'build.ninja'), ninja);

  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / memoryPerJob)));
  const total = sources.units.length + 3;
  report({ stage: 'compile', message: `compiling with ${jobs} processes`, done: 0, total });
  const result = await run(tools.ninja, ['-j', String(jobs)], {
    cwd: buildDir,
    env: { ...process.env, NINJA_STATUS: '[%f/%t] ' },
    onLine: (line) => {
      const step = /^\[(\d+)\/(\d+)\] (.*)$/.exec(line);
      if (step) {
        report({ stage: 'compile', message: step[3] ?? '', done: Number(step[1]), total: Number(step[2]) });
      }
    },
  });
  if (result.code !== 0) {
    throw new WorkerBinaryError('compile-failed', `the media worker did not compile:\n${result.tail}`);
  }
  return join(buildDir, program);
}
