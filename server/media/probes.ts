import { ProtocolError } from '../../shared/errors.ts';
import type { ResponseOf } from '../../shared/protocol/requests.ts';
import type { TurnConfig } from '../config/config.ts';
import { iceServers } from './iceServers.ts';
import type { WorkerPool } from './workerPool.ts';

export type ProbeWire = ResponseOf<'media:probe'>;

/** How long a test transport lives, in ms, and how many live at a time on this machine. */
export const probeLifetimeMs = 10_000;
export const probesAtATime = 40;

/** A relay for a test is asked for within this time, in seconds. */
const relaySeconds = 30;

/**
 * Transports for connection tests, for devices that no meeting has let in. Each sits on a router of its own
 * that no meeting knows, is never told the device's DTLS fingerprint and so can carry nothing: it answers
 * connectivity checks (RFC 8445) and closes by itself.
 */
export class Probes {
  readonly #pool: WorkerPool;
  readonly #turn: TurnConfig | null;
  readonly #lifetimeMs: number;
  readonly #closing = new Set<() => void>();
  #opening = 0;

  constructor(pool: WorkerPool, turn: TurnConfig | null, lifetimeMs: number = probeLifetimeMs) {
    this.#pool = pool;
    this.#turn = turn;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Tests that run now. */
  get size(): number {
    return this.#closing.size + this.#opening;
  }

  /** Throws ProtocolError `rate-limited` while too many run, `media-unavailable`. */
  async open(): Promise<ProbeWire> {
    if (this.size >= probesAtATime) {
      throw new ProtocolError('rate-limited', { retryAfterMs: this.#lifetimeMs });
    }
    this.#opening++;
    try {
      return await this.#make();
    } finally {
      this.#opening--;
    }
  }

  /** Ends all tests. Idempotent. */
  close(): void {
    for (const close of [...this.#closing]) close();
  }

  async #make(): Promise<ProbeWire> {
    const sitter = { load: () => 0, lost: () => close() };
    const seat = await this.#pool.place(sitter);
    const close = () => {
      clearTimeout(timer);
      this.#closing.delete(close);
      seat.release();
    };
    const timer = setTimeout(close, this.#lifetimeMs);
    this.#closing.add(close);
    try {
      const { webRtcServer } = seat;
      const transport = await seat.router.createWebRtcTransport({ webRtcServer, preferUdp: true });
      const { iceParameters, iceCandidates, dtlsParameters } = transport;
      return {
        iceParameters,
        iceCandidates,
        dtlsParameters,
        iceServers: iceServers(this.#turn, Date.now(), relaySeconds),
        lifetimeMs: this.#lifetimeMs,
      };
    } catch (cause) {
      close();
      throw new ProtocolError('media-unavailable', { cause });
    }
  }
}
