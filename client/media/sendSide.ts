import type { Device, Producer } from 'mediasoup-client/types';
import { ProtocolError } from '../../shared/errors.ts';
import { type Source, sources } from '../../shared/records/record.ts';
import { chooseCodec, type EncoderAbilities } from './codecChoice.ts';
import { plainWishes, type SendWishes } from './encoderShape.ts';
import { MediaError } from './mediaError.ts';
import { type OwnStream, ownOff, type PathState } from './mediaView.ts';
import type { FrameProtection } from './protection.ts';
import { remedyFor } from './retry.ts';
import { Sending } from './sending.ts';
import type { Signalling } from './signalling.ts';
import { backoff, type Timers } from './timers.ts';
import { TransportSlot } from './transportSlot.ts';

export interface SendSideOptions {
  readonly signalling: Signalling;
  readonly protection: FrameProtection;
  readonly timers: Timers;
  /** The loaded device of the current media engine; waits for it. */
  readonly device: () => Promise<Device>;
  readonly abilities: () => Promise<EncoderAbilities>;
  readonly onChange: () => void;
  /** The server refused or stopped a stream. */
  readonly onStopped: (source: Source) => void;
  /** Too many send already: it is tried again until there is a place. Once for each stream that waits. */
  readonly onCrowded: (source: Source) => void;
  /** A stream was given up because it could not be protected. */
  readonly onUnprotected: (source: Source) => void;
}

interface Slot {
  readonly source: Source;
  desired: { readonly track: MediaStreamTrack; readonly muted: boolean } | null;
  sending: Sending | null;
  halt: 'blocked' | 'failed' | null;
  busy: boolean;
  /** What is wanted changed during the run, whose last look may be over already. */
  again: boolean;
  attempt: number;
  cancelRetry: (() => void) | null;
}

/**
 * Sends one's own sources. Callers state what should be sent; each source then moves there by itself, step
 * by step, and again after every reset or lost transport.
 */
export class SendSide {
  readonly #options: SendSideOptions;
  readonly #slots: Readonly<Record<Source, Slot>>;
  readonly #transport: TransportSlot;
  #wishes: SendWishes = plainWishes;
  #closed = false;

