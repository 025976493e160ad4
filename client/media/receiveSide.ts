import type { Device } from 'mediasoup-client/types';
import type { DeviceKey } from '../../shared/ids.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';
import type { AuthorshipState } from '../e2ee/frames/messages.ts';
import type { Layers } from './layers.ts';
import { MediaError } from './mediaError.ts';
import { type PathState, type RemoteStream, type RemoteStreams, remoteOff } from './mediaView.ts';
import type { FrameProtection } from './protection.ts';
import { remedyFor } from './retry.ts';
import type { Signalling } from './signalling.ts';
import { Subscription } from './subscription.ts';
import {
  planSubscriptions,
  type StreamKey,
  type SubscriptionPlan,
  streamKey,
  type Tile,
} from './subscriptions.ts';
import { backoff, type Timers } from './timers.ts';
import { TransportSlot } from './transportSlot.ts';
import { tilesWithin, type Usage } from './usage.ts';
import { WishBatch } from './wishBatch.ts';

export interface ReceiveSideOptions {
  readonly self: DeviceKey;
  readonly signalling: Signalling;
  readonly protection: FrameProtection;
  readonly timers: Timers;
  readonly device: () => Promise<Device>;
  readonly onChange: () => void;
}

/** A stream whose subscribing failed: which producer, how often, and when to try again. */
interface Setback {
  readonly producerId: string;
  readonly attempt: number;
  readonly retryAt: number;
}

/**
 * Receives others' sources. Holds what the server offers, who is in the group and what is on screen, and
 * subscribes accordingly: each change leads to one look at the whole (`#reconcile`).
 */
export class ReceiveSide {
  readonly #options: ReceiveSideOptions;
  readonly #wishes: WishBatch;
  readonly #transport: TransportSlot;
  readonly #subscriptions = new Map<StreamKey, Subscription>();
  readonly #opening = new Map<StreamKey, string>();
  readonly #setbacks = new Map<StreamKey, Setback>();
  #producers: ReadonlyMap<string, ProducerInfo> = new Map();
  #roster: ReadonlySet<DeviceKey> = new Set();
  #tiles: readonly Tile[] = [];
  #usage: Usage = 'normal';
  #plan: SubscriptionPlan = { targets: new Map(), ghosts: [], lastWanted: new Map(), nextAt: null };
  #cancelWake: (() => void) | null = null;
  #closed = false;

