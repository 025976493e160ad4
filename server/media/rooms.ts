import { setLogEventListeners } from 'mediasoup';
import type { Router } from 'mediasoup/types';
import type { MeetingId } from '../../shared/ids.ts';
import type { MediaConfig } from '../config/config.ts';
import type { Log } from '../log.ts';
import { crossingListen } from './addresses.ts';
import type { Branch, BranchListener } from './branch.ts';
import type { MediaCertificate } from './certificate.ts';
import type { PlacementRules } from './placement.ts';
import { Probes, type ProbeWire } from './probes.ts';
import { Room } from './room.ts';
import { WorkerPool } from './workerPool.ts';

/** The media that this node serves. */
export interface MediaRooms {
  /** Opens a meeting's branch. Throws ProtocolError `media-unavailable`. */
  open(meeting: MeetingId, listener: BranchListener): Promise<Branch>;
  /** A short-lived transport for a connection test, apart from all meetings. Throws as `Probes.open` does. */
  probe(): Promise<ProbeWire>;
  /** Closes all rooms and ends the worker processes. */
  close(): Promise<void>;
}

export interface LocalMediaRoomsOptions {
  readonly media: MediaConfig;
  /** Path of a worker program that starts; `ensureWorkerBinary` has it. */
  readonly workerBin: string;
  readonly log: Log;
  /** Shown each router as it is made, for those who measure what passes through it. */
  readonly onRouter?: ((router: Router, meeting: MeetingId) => void) | undefined;
  readonly placement?: PlacementRules | undefined;
  readonly certificate?: MediaCertificate | undefined;
}

/** Rooms on this machine's worker processes. */
export class LocalMediaRooms implements MediaRooms {
  readonly #options: LocalMediaRoomsOptions;
  readonly #pool: WorkerPool;
  readonly #open = new Set<Room>();
  readonly #probes: Probes;

  private constructor(options: LocalMediaRoomsOptions, pool: WorkerPool) {
    this.#options = options;
    this.#pool = pool;
    this.#probes = new Probes(pool, options.media.turn);
  }

  /** Starts the workers. Throws when one does not start, e.g. because its port is taken. */
  static async start(options: LocalMediaRoomsOptions): Promise<LocalMediaRooms> {
    const log = options.log.child({ part: 'media' });
    setLogEventListeners({
      onerror: (namespace, text, error) => log.error({ namespace, error }, text),
      onwarn: (namespace, text) => log.debug({ namespace }, text),
    });
    const { workerBin, media, placement, certificate } = options;
    const pool = await WorkerPool.start({ workerBin, media, log, placement, certificate });
    return new LocalMediaRooms({ ...options, log }, pool);
  }

  /** Workers that run now, and how many should. */
  get health(): { readonly running: number; readonly wanted: number } {
    return this.#pool.health;
  }

  /** How loaded the workers are together, 0 to 1. */
  get load(): number {
    return this.#pool.load;
  }

  /** Mean share of a core that the workers take, 0 to 1. */
  get cpu(): number {
    return this.#pool.cpu;
  }

  /** Rooms that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Process ids of the workers. */
  get workerPids(): number[] {
    return this.#pool.pids;
  }

  async open(meeting: MeetingId, listener: BranchListener): Promise<Branch> {
    const { log, media, onRouter } = this.#options;
    const room: Room = await Room.open({
      meeting,
      pool: this.#pool,
      turn: media.turn,
      log,
      tell: listener,
      crossingListen: () => crossingListen(media),
      onRouter,
      onClosed: () => this.#open.delete(room),
    });
    this.#open.add(room);
    return room;
  }

  probe(): Promise<ProbeWire> {
    return this.#probes.open();
  }

  async close(): Promise<void> {
    this.#probes.close();
    for (const room of [...this.#open]) room.close();
    await this.#pool.close();
  }
}
