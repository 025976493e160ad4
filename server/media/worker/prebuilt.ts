import { access, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './build/run.ts';
import { WorkerBinaryError } from './errors.ts';
import type { MediasoupPackage } from './package.ts';
import type { StepReport } from './progress.ts';

/** How long the server that has the download may take to answer, and then may send nothing. */
const answerLimitMs = 12_000;
const silenceLimitMs = 15_000;
const pollMs = 500;

const outputDir = 'worker/out/Release';
const program = `${outputDir}/mediasoup-worker`;

/** The program that mediasoup's own install script left in the package, where npm let it run. */
export async function installedWorker(mediasoup: MediasoupPackage): Promise<string | undefined> {
  const path = join(mediasoup.root, program);
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Only what concerns a download: the caller's MEDIASOUP_* could make the script skip it or build instead. */
function downloadEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('MEDIASOUP_') || name === 'MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL',
  );
  // When its download fails the script goes on to fetch Python packages and to build with them. It runs them
  // through $PYTHON, so this ends it there.
  return { ...Object.fromEntries(kept), PYTHON: 'false' };
}

/**
 * Downloads the prebuilt worker with mediasoup's own install script, run in `scratchDir`: the script writes
 * relative to where it runs, so the package is left as it is.
 * @throws WorkerBinaryError `download-failed`, also when there is no answer or the download stalls
 */
export async function downloadWorker(
  mediasoup: MediasoupPackage,
  scratchDir: string,
  env: NodeJS.ProcessEnv,
  report: StepReport,
): Promise<string> {
  report({ stage: 'download', message: `asking for the prebuilt worker of mediasoup ${mediasoup.version}` });
  await mkdir(scratchDir, { recursive: true });
  const target = join(scratchDir, program);
  const abort = new AbortController();
  let problem: string | undefined;
  let size = -1;
  let quietSince = Date.now();
  const watch = async (): Promise<void> => {
    // The script makes the folder when the answer has come, and the file grows from then on.
    const answered = await access(join(scratchDir, outputDir)).then(
      () => true,
      () => false,
    );
    const current = answered
      ? await stat(target).then(
          (file) => file.size,
          () => 0,
        )
      : -1;
    if (current > size) {
      size = current;
      quietSince = Date.now();
      if (size > 0) report({ stage: 'download', message: `${(size / 1e6).toFixed(1)} MB`, done: size });
    } else if (Date.now() - quietSince > (answered ? silenceLimitMs : answerLimitMs)) {
      problem ??= answered ? 'the download stalled' : 'no answer';
      abort.abort();
    }
  };
  const timer = setInterval(() => void watch(), pollMs);
  try {
    const result = await run(process.execPath, [join(mediasoup.root, 'npm-scripts.mjs'), 'postinstall'], {
      cwd: scratchDir,
      env: downloadEnv(env),
      signal: abort.signal,
      onLine: (line) => {
        const failed = /downloadPrebuiltWorker\(\) \| (.*(?:fail|no available).*)/.exec(line)?.[1];
        if (failed !== undefined) problem ??= failed;
      },
    });
    if (result.code !== 0 || problem !== undefined) {
      throw new WorkerBinaryError('download-failed', `no prebuilt worker: ${problem ?? result.tail}`);
    }
  } finally {
    clearInterval(timer);
  }
  return target;
}
