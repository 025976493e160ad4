import { setTimeout as delay } from 'node:timers/promises';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import { ProtocolError } from '../../shared/errors.ts';
import type { MediaConfig } from '../config/config.ts';
import type { Log } from '../log.ts';
import { listenInfos, ownAddresses, usableAddresses } from './addresses.ts';
import { mediaCodecs } from './codecs.ts';

/** A router on some worker, and how to notice that the worker is gone. */
export interface Seat {
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

interface Slot {
  readonly index: number;
  readonly sitters: Set<Sitter>;
  /** Null while it is being (re)started. */
  running: { readonly worker: Worker; readonly webRtcServer: WebRtcServer } | null;
}

export interface WorkerPoolOptions {
  readonly workerBin: string;
  readonly media: Pick<MediaConfig, 'announced' | 'listen' | 'port' | 'workers'>;
  readonly log: Log;
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

  /** Process ids of the running workers, for measurements and tests. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => (slot.running ? [slot.running.worker.pid] : []));
  }

  /** A router on the least loaded worker. Throws ProtocolError `media-unavailable` when none starts in time. */
  async place(sitter: Sitter): Promise<Seat> {
    const deadline = Date.now() + PATIENCE;
    while (!this.#stop.signal.aborted) {
      const slot = this.#leastLoaded();
      if (slot?.running) {
        const { worker, webRtcServer } = slot.running;
        try {
          const router = await worker.createRouter({ mediaCodecs });
          if (worker.closed) continue;
          slot.sitters.add(sitter);
          return {
            router,
            webRtcServer,
            release: () => {
              slot.sitters.delete(sitter);
              router.close();
            },
          };
        } catch (error) {
          if (worker.closed) continue;
          throw error;
        }
      }
      const left = deadline - Date.now();
      if (left <= 0) break;
      await this.#workerStarted(left);
    }
    throw new ProtocolError('media-unavailable', { retryAfterMs: 1000 });
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

  #leastLoaded(): Slot | undefined {
    const load = (slot: Slot) => [...slot.sitters].reduce((sum, sitter) => sum + 1 + sitter.load(), 0);
    // mediasoup closes its workers by itself on SIGTERM, which is no death.
    const running = this.#slots.filter((slot) => slot.running && !slot.running.worker.closed);
    return running.sort((a, b) => load(a) - load(b))[0];
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
    const { workerBin, media, log } = this.#options;
    const worker = await createWorker({ workerBin, logLevel: 'error' });
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
      const own = media.announced.length > 0 ? [] : await usableAddresses(media.listen ?? ownAddresses());
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfos(media.announced, own, port),
      });
      if (this.#stop.signal.aborted) throw new Error('stopped while starting');
      slot.running = { worker, webRtcServer };
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
