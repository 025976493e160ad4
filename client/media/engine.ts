import type { Device } from 'mediasoup-client/types';
import type { DeviceKey } from '../../shared/ids.ts';
import type { EventOf } from '../../shared/protocol/events.ts';
import type { Source } from '../../shared/records/record.ts';
import type { AuthorshipState } from '../e2ee/frames/messages.ts';
import type { EncoderAbilities } from './codecChoice.ts';
import { Doubts } from './doubts.ts';
import { Emitter } from './emitter.ts';
import type { SendWishes } from './encoderShape.ts';
import { LevelMonitor, type Levels } from './levels.ts';
import { MediaError } from './mediaError.ts';
import type { EngineSnapshot } from './mediaView.ts';
import { watchNetwork } from './network.ts';
import { heardOf } from './networkPath.ts';
import type { FrameEvent, FrameProtection } from './protection.ts';
import { isBad, type Quality, qualityOf } from './quality.ts';
import { ReceiveSide } from './receiveSide.ts';
import { loadRouterDevice, probeAbilities } from './routerDevice.ts';
import { SendSide } from './sendSide.ts';
import type { Signalling } from './signalling.ts';
import { SilenceWatch } from './silence.ts';
import { type EngineStats, framesOf, StatsReader, type StreamStats } from './stats.ts';
import { entriesOf } from './statsReport.ts';
import type { Subscription } from './subscription.ts';
import type { Tile } from './subscriptions.ts';
import { backoff, browserTimers, type Timers } from './timers.ts';

/** So long is left to finding another way before silence asks for it once more. */
const lookingMs = 1_000;

export interface MediaEngineOptions {
  /** This device; its own producers are never consumed. */
  readonly self: DeviceKey;
  readonly signalling: Signalling;
  /** A FrameCrypto, whose events go to `onFrameEvent`. */
  readonly protection: FrameProtection;
  readonly timers?: Timers;
  /** What the encoder can do; found out from the browser when left out. */
  readonly abilities?: EncoderAbilities;
}

export interface MediaEngineEvents {
  /** `snapshot()` is another one now. At most once per task. */
  change: EngineSnapshot;
  levels: Levels;
  /** A host, or the role, stopped one's own source: nothing of it is sent. Turn the hardware off. */
  stopped: { readonly source: Source };
  /** So many send that one's own source waits for a place. */
  crowded: { readonly source: Source };
  /** One's own source would have left unsealed and was stopped. */
  unprotected: { readonly source: Source };
  /** Another member's stream could not be authenticated and was cut. */
  cut: { readonly device: DeviceKey };
  /** The media server and this browser have nothing in common; media stays off. */
  unusable: { readonly error: MediaError };
}

/**
 * Sends one's own sources and receives others', sealed. Callers state what they want (`publish`, `setTiles`,
 * `setRoster`) and feed in what the server says; the engine gets there by itself, again after every reset.
 */
export class MediaEngine {
  readonly #options: MediaEngineOptions;
  readonly #timers: Timers;
  readonly #events = new Emitter<MediaEngineEvents>();
  readonly #send: SendSide;
  readonly #receive: ReceiveSide;
  readonly #levels: LevelMonitor;
  readonly #silences: readonly SilenceWatch[];
  #hurriedAt = Number.NEGATIVE_INFINITY;
  readonly #stats = new StatsReader();
  #device: Promise<Device> | null = null;
  #abilities: Promise<EncoderAbilities> | null = null;
  #snapshot: EngineSnapshot;
  #changed = false;
  readonly #stopWatching: () => void;
  #listing = 0;
  #cancelListing: (() => void) | null = null;
  readonly #doubts: Doubts<Subscription>;
  #closed = false;

