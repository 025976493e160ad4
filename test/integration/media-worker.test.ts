import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, WebRtcTransport, Worker } from 'mediasoup/types';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureWorkerBinary, type WorkerSteps } from '../../server/media/worker/ensure.ts';
import { WorkerBinaryError } from '../../server/media/worker/errors.ts';
import type { WorkerProgress } from '../../server/media/worker/progress.ts';
import { chromiumFlags, shellPath } from '../support/chromium.ts';
import type { Offer, Peer } from './media-worker/page.ts';

/** On a machine that has no worker in its cache yet, it is built first. */
const buildLimitMs = 30 * 60_000;

let workerBin: string;
beforeAll(async () => {
  workerBin = await ensureWorkerBinary();
}, buildLimitMs);

describe('the order of the ways to a worker', () => {
  let cacheDir: string;
  let taken: string[];
  let steps: WorkerSteps;
  const env = { PATH: process.env.PATH };

  const place = async (dir: string): Promise<string> => {
    await mkdir(dir, { recursive: true });
    const path = join(dir, 'mediasoup-worker');
    await copyFile(workerBin, path);
    return path;
  };
  const broken = async (dir: string): Promise<string> => {
    await mkdir(dir, { recursive: true });
    const path = join(dir, 'mediasoup-worker');
    await writeFile(path, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    return path;
  };

  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'sealroom-worker-'));
    taken = [];
    steps = {
      installed: async () => undefined,
      download: async (_mediasoup, dir) => {
        taken.push('download');
        return place(dir);
      },
      build: async (_mediasoup, dir) => {
        taken.push('build');
        return place(dir);
      },
    };
  });
  afterEach(() => rm(cacheDir, { recursive: true }));

  const noDownload = async (): Promise<string> => {
    taken.push('download');
    throw new WorkerBinaryError('download-failed', 'no answer');
  };

  it('takes MEDIASOUP_WORKER_BIN before all else, and refuses it when it is no worker', async () => {
    const given = { ...env, MEDIASOUP_WORKER_BIN: workerBin };
    expect(await ensureWorkerBinary({ env: given, cacheDir }, steps)).toBe(workerBin);
    for (const wrong of ['/bin/true', '/bin/cat', join(cacheDir, 'absent')]) {
      const call = ensureWorkerBinary({ env: { ...env, MEDIASOUP_WORKER_BIN: wrong }, cacheDir }, steps);
      await expect(call).rejects.toMatchObject({ code: 'does-not-start' });
    }
    expect(taken).toEqual([]);
  });

  it('downloads once, then takes the cached one', async () => {
    const path = await ensureWorkerBinary({ env, cacheDir }, steps);
    expect(await ensureWorkerBinary({ env, cacheDir }, steps)).toBe(path);
    expect(path.startsWith(cacheDir)).toBe(true);
    expect(taken).toEqual(['download']);
  });

  it('takes what npm already downloaded', async () => {
    steps = { ...steps, installed: async () => workerBin };
    const path = await ensureWorkerBinary({ env, cacheDir }, steps);
    expect(path.startsWith(cacheDir)).toBe(true);
    expect(taken).toEqual([]);
  });

  it('builds when there is no download, and leaves only the worker behind', async () => {
    steps = { ...steps, download: noDownload };
    const progress: WorkerProgress[] = [];
    const path = await ensureWorkerBinary({ env, cacheDir, onProgress: (p) => progress.push(p) }, steps);
    expect(taken).toEqual(['download', 'build']);
    expect(await readdir(join(path, '..'))).toHaveLength(1);
    expect(progress.at(-1)).toMatchObject({ stage: 'ready' });
  });

  it('builds when the download does not start here', async () => {
    steps = {
      ...steps,
      download: async (_mediasoup, dir) => {
        taken.push('download');
        return broken(dir);
      },
    };
    await ensureWorkerBinary({ env, cacheDir }, steps);
    expect(taken).toEqual(['download', 'build']);
  });

  it('never downloads when source is asked for, and never builds when prebuilt is', async () => {
    await ensureWorkerBinary({ env: { ...env, SEALROOM_WORKER: 'source' }, cacheDir }, steps);
    expect(taken).toEqual(['build']);
    taken = [];
    const call = ensureWorkerBinary(
      { env: { ...env, SEALROOM_WORKER: 'prebuilt' }, cacheDir },
      { ...steps, download: noDownload },
    );
    await expect(call).rejects.toMatchObject({ code: 'download-failed' });
    expect(taken).toEqual(['download']);
  });

  it('does not take a cached prebuilt one for source', async () => {
    await ensureWorkerBinary({ env, cacheDir }, steps);
    await ensureWorkerBinary({ env, cacheDir, preferSource: true }, steps);
    expect(taken).toEqual(['download', 'build']);
  });

  it('makes a new one when the cached one no longer starts', async () => {
    const path = await ensureWorkerBinary({ env, cacheDir }, steps);
    await writeFile(path, 'not a program');
    expect(await ensureWorkerBinary({ env, cacheDir }, steps)).toBe(path);
    expect(taken).toEqual(['download', 'download']);
  });

  it('makes one for two that ask at once', async () => {
    const [one, two] = await Promise.all([
      ensureWorkerBinary({ env, cacheDir }, steps),
      ensureWorkerBinary({ env, cacheDir }, steps),
    ]);
    expect(one).toBe(two);
    expect(taken).toEqual(['download']);
  });

  it('says both reasons when neither way works, and refuses an unknown SEALROOM_WORKER', async () => {
    const failing: WorkerSteps = {
      ...steps,
      download: noDownload,
      build: async () => {
        throw new WorkerBinaryError('tools-missing', 'run: sudo apt-get install g++');
      },
    };
    const error = await ensureWorkerBinary({ env, cacheDir }, failing).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'tools-missing' });
    expect(String(error)).toContain('sudo apt-get install');
    expect(String(error)).toContain('no answer');
    const unknown = ensureWorkerBinary({ env: { SEALROOM_WORKER: 'fastest' }, cacheDir }, steps);
    await expect(unknown).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('gives up a download that gets no answer, and runs none of the script that would follow', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { downloadWorker } = await import('../../server/media/worker/prebuilt.ts');
    try {
      const call = ensureWorkerBinary(
        {
          env: {
            ...env,
            SEALROOM_WORKER: 'prebuilt',
            MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: `http://127.0.0.1:${port}`,
          },
          cacheDir,
        },
        { ...steps, download: downloadWorker },
      );
      await expect(call).rejects.toMatchObject({ code: 'download-failed', message: /no answer/ });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('prints the path as the last line of the command', async () => {
    const tool = fileURLToPath(new URL('../../server/tools/worker.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [tool]);
    expect(stdout.trim().split('\n').at(-1)).toBe(workerBin);
  });
});

describe('the worker with a real browser', () => {
  let worker: Worker;
  let webRtcServer: WebRtcServer;
  let router: Router;
  let web: Server;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    worker = await createWorker({ workerBin, logLevel: 'error' });
    webRtcServer = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
    router = await worker.createRouter({
      mediaCodecs: [
        { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
        { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
      ],
    });
    const bundle = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        lib: {
          entry: fileURLToPath(new URL('./media-worker/page.ts', import.meta.url)),
          formats: ['es'],
          fileName: 'page',
        },
      },
    });
    const first = Array.isArray(bundle) ? bundle[0] : bundle;
    const chunk = first && 'output' in first ? first.output[0] : undefined;
    if (chunk === undefined) throw new Error('vite gave no bundle');
    web = createServer((request, response) => {
      const script = request.url === '/page.js';
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
      response.end(
        script
          ? chunk.code
          : '<!doctype html><title>loop</title><script type="module" src="/page.js"></script>',
      );
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    origin = `http://127.0.0.1:${address.port}`;
    browser = await chromium.launch({
      executablePath: shellPath,
      args: [...chromiumFlags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    web?.closeAllConnections();
    web?.close();
    worker?.close();
  });

  it('connects ICE and DTLS and forwards audio and video', async () => {
    const transports = new Map<string, WebRtcTransport>();
    const open = async (): Promise<WebRtcTransport> => {
      const transport = await router.createWebRtcTransport({ webRtcServer });
      transports.set(transport.id, transport);
      return transport;
    };
    const find = (id: string): WebRtcTransport => {
      const transport = transports.get(id);
      if (!transport) throw new Error('unknown transport');
      return transport;
    };
    const send = await open();
    const receive = await open();
    const peer: Peer = {
      connectTransport: (id, dtlsParameters) => find(id).connect({ dtlsParameters }),
      produce: async (kind, rtpParameters) => (await send.produce({ kind, rtpParameters })).id,
      consume: async (producerId, rtpCapabilities) => {
        const { id, kind, rtpParameters } = await receive.consume({ producerId, rtpCapabilities });
        return forClient({ id, producerId, kind, rtpParameters });
      },
    };

    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.exposeFunction('peerConnectTransport', peer.connectTransport);
    await page.exposeFunction('peerProduce', peer.produce);
    await page.exposeFunction('peerConsume', peer.consume);
    await page.goto(origin);
    const offer = forClient<Offer>({
      routerRtpCapabilities: router.rtpCapabilities,
      send: describeTransport(send),
      receive: describeTransport(receive),
    });
    await page.evaluate((given) => window.startLoop(given), offer);

    for (const transport of [send, receive]) {
      await expect.poll(() => transport.iceState, { timeout: 20_000 }).toMatch(/^(connected|completed)$/);
      await expect.poll(() => transport.dtlsState, { timeout: 20_000 }).toBe('connected');
    }
    await expect
      .poll(() => page.evaluate(() => window.readReceived()), { timeout: 30_000, interval: 200 })
      .toSatisfy(({ bytes, framesDecoded }) => bytes > 0 && framesDecoded > 10);
    const sent = await receive.getStats();
    expect(sent[0]?.rtpBytesSent).toBeGreaterThan(0);
    expect(worker.died).toBe(false);
    expect(errors).toEqual([]);
    await page.close();
  });
});

const describeTransport = (transport: WebRtcTransport) => ({
  id: transport.id,
  iceParameters: transport.iceParameters,
  iceCandidates: transport.iceCandidates,
  dtlsParameters: transport.dtlsParameters,
});

/** mediasoup and mediasoup-client describe the same JSON by types of their own, which differ in `undefined` only. */
const forClient = <T>(value: unknown): T => value as T;