  constructor(options: SendSideOptions) {
    this.#options = options;
    this.#transport = new TransportSlot({
      direction: 'send',
      signalling: options.signalling,
      timers: options.timers,
      onPath: options.onChange,
      onLost: () => this.#startOver(),
    });
    const slot = (source: Source): Slot => ({
      source,
      desired: null,
      sending: null,
      halt: null,
      busy: false,
      again: false,
      attempt: 0,
      cancelRetry: null,
    });
    this.#slots = {
      microphone: slot('microphone'),
      camera: slot('camera'),
      screen: slot('screen'),
      screenAudio: slot('screenAudio'),
    };
  }

  get path(): PathState {
    return this.#transport.path;
  }

  /** Sends `track` as `source`; replaces the one sent before without a new negotiation. Clears `blocked`. */
  publish(source: Source, track: MediaStreamTrack, muted: boolean): void {
    const slot = this.#slots[source];
    slot.desired = { track, muted };
    slot.halt = null;
    track.enabled = !muted;
    this.#settle(slot);
    if (source !== 'screen' && source !== 'screenAudio') return;
    // Others must not go on looking at the last picture of a share that is over.
    const end = () => {
      if (slot.desired?.track === track) this.unpublish(source);
    };
    track.addEventListener('ended', end, { once: true });
  }

  /** Muted, nothing is sent at all. Takes effect on the track before it returns. */
  setMuted(source: Source, muted: boolean): void {
    const slot = this.#slots[source];
    if (slot.desired === null) return;
    slot.desired.track.enabled = !muted;
    slot.desired = { track: slot.desired.track, muted };
    this.#settle(slot);
  }

  /** How encoders are to run; takes effect on running ones without a new negotiation. */
  setWishes(wishes: SendWishes): void {
    this.#wishes = wishes;
    for (const slot of Object.values(this.#slots)) this.#settle(slot);
  }

  unpublish(source: Source): void {
    const slot = this.#slots[source];
    slot.desired = null;
    slot.halt = null;
    this.#settle(slot);
  }

  /** The server stopped this producer on a host's word. */
  onStopped(producerId: string): void {
    const slot = Object.values(this.#slots).find((each) => each.sending?.producer.id === producerId);
    if (slot !== undefined) this.#halt(slot, 'blocked');
  }

  /** The watchdog found frames that bypassed the seal on this sender. */
  onBreach(sender: RTCRtpSender): void {
    const slot = Object.values(this.#slots).find((each) => each.sending?.producer.rtpSender === sender);
    if (slot === undefined) {
      // Not ours to name (still being set up): nothing on this connection may go on.
      this.#transport.lose();
    } else {
      this.#halt(slot, 'unprotected');
    }
  }

  /** Everything at the server is gone: makes it anew. */
  reset(): void {
    this.#transport.drop();
    this.#startOver();
  }

  /** Tries now what was waiting for its turn, and looks for a better network path. */
  hurry(): void {
    this.#transport.restartIce();
    for (const slot of Object.values(this.#slots)) this.#settle(slot);
  }

  own(): Readonly<Record<Source, OwnStream>> {
    return {
      microphone: view(this.#slots.microphone),
      camera: view(this.#slots.camera),
      screen: view(this.#slots.screen),
      screenAudio: view(this.#slots.screenAudio),
    };
  }

  /** Producers that run now, for statistics. */
  producers(): readonly {
    readonly source: Source;
    readonly producer: Producer;
    readonly protectionId: number;
  }[] {
    return sources.flatMap((source) => {
      const { sending } = this.#slots[source];
      return sending === null
        ? []
        : [{ source, producer: sending.producer, protectionId: sending.protectionId }];
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.drop();
    for (const slot of Object.values(this.#slots)) {
      this.#forget(slot);
      slot.desired = null;
      slot.cancelRetry?.();
    }
  }

  #halt(slot: Slot, halt: 'blocked' | 'failed' | 'unprotected'): void {
    slot.halt = halt === 'blocked' ? 'blocked' : 'failed';
    if (slot.desired !== null) slot.desired.track.enabled = false;
    this.#forget(slot);
    this.#options.onChange();
    if (halt === 'blocked') this.#options.onStopped(slot.source);
    if (halt === 'unprotected') this.#options.onUnprotected(slot.source);
  }

  /** Ends the local side of a stream. */
  #forget(slot: Slot): void {
    const { sending } = slot;
    slot.sending = null;
    sending?.close();
  }

  /** Nothing of before is left: every slot begins again. */
  #startOver(): void {
    for (const slot of Object.values(this.#slots)) {
      this.#forget(slot);
      this.#settle(slot);
    }
  }

  /** Moves one slot towards what is desired until nothing is left to do. One run per slot at a time. */
  #settle(slot: Slot): void {
    slot.cancelRetry?.();
    slot.cancelRetry = null;
    this.#options.onChange();
    slot.again = slot.busy;
    if (slot.busy || this.#closed) return;
    slot.busy = true;
    this.#run(slot)
      .catch((error: unknown) => this.#recover(slot, error))
      .finally(() => {
        slot.busy = false;
        this.#options.onChange();
        if (slot.again) this.#settle(slot);
      });
  }

  async #run(slot: Slot): Promise<void> {
    while (!this.#closed && (await this.#step(slot))) this.#options.onChange();
    slot.attempt = 0;
  }

  #recover(slot: Slot, error: unknown): void {
    if (this.#closed) return;
    const remedy = remedyFor(error);
    if (remedy === 'retry') {
      const crowded = error instanceof ProtocolError && error.code === 'full';
      if (crowded && slot.attempt === 0) this.#options.onCrowded(slot.source);
      slot.cancelRetry = this.#options.timers.after(backoff(slot.attempt++), () => this.#settle(slot));
      return;
    }
    const unprotected = error instanceof MediaError && error.code === 'unprotected';
    this.#halt(slot, remedy === 'refused' ? 'blocked' : unprotected ? 'unprotected' : 'failed');
  }

  /** One step; false when the slot is where it should be. */
  async #step(slot: Slot): Promise<boolean> {
    const { desired, sending } = slot;
    if (desired === null || slot.halt !== null) {
      if (sending === null) return false;
      const producerId = sending.producer.id;
      this.#forget(slot);
      // The server also notices by the transport; a failure here leaves nothing of ours behind.
      await this.#request(producerId, 'closed').catch(() => undefined);
      return true;
    }
    if (sending === null) {
      if (desired.track.readyState === 'ended') return false;
      await this.#produce(slot, desired.track, desired.muted);
      return true;
    }
    const track = desired.muted || desired.track.readyState === 'ended' ? null : desired.track;
    if (sending.track !== track) {
      await sending.carry(track, this.#wishes);
      return true;
    }
    if (sending.wishes !== this.#wishes) {
      await sending.follow(this.#wishes);
      return true;
    }
    if (sending.muted !== desired.muted) {
      await this.#request(sending.producer.id, desired.muted ? 'paused' : 'live');
      sending.muted = desired.muted;
      return true;
    }
    return false;
  }

  async #request(producerId: string, state: 'paused' | 'live' | 'closed'): Promise<void> {
    await this.#options.signalling.request('media:setProducer', { producerId, state });
  }

  async #produce(slot: Slot, track: MediaStreamTrack, muted: boolean): Promise<void> {
    const { generation } = this.#transport;
    const [device, abilities] = await Promise.all([this.#options.device(), this.#options.abilities()]);
    const choice = chooseCodec(slot.source, device.sendRtpCapabilities, abilities, track.getSettings().width);
    const transport = await this.#transport.get(device);
    if (generation !== this.#transport.generation) throw new MediaError('closed', 'reset meanwhile');
    if (track.readyState === 'ended') return;
    try {
      const sending = await Sending.open({
        source: slot.source,
        track,
        muted,
        wishes: this.#wishes,
        choice,
        device,
        transport,
        protection: this.#options.protection,
      });
      if (generation !== this.#transport.generation) {
        sending.close();
        throw new MediaError('closed', 'reset meanwhile');
      }
      slot.sending = sending;
    } catch (error) {
      if (transport.closed && generation === this.#transport.generation) this.#transport.lose();
      throw error;
    }
  }
}

function view(slot: Slot): OwnStream {
  const track = slot.desired?.track ?? null;
  const producerId = slot.sending?.producer.id ?? null;
  if (slot.halt !== null) return { state: slot.halt, track: null, producerId: null };
  if (slot.desired === null) return ownOff;
  if (slot.desired.muted) return { state: 'muted', track, producerId };
  const live = slot.sending !== null && slot.sending.track === track && !slot.sending.muted;
  return { state: live ? 'live' : 'starting', track, producerId };
}
