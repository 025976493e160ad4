import type { Device } from 'mediasoup-client/types';
import { MediaTransport } from './mediaTransport.ts';
import type { PathState } from './mediaView.ts';
import type { Signalling } from './signalling.ts';
import type { Timers } from './timers.ts';

export interface TransportSlotOptions {
  readonly direction: 'send' | 'receive';
  readonly signalling: Signalling;
  readonly timers: Timers;
  readonly onPath: () => void;
  /** The transport was beyond saving and is dropped; whatever ran on it must be made anew. */
  readonly onLost: () => void;
}

/** The one transport of a direction: opened when first needed, and again after it was dropped or lost. */
export class TransportSlot {
  readonly #options: TransportSlotOptions;
  #opening: Promise<MediaTransport> | null = null;
  #open: MediaTransport | null = null;
  #path: PathState = 'idle';
  #generation = 0;

  constructor(options: TransportSlotOptions) {
    this.#options = options;
  }

  get path(): PathState {
    return this.#path;
  }

  /** Goes up when the transport is dropped: what was begun before is void. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The transport, opened if need be. One that was dropped while it opened comes back closed.
   *
   * @throws ProtocolError when the server refuses; the next call tries again.
   */
  get(device: Device): Promise<MediaTransport> {
    if (this.#opening !== null) return this.#opening;
    const generation = this.#generation;
    const current = () => generation === this.#generation;
    this.#setPath('connecting');
    this.#opening = MediaTransport.open({
      direction: this.#options.direction,
      device,
      signalling: this.#options.signalling,
      timers: this.#options.timers,
      onPath: (path) => {
        if (current()) this.#setPath(path);
      },
      onLost: () => {
        if (current()) this.lose();
      },
    }).then(
      (transport) => {
        if (current()) this.#open = transport;
        else transport.close();
        return transport;
      },
      (error: unknown) => {
        if (current()) this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Looks for a better network path. */
  restartIce(): void {
    this.#open?.restartIce();
  }

  /** Closes the transport at once; the server is taken to know. */
  drop(): void {
    this.#generation++;
    this.#open?.close();
    this.#open = null;
    this.#opening = null;
    this.#setPath('idle');
  }

  /** Closes the transport at once and tells the server, where it still listens. */
  lose(): void {
    const transportId = this.#open?.transport.id;
    this.drop();
    if (transportId !== undefined) {
      this.#options.signalling.request('media:closeTransport', { transportId }).catch(() => undefined);
    }
    this.#options.onLost();
  }

  #setPath(path: PathState): void {
    if (this.#path === path) return;
    this.#path = path;
    this.#options.onPath();
  }
}
