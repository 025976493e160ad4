import { backoff, type Timers } from './timers.ts';

/** A short loss often heals by itself; restarting at once would only add to the noise. */
const disconnectedGraceMs = 1_000;
/** A restart needs this long to find its way before it counts as in vain. */
const restartMs = 4_000;
/** After this many restarts in vain the transport is given up and made anew. */
const maxRestarts = 5;

export interface IceRecoveryOptions {
  readonly timers: Timers;
  /** Restarts ICE. A rejection counts as one failed attempt. */
  readonly restart: () => Promise<void>;
  /** The transport cannot be saved. Called once. */
  readonly giveUp: () => void;
}

/** Decides when to restart ICE on one transport and when to stop trying. */
export class IceRecovery {
  readonly #options: IceRecoveryOptions;
  #cancel: (() => void) | null = null;
  #restarts = 0;
  #asking = false;
  #state: RTCPeerConnectionState = 'new';
  #closed = false;

  constructor(options: IceRecoveryOptions) {
    this.#options = options;
  }

  /** Takes the transport's connection state at each change. */
  onState(state: RTCPeerConnectionState): void {
    if (this.#closed) return;
    this.#state = state;
    if (state === 'connected') {
      this.#restarts = 0;
      this.#stop();
    } else if (state === 'disconnected') {
      this.#schedule(disconnectedGraceMs);
    } else if (state === 'failed') {
      this.#schedule(this.#restarts === 0 ? 0 : backoff(this.#restarts - 1));
    }
  }

  /** Restarts now, for instance because the device has changed networks. */
  restartNow(): void {
    if (this.#closed || this.#state === 'new' || this.#state === 'closed') return;
    // The way is looked for once the answer is there, which is late enough for whatever has changed meanwhile.
    if (this.#asking) return;
    this.#stop();
    // A new reason is a new count: while ICE has not noticed anything, no change of state tells that a restart helped.
    this.#restarts = 0;
    this.#schedule(0);
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(ms: number): void {
    if (this.#cancel !== null) return;
    this.#cancel = this.#options.timers.after(ms, () => {
      this.#cancel = null;
      this.#attempt();
    });
  }

  #attempt(): void {
    if (this.#restarts >= maxRestarts) {
      this.close();
      this.#options.giveUp();
      return;
    }
    this.#restarts++;
    this.#asking = true;
    const restarted = this.#options.restart().finally(() => {
      this.#asking = false;
    });
    // Looked at again in any case: a restart that changes nothing fires no event.
    restarted.then(
      () => this.#again(restartMs),
      () => this.#again(backoff(this.#restarts)),
    );
  }

  #again(ms: number): void {
    if (!this.#closed && this.#state !== 'connected') this.#schedule(ms);
  }
}