  constructor(options: ReceiveSideOptions) {
    this.#options = options;
    this.#transport = new TransportSlot({
      direction: 'receive',
      signalling: options.signalling,
      timers: options.timers,
      onPath: options.onChange,
      onLost: () => this.#startOver(),
    });
    this.#wishes = new WishBatch(
      async (wishes) => {
        await options.signalling.request('media:setConsumers', { wishes });
      },
      () => this.#wakeIn(backoff(1)),
    );
  }

  get path(): PathState {
    return this.#transport.path;
  }

  get ghosts(): readonly DeviceKey[] {
    return this.#plan.ghosts;
  }

  /** Replaces all that is known of the streams on offer. */
  setProducers(producers: readonly ProducerInfo[]): void {
    this.#producers = new Map(producers.map((info) => [info.producerId, info]));
    this.#reconcile();
  }

  changeProducers(change: {
    readonly added: readonly ProducerInfo[];
    readonly removed: readonly string[];
    readonly changed: readonly { readonly producerId: string; readonly paused: boolean }[];
  }): void {
    const producers = new Map(this.#producers);
    for (const producerId of change.removed) producers.delete(producerId);
    // Deleted first, so that a stream offered anew is also the last of its device and source.
    for (const info of change.added) {
      producers.delete(info.producerId);
      producers.set(info.producerId, info);
    }
    for (const { producerId, paused } of change.changed) {
      const info = producers.get(producerId);
      if (info !== undefined) producers.set(producerId, { ...info, paused });
    }
    this.#producers = producers;
    this.#reconcile();
  }

  setRoster(roster: ReadonlySet<DeviceKey>): void {
    this.#roster = new Set(roster);
    this.#reconcile();
  }

  setTiles(tiles: readonly Tile[]): void {
    this.#tiles = [...tiles];
    this.#reconcile();
  }

  setUsage(usage: Usage): void {
    this.#usage = usage;
    this.#reconcile();
  }

  onConsumerClosed(consumerId: string): void {
    const [key, subscription] = this.#find(consumerId);
    if (key === null) return;
    this.#subscriptions.delete(key);
    this.#wishes.forget(consumerId);
    subscription.close();
    // Usually the producer's end, told separately; otherwise another consumer is due, but not at once.
    this.#setBack(key, subscription.info.producerId);
    this.#reconcile();
  }

  onLayers(consumerId: string, layers: Layers | null): void {
    this.#find(consumerId)[1]?.onLayers(layers);
    this.#options.onChange();
  }

  onScore(consumerId: string, score: number, senderScore: number): void {
    this.#find(consumerId)[1]?.onScore(score, senderScore);
    this.#options.onChange();
  }

  onAlive(trackRef: string): void {
    this.#find(trackRef)[1]?.onAlive();
    this.#options.onChange();
  }

  /** Returns the stream that this is about; undefined where it has ended. */
  onAuthorship(trackRef: string, state: AuthorshipState): Subscription | undefined {
    const [, subscription] = this.#find(trackRef);
    subscription?.onAuthorship(state);
    this.#reconcile();
    return subscription;
  }

  /** The decryptor of this track ended: it is subscribed to anew. */
  onBroken(trackRef: string): void {
    const [key, subscription] = this.#find(trackRef);
    if (key === null) return;
    this.#subscriptions.delete(key);
    this.#closeSubscription(subscription);
    this.#setBack(key, subscription.info.producerId);
    this.#reconcile();
  }

  /** Everything at the server is gone: subscribes anew. */
  reset(): void {
    this.#transport.drop();
    this.#setbacks.clear();
    this.#startOver();
  }

  /** Tries now what was waiting for its turn, and looks for a better network path. */
  hurry(): void {
    this.#setbacks.clear();
    this.#transport.restartIce();
    this.#reconcile();
  }

  remote(): ReadonlyMap<DeviceKey, RemoteStreams> {
    const devices = new Map<DeviceKey, Record<ProducerInfo['source'], RemoteStream>>();
    for (const info of this.#producers.values()) {
      if (info.device === this.#options.self || !this.#roster.has(info.device)) continue;
      const streams = devices.get(info.device) ?? {
        microphone: remoteOff,
        camera: remoteOff,
        screen: remoteOff,
        screenAudio: remoteOff,
      };
      devices.set(info.device, streams);
      const subscription = this.#subscriptions.get(streamKey(info.device, info.source));
      streams[info.source] =
        subscription?.info.producerId === info.producerId
          ? subscription.view(info.paused)
          : { ...remoteOff, state: info.paused ? 'muted' : 'live' };
    }
    return devices;
  }

  /** Running subscriptions with what is known of their producers now, for loudness and statistics. */
  subscriptions(): readonly { readonly info: ProducerInfo; readonly subscription: Subscription }[] {
    return [...this.#subscriptions.values()].map((subscription) => ({
      info: this.#producers.get(subscription.info.producerId) ?? subscription.info,
      subscription,
    }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelWake?.();
    this.#transport.drop();
    this.#startOver();
  }

  #find(consumerId: string): [StreamKey, Subscription] | [null, undefined] {
    for (const entry of this.#subscriptions) if (entry[1].consumer.id === consumerId) return entry;
    return [null, undefined];
  }

  /** Nothing of before is left: every stream begins again. */
  #startOver(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
    this.#opening.clear();
    this.#wishes.clear();
    this.#reconcile();
  }

  #wakeIn(ms: number): void {
    this.#cancelWake?.();
    this.#cancelWake = this.#options.timers.after(Math.max(0, ms), () => {
      this.#cancelWake = null;
      this.#reconcile();
    });
  }

  #reconcile(): void {
    if (this.#closed) return;
    const now = this.#options.timers.now();
    this.#plan = planSubscriptions({
      producers: this.#producers.values(),
      roster: this.#roster,
      self: this.#options.self,
      tiles: tilesWithin(this.#usage, this.#tiles),
      lastWanted: this.#plan.lastWanted,
      now,
    });
    this.#closeUnplanned();
    let wakeAt = this.#plan.nextAt ?? Number.POSITIVE_INFINITY;
    for (const [key, { info, target }] of this.#plan.targets) {
      const subscription = this.#subscriptions.get(key);
      if (subscription !== undefined) {
        this.#wishes.wish(subscription.wishFor(target));
        continue;
      }
      if (target.state === 'paused' || this.#opening.has(key)) continue;
      const setback = this.#setbacks.get(key);
      if (setback?.producerId === info.producerId && setback.retryAt > now) {
        wakeAt = Math.min(wakeAt, setback.retryAt);
      } else {
        this.#subscribe(key, info);
      }
    }
    if (wakeAt !== Number.POSITIVE_INFINITY) this.#wakeIn(wakeAt - now);
    this.#options.onChange();
  }

  /** Ends what is no longer planned: off screen for long, gone, replaced, or out of the group. */
  #closeUnplanned(): void {
    for (const [key, subscription] of this.#subscriptions) {
      if (this.#plan.targets.get(key)?.info.producerId === subscription.info.producerId) continue;
      this.#subscriptions.delete(key);
      this.#closeSubscription(subscription);
    }
    for (const [key, setback] of this.#setbacks) {
      if (this.#plan.targets.get(key)?.info.producerId !== setback.producerId) this.#setbacks.delete(key);
    }
  }

  #closeSubscription(subscription: Subscription): void {
    const consumerId = subscription.consumer.id;
    subscription.close();
    this.#wishes.forget(consumerId);
    // Already gone with its producer, most of the time.
    this.#options.signalling.request('media:closeConsumer', { consumerId }).catch(() => undefined);
  }

  #subscribe(key: StreamKey, info: ProducerInfo): void {
    const { generation } = this.#transport;
    this.#opening.set(key, info.producerId);
    this.#openSubscription(info)
      .then(
        (subscription) => {
          if (generation !== this.#transport.generation) return subscription.close();
          this.#subscriptions.set(key, subscription);
          this.#setbacks.delete(key);
        },
        (error: unknown) => {
          if (generation === this.#transport.generation) this.#onRefusal(key, info.producerId, error);
        },
      )
      .finally(() => {
        if (generation !== this.#transport.generation) return;
        this.#opening.delete(key);
        this.#reconcile();
      });
  }

  async #openSubscription(info: ProducerInfo): Promise<Subscription> {
    const device = await this.#options.device();
    const transport = await this.#transport.get(device);
    return Subscription.open({
      info,
      device,
      transport,
      signalling: this.#options.signalling,
      protection: this.#options.protection,
    });
  }

  #onRefusal(key: StreamKey, producerId: string, error: unknown): void {
    const remedy = remedyFor(error);
    if (remedy === 'retry') {
      this.#setBack(key, producerId);
    } else {
      this.#setbacks.set(key, { producerId, attempt: 0, retryAt: Number.POSITIVE_INFINITY });
    }
    if (error instanceof MediaError && error.code === 'unprotected') this.#transport.lose();
  }

  #setBack(key: StreamKey, producerId: string): void {
    const before = this.#setbacks.get(key);
    const attempt = before?.producerId === producerId ? before.attempt + 1 : 0;
    this.#setbacks.set(key, {
      producerId,
      attempt,
      retryAt: this.#options.timers.now() + backoff(attempt),
    });
  }
}
