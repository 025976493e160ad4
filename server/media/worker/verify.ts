import { execFile } from 'node:child_process';
import { createWorker } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { WorkerBinaryError } from './errors.ts';

/** Exit code of a worker that is started without MEDIASOUP_VERSION in its environment. */
const missingVersionExitCode = 41;
const limitMs = 15_000;

/** Starts the program as itself; a program that is no worker is stopped here, where it is ours to stop. */
async function isWorker(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Of the environment nothing but where a bundle keeps the worker's libraries.
    const env = { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH };
    const options = { env, timeout: limitMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(path, [], options, (error, _stdout, stderr) => {
      if (error?.code === missingVersionExitCode) resolve(undefined);
      else resolve(stderr.trim().split('\n').at(-1) || error?.message || 'it is no mediasoup worker');
    });
    child.stdin?.on('error', () => undefined).end();
  });
}

async function closeWorker(worker: Worker): Promise<void> {
  const gone = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
  worker.close();
  await gone;
}

/**
 * Runs the program for real: a mediasoup Worker, a Router and a WebRtcTransport, which together start its
 * event loop, OpenSSL and SRTP. All is closed again, and the process has ended, when this returns.
 * @throws WorkerBinaryError `does-not-start`
 */
export async function verifyWorker(path: string): Promise<void> {
  const reason = await isWorker(path);
  if (reason !== undefined) {
    throw new WorkerBinaryError('does-not-start', `the media worker ${path} does not start: ${reason}`, {
      cause: new Error(reason),
    });
  }
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const started = await createWorker({ workerBin: path, logLevel: 'error' });
    worker = started;
    const trial = async (): Promise<void> => {
      const router = await started.createRouter({
        mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
      });
      await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
    };
    const ended = new Promise<never>((_resolve, reject) => {
      started.once('died', reject);
      timer = setTimeout(() => reject(new Error('no answer')), limitMs);
    });
    await Promise.race([trial(), ended]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WorkerBinaryError('does-not-start', `the media worker ${path} does not work: ${why}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
    if (worker && !worker.subprocessClosed) await closeWorker(worker);
  }
}