  constructor(options: MediaEngineOptions) {
    this.#options = options;
    this.#timers = options.timers ?? browserTimers;
    const common = {
      signalling: options.signalling,
      protection: options.protection,
      timers: this.#timers,
      device: () => this.#loadDevice(),
      onChange: () => this.#touch(),
    };
    this.#send = new SendSide({
      ...common,
      abilities: () => this.#probe(),
      onStopped: (source) => this.#events.emit('stopped', { source }),
      onCrowded: (source) => this.#events.emit('crowded', { source }),
      onUnprotected: (source) => this.#events.emit('unprotected', { source }),
    });
    this.#receive = new ReceiveSide({ ...common, self: options.self });
    this.#levels = new LevelMonitor(
      this.#timers,
      () => this.#microphones(),
      (levels) => this.#events.emit('levels', levels),
    );
    this.#doubts = new Doubts(this.#timers, ({ info }) => this.#events.emit('cut', { device: info.device }));
    this.#snapshot = this.#build();
    this.#stopWatching = watchNetwork(() => this.#hurry());
    // Apart from each other: what still comes on one connection must not hide that the other has lost its way.
    this.#silences = [() => this.#answers(), () => this.#arrivals()].map(
      (heard) => new SilenceWatch(this.#timers, heard, () => this.#onSilence()),
    );
  }

  /** Learns what is on offer. Call once this device is a member. */
  start(): void {
    this.#list(0);
  }

  on<Name extends keyof MediaEngineEvents>(
    name: Name,
    listener: (event: MediaEngineEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  snapshot(): EngineSnapshot {
    return this.#snapshot;
  }

  /** Sends `track` as `source`, or in place of the track sent before. The track stays the caller's to stop. */
  publish(source: Source, track: MediaStreamTrack, muted = false): void {
    if (!this.#closed) this.#send.publish(source, track, muted);
  }

  /** Muted, nothing of the source is sent; the track is silenced before this returns. */
  setMuted(source: Source, muted: boolean): void {
    if (!this.#closed) this.#send.setMuted(source, muted);
  }

  unpublish(source: Source): void {
    if (!this.#closed) this.#send.unpublish(source);
  }

  /** How the encoders run and how much is received; takes effect at once. */
  setWishes(wishes: SendWishes): void {
    if (this.#closed) return;
    this.#send.setWishes(wishes);
    this.#receive.setUsage(wishes.usage);
  }

  /** The tiles on screen; microphones and shared sound are subscribed to without being named. */
  setTiles(tiles: readonly Tile[]): void {
    if (!this.#closed) this.#receive.setTiles(tiles);
  }

  /** The devices in the MLS group. Nobody else's streams are ever subscribed to. */
  setRoster(devices: ReadonlySet<DeviceKey>): void {
    if (!this.#closed) this.#receive.setRoster(devices);
  }

  onProducers(event: EventOf<'media:producers'>): void {
    if (!this.#closed) this.#receive.changeProducers(event);
  }

  onConsumerClosed(event: EventOf<'media:consumerClosed'>): void {
    if (!this.#closed) this.#receive.onConsumerClosed(event.consumerId);
  }

  onConsumerLayers(event: EventOf<'media:consumerLayers'>): void {
    const { consumerId, spatialLayer: spatial, temporalLayer: temporal } = event;
    if (this.#closed) return;
    this.#receive.onLayers(consumerId, spatial === null ? null : { spatial, temporal: temporal ?? 0 });
  }

  onConsumerScore(event: EventOf<'media:consumerScore'>): void {
    if (!this.#closed) this.#receive.onScore(event.consumerId, event.score, event.producerScore);
  }

  onProducerStopped(event: EventOf<'media:producerStopped'>): void {
    if (!this.#closed) this.#send.onStopped(event.producerId);
  }

  /** The media engine at the server was replaced: everything is made anew. */
  onReset(): void {
    if (this.#closed) return;
    this.#device = null;
    this.#receive.setProducers([]);
    this.#send.reset();
    this.#receive.reset();
    this.#list(0);
  }

  /** The signalling is back after an interruption: catches up and looks for a better network path. */
  onReconnected(): void {
    if (this.#closed) return;
    this.#hurry();
    this.#list(0);
  }

  /** Feed every event of the FrameCrypto in here. */
  onFrameEvent(event: FrameEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'alive':
        this.#receive.onAlive(event.trackRef);
        return;
      case 'authorship':
        this.#onAuthorship(event.trackRef, event.state);
        return;
      case 'broken':
        if (event.trackRef !== null) this.#receive.onBroken(event.trackRef);
        return;
      case 'breach':
        this.#send.onBreach(event.sender);
        return;
      case 'ready':
      case 'failed':
        return;
    }
  }

  /** Statistics of every stream; rates refer to the call before. */
  async stats(): Promise<readonly EngineStats[]> {
    const transforms = (await this.#options.protection.stats()) ?? [];
    const frames = (id: number) => framesOf(transforms.find((transform) => transform.id === id));
    const own = this.#send.producers().map(async ({ source, producer, protectionId }) => {
      const rows = this.#stats.read(await producer.getStats(), { device: null, source });
      return rows.map((row) => ({ ...row, layer: null, frames: frames(protectionId) }));
    });
    const others = this.#receive.subscriptions().map(async ({ info, subscription }) => {
      const { device, source } = info;
      const rows = this.#stats.read(await subscription.consumer.getStats(), { device, source });
      const sealed = frames(subscription.protectionId);
      return rows.map((row) => ({ ...row, layer: subscription.layers, frames: sealed }));
    });
    // A stream that closes while it is asked has no row.
    const rows = await Promise.all([...own, ...others].map((row) => row.catch(() => [])));
    this.#stats.turn();
    return rows.flat();
  }

  /** How well the call goes, judged by a reading of `stats`. */
  quality(streams: readonly StreamStats[]): Quality {
    const { remote, send, receive } = this.#snapshot;
    const live = [...remote].flatMap(([device, sources]) =>
      Object.values(sources)
        .filter(({ state, track }) => state === 'live' && track !== null)
        .map((stream) => ({ device, ...stream })),
    );
    return qualityOf({
      streams,
      reconnecting: send === 'lost' || receive === 'lost',
      shrunk: live.filter(({ wanted, layers }) => wanted !== null && (layers?.spatial ?? -1) < wanted.spatial)
        .length,
      suffering: [
        ...new Set(live.filter(({ senderScore }) => isBad(senderScore)).map(({ device }) => device)),
      ],
    });
  }

  /** Ends all media. Tracks given to `publish` stay the caller's to stop. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelListing?.();
    this.#doubts.close();
    this.#stopWatching();
    for (const silence of this.#silences) silence.close();
    this.#levels.close();
    this.#send.close();
    this.#receive.close();
    this.#events.clear();
  }

  #onSilence(): void {
    // Another way is being looked for already; where it is not found, the silence goes on.
    if (this.#timers.now() - this.#hurriedAt > lookingMs) this.#hurry();
  }

  /** Tries now what was waiting for its turn, on a new way through the network. */
  #hurry(): void {
    if (this.#closed) return;
    this.#hurriedAt = this.#timers.now();
    this.#send.hurry();
    this.#receive.hurry();
  }

  #onAuthorship(trackRef: string, state: AuthorshipState): void {
    const subscription = this.#receive.onAuthorship(trackRef, state);
    if (subscription !== undefined) this.#doubts.note(subscription, state);
  }

  /** Asks for all streams on offer, until answered. A newer call replaces an older one. */
  #list(attempt: number): void {
    this.#cancelListing?.();
    this.#cancelListing = null;
    const listing = ++this.#listing;
    this.#options.signalling.request('media:producers', {}).then(
      ({ producers }) => {
        if (!this.#closed && listing === this.#listing) this.#receive.setProducers(producers);
      },
      () => {
        if (this.#closed || listing !== this.#listing) return;
        this.#cancelListing = this.#timers.after(backoff(attempt), () => this.#list(attempt + 1));
      },
    );
  }

  #loadDevice(): Promise<Device> {
    if (this.#device !== null) return this.#device;
    const loading = loadRouterDevice(this.#options.signalling);
    this.#device = loading;
    loading.catch((error: unknown) => {
      if (this.#device === loading) this.#device = null;
      if (error instanceof MediaError && !this.#closed) this.#events.emit('unusable', { error });
    });
    return loading;
  }

  #probe(): Promise<EncoderAbilities> {
    if (this.#options.abilities !== undefined) return Promise.resolve(this.#options.abilities);
    this.#abilities ??= this.#loadDevice().then((device) => probeAbilities(device.handlerName));
    this.#abilities.catch(() => {
      this.#abilities = null;
    });
    return this.#abilities;
  }

  /** Bytes that came back from the media server on what is sent; null while nothing is, which nobody answers. */
  async #answers(): Promise<number | null> {
    const { own } = this.#snapshot;
    const sent = this.#send.producers().find(({ source }) => own[source].state === 'live');
    return sent === undefined ? null : heardOf(entriesOf(await sent.producer.getStats()));
  }

  /** Bytes that came from the media server with others' streams; null where nobody sends any. */
  async #arrivals(): Promise<number | null> {
    const received = this.#receive.subscriptions().find(({ info }) => !info.paused);
    return received === undefined
      ? null
      : heardOf(entriesOf(await received.subscription.consumer.getStats()));
  }

  #microphones() {
    const others = this.#receive
      .subscriptions()
      .filter(({ info }) => info.source === 'microphone' && !info.paused)
      .filter(({ subscription }) => subscription.seal === 'sealed')
      .map(({ info, subscription }) => ({
        device: info.device,
        getStats: () => subscription.consumer.getStats(),
      }));
    const own = this.#send
      .producers()
      .filter(({ source }) => source === 'microphone' && this.#snapshot.own.microphone.state === 'live')
      .map(({ producer }) => ({ device: this.#options.self, getStats: () => producer.getStats() }));
    return [...own, ...others];
  }

  /** Several changes of one task become one event. */
  #touch(): void {
    if (this.#changed || this.#closed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      if (this.#closed) return;
      this.#snapshot = this.#build();
      this.#events.emit('change', this.#snapshot);
    });
  }

  #build(): EngineSnapshot {
    return {
      own: this.#send.own(),
      remote: this.#receive.remote(),
      ghosts: this.#receive.ghosts,
      send: this.#send.path,
      receive: this.#receive.path,
    };
  }
}
