import { setTimeout as delay } from 'node:timers/promises';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { MediaConfig } from '../config/config.ts';
import type { Log } from '../log.ts';
import { listenInfos, ownAddresses, usableAddresses } from './addresses.ts';
import type { MediaCertificate } from './certificate.ts';
import { mediaCodecs } from './codecs.ts';
import { CpuMeter } from './cpuMeter.ts';
import { chooseWorker, defaultPlacement, loadOf, type PlacementRules, type WorkerLoad } from './placement.ts';

/** A router on some worker, and how to notice that the worker is gone. */
export interface Seat {
  /** The worker's number. */
  readonly worker: number;
  readonly router: Router;
  readonly webRtcServer: WebRtcServer;
  /** Gives the router back. */
  release(): void;
}

/** Whoever sits on a worker. */
export interface Sitter {
  /** Streams it forwards now; decides where the next one is placed. */
  load(): number;
  /** The worker died and took the router with it. */
  lost(): void;
}

interface Running {
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
  readonly cpu: CpuMeter;
}

interface Slot {
  readonly index: number;
  readonly sitters: Set<Sitter>;
  /** Null while it is being (re)started. */
  running: Running | null;
}

export interface WorkerPoolOptions {
  readonly workerBin: string;
  readonly media: Pick<MediaConfig, 'announced' | 'listen' | 'port' | 'workers'>;
  readonly log: Log;
  readonly placement?: PlacementRules | undefined;
  /** What the media shows (DTLS); one of each worker's own by default. */
  readonly certificate?: MediaCertificate | undefined;
}

/** First wait before a worker that does not start is tried again, doubled up to the longest; in ms. */
const FIRST_RETRY = 250;
const LONGEST_RETRY = 10_000;

/** How long a room waits for a worker before it says so, in ms. */
const PATIENCE = 5_000;

/** One media worker process per core, restarted when it dies. Rooms take seats on the least loaded one. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #stop = new AbortController();
  #waiting: (() => void)[] = [];

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.media.workers }, (_, index) => ({
      index,
      sitters: new Set(),
      running: null,
    }));
  }

  /** Starts every worker. Throws what the first failing one says, e.g. that its port is taken. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(pool.#slots.map((slot) => pool.#run(slot)));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get closed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Workers that run now, and how many should. */
  get health(): { readonly running: number; readonly wanted: number } {
    return {
      running: this.#slots.filter((slot) => slot.running).length,
      wanted: this.#slots.length,
    };
  }

  /** Mean load of the running workers, 0 to 1; 1 where none runs. */
  get load(): number {
    const rules = this.#options.placement ?? defaultPlacement;
    const loads = this.#loads().map((each) => Math.min(1, loadOf(each, rules)));
    return loads.length === 0 ? 1 : loads.reduce((sum, load) => sum + load, 0) / loads.length;
  }

  /** Mean share of a core that the running workers take, 0 to 1; 0 where none runs. */
  get cpu(): number {
    const loads = this.#loads();
    return loads.reduce((sum, { cpu }) => sum + cpu, 0) / Math.max(1, loads.length);
  }

  /** Process ids of the running workers, for measurements and tests. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => (slot.running ? [slot.running.worker.pid] : []));
  }

  /** The worker for a meeting's next device (see `chooseWorker`); null while none runs. */
  choose(using: ReadonlySet<number>): number | null {
    const { placement = defaultPlacement } = this.#options;
    return chooseWorker(this.#loads(), using, placement);
  }

  /** As `choose`, waiting for a worker to start. Throws ProtocolError `media-unavailable` when none does in time. */
  async available(using: ReadonlySet<number>): Promise<number> {
    const deadline = Date.now() + PATIENCE;
    while (!this.#stop.signal.aborted) {
      const index = this.choose(using);
      if (index !== null) return index;
      const left = deadline - Date.now();
      if (left <= 0) break;
      await this.#workerStarted(left);
    }
    throw unavailable();
  }

  /** A router on one worker. Throws ProtocolError `media-unavailable` where that one does not run. */
  async sit(index: number, sitter: Sitter): Promise<Seat> {
    const slot = this.#slots[index];
    const running = slot?.running;
    if (!slot || !running) throw unavailable();
    const { worker, webRtcServer } = running;
    try {
      const router = await worker.createRouter({ mediaCodecs });
      if (worker.closed) throw unavailable();
      slot.sitters.add(sitter);
      return {
        worker: index,
        router,
        webRtcServer,
        release: () => {
          slot.sitters.delete(sitter);
          router.close();
        },
      };
    } catch (error) {
      throw worker.closed ? unavailable() : error;
    }
  }

  /** A router on the least loaded worker. Throws ProtocolError `media-unavailable` when none starts in time. */
  async place(sitter: Sitter): Promise<Seat> {
    for (const deadline = Date.now() + PATIENCE; ; ) {
      try {
        return await this.sit(await this.available(new Set()), sitter);
      } catch (error) {
        const died = error instanceof ProtocolError && !this.closed && Date.now() < deadline;
        if (!died) throw error;
      }
    }
  }

  /** Stops all workers and waits for their processes to end. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const resume of this.#waiting.splice(0)) resume();
    await Promise.all(
      this.#slots.map(async (slot) => {
        const worker = slot.running?.worker;
        slot.running = null;
        if (!worker || worker.subprocessClosed) return;
        const ended = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
        worker.close();
        await ended;
      }),
    );
  }

  #loads(): WorkerLoad[] {
    return this.#slots.flatMap(({ index, sitters, running }) => {
      // mediasoup closes its workers by itself on SIGTERM, which is no death.
      if (!running || running.worker.closed) return [];
      const streams = [...sitters].reduce((sum, sitter) => sum + 1 + sitter.load(), 0);
      return [{ index, cpu: running.cpu.share, streams }];
    });
  }

  async #workerStarted(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #run(slot: Slot): Promise<void> {
    const { workerBin, media, log, certificate } = this.#options;
    const worker = await createWorker({
      workerBin,
      logLevel: 'error',
      ...(certificate
        ? { dtlsCertificateFile: certificate.certFile, dtlsPrivateKeyFile: certificate.keyFile }
        : {}),
    });
    worker.once('died', (error) => {
      slot.running = null;
      if (this.#stop.signal.aborted) return;
      log.error({ worker: slot.index, error }, 'media worker died');
      const sitters = [...slot.sitters];
      slot.sitters.clear();
      void this.#restart(slot);
      for (const sitter of sitters) sitter.lost();
    });
    try {
      const port = media.port === 0 ? 0 : media.port + slot.index;
      // Asked anew at each start, since a laptop moves between networks.
      const own = await usableAddresses(media.listen ?? ownAddresses());
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfos(media.announced, own, port),
      });
      if (this.#stop.signal.aborted) throw new Error('stopped while starting');
      slot.running = { worker, webRtcServer, cpu: new CpuMeter(worker) };
    } catch (error) {
      worker.close();
      throw error;
    }
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #restart(slot: Slot): Promise<void> {
    const { log } = this.#options;
    for (let wait = FIRST_RETRY; !this.#stop.signal.aborted; wait = Math.min(2 * wait, LONGEST_RETRY)) {
      try {
        await this.#run(slot);
        log.info({ worker: slot.index }, 'media worker restarted');
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        log.error({ worker: slot.index, error, retryMs: wait }, 'media worker does not start');
        await delay(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}

function unavailable(): ProtocolError {
  return new ProtocolError('media-unavailable', { retryAfterMs: 1000 });
}
