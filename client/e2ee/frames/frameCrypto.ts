import type { DeviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';
import type { Codec } from './codec.ts';
import type {
  AuthorshipState,
  FrameToPage,
  OpenOptions,
  PageToFrame,
  SealOptions,
  TransformStats,
} from './messages.ts';
import { BypassDetector, wireCount } from './watchdog.ts';

export type BreachReason =
  /** Media left the sender that the frame worker did not seal. */
  | 'bypassed'
  /** The sender's transform is no longer ours. */
  | 'transform-replaced'
  /** The frame worker does not answer; whether the browser still sends nothing is not ours to bet on. */
  | 'worker-dead';

export type FrameEvent =
  | { readonly type: 'ready' }
  /** The worker failed to load, threw or stopped answering. Final; media is stopped by `breach` events. */
  | { readonly type: 'failed'; readonly message: string }
  /** First authenticated frame since the track was bound: it may be shown. */
  | { readonly type: 'alive'; readonly trackRef: string }
  /** `unsigned` and `forged`: the sender is cut and its tile must say so. */
  | { readonly type: 'authorship'; readonly trackRef: string; readonly state: AuthorshipState }
  /** A transform ended with an error; its frames stop. */
  | { readonly type: 'broken'; readonly source: Source; readonly trackRef: string | null }
  /** Stop the sender's track now and alarm. Sent once per sender. */
  | {
      readonly type: 'breach';
      readonly source: Source;
      readonly sender: RTCRtpSender;
      readonly reason: BreachReason;
    };

export interface FrameCryptoOptions {
  readonly onEvent: (event: FrameEvent) => void;
  /** Milliseconds between watchdog rounds; a second where not given. */
  readonly watchIntervalMs?: number;
  /** Milliseconds within which the worker must answer a poll; ten seconds where not given. */
  readonly answerWithinMs?: number;
  /** Replaces how the worker is made (Trusted Types policies, tests). */
  readonly createWorker?: () => Worker;
}

export interface SenderProtection {
  readonly source: Source;
  /** The codec where the browser's frames do not name theirs. */
  readonly codec?: Codec;
}

export interface ReceiverProtection {
  readonly trackRef: string;
  readonly source: Source;
  /** The only device whose frames may come; null refuses all until `expect`. */
  readonly device: DeviceKey | null;
  readonly codec?: Codec;
}

export interface ProtectedSender {
  readonly id: number;
  /** The stream has ended; the watchdog lets go. Idempotent. */
  close(): void;
}

export interface ProtectedReceiver {
  readonly id: number;
  /** Expects another device; proof of life starts over. */
  expect(device: DeviceKey | null): void;
  close(): void;
}

interface Watched {
  readonly sender: RTCRtpSender;
  readonly source: Source;
  readonly transform: RTCRtpScriptTransform;
  readonly detector: BypassDetector;
}

function defaultWorker(): Worker {
  return new Worker(new URL('./frameWorker.ts', import.meta.url), { type: 'module' });
}

/**
 * The page's handle on the frame worker. It attaches transforms, relays the group worker's port and
 * watches; it never sees a frame or a key.
 *
 * Attach synchronously where the sender or receiver is made and before any offer or answer
 * (mediasoup-client's `onRtpSender` and `onRtpReceiver`): Chromium never invokes a transform attached
 * after media runs and sends everything in the clear. The watchdog catches that, after the fact.
 */
export class FrameCrypto {
  readonly #options: FrameCryptoOptions;
  readonly #worker: Worker;
  readonly #senders = new Map<number, Watched>();
  readonly #receivers = new Map<number, OpenOptions>();
  readonly #attached = new WeakMap<
    RTCRtpSender | RTCRtpReceiver,
    { id: number; transform: RTCRtpScriptTransform }
  >();
  readonly #polls = new Map<number, (transforms: readonly TransformStats[] | null) => void>();
  #watch: ReturnType<typeof setTimeout> | null = null;
  #nextId = 0;
  #nextPoll = 0;
  #nextBinding = 0;
  #state: 'starting' | 'ready' | 'failed' | 'closed' = 'starting';

  constructor(options: FrameCryptoOptions) {
    this.#options = options;
    this.#worker = (options.createWorker ?? defaultWorker)();
    this.#worker.addEventListener('message', (event: MessageEvent<FrameToPage>) => this.#receive(event.data));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail('the frame worker failed');
    });
    this.#worker.addEventListener('messageerror', () => this.#fail('the frame worker sent rubbish'));
    this.#scheduleWatch();
  }

  /** Whether this browser can encrypt frames at all. Where it cannot, a meeting must not start. */
  static supported(): boolean {
    return typeof RTCRtpScriptTransform === 'function' && typeof Worker === 'function';
  }

  /** Hands the worker the port through which the group worker delivers keys. */
  attachGroupPort(port: MessagePort): void {
    this.#post({ type: 'group' }, [port]);
  }

  /**
   * Has every frame of `sender` sealed. Synchronous. A sender protected before (a reused transceiver)
   * keeps its transform and serves the new source.
   */
  protectSender(sender: RTCRtpSender, protection: SenderProtection): ProtectedSender {
    const before = this.#attached.get(sender);
    const id = before?.id ?? this.#nextId++;
    const options: SealOptions = { role: 'seal', id, ...protection };
    const transform = before?.transform ?? new RTCRtpScriptTransform(this.#worker, options);
    if (before === undefined) sender.transform = transform;
    else this.#post({ type: 'rebind', options });
    this.#attached.set(sender, { id, transform });
    const kind =
      protection.source === 'microphone' || protection.source === 'screenAudio' ? 'audio' : 'video';
    this.#senders.set(id, {
      sender,
      source: protection.source,
      transform,
      detector: new BypassDetector(kind),
    });
    if (this.#state === 'failed') queueMicrotask(() => this.#breachAll('worker-dead'));
    return { id, close: () => void this.#senders.delete(id) };
  }

  /** Has every frame of `receiver` opened, and everything else dropped. Synchronous; reuse as above. */
  protectReceiver(receiver: RTCRtpReceiver, protection: ReceiverProtection): ProtectedReceiver {
    const before = this.#attached.get(receiver);
    const id = before?.id ?? this.#nextId++;
    const binding = this.#nextBinding++;
    const options: OpenOptions = { role: 'open', id, binding, ...protection };
    const transform = before?.transform ?? new RTCRtpScriptTransform(this.#worker, options);
    if (before === undefined) receiver.transform = transform;
    else this.#post({ type: 'rebind', options });
    this.#attached.set(receiver, { id, transform });
    this.#receivers.set(id, options);
    return {
      id,
      expect: (device) => this.#expect(id, device),
      close: () => {
        // Nobody is expected on a track that nobody looks at.
        this.#expect(id, null);
        this.#receivers.delete(id);
      },
    };
  }

  /** What each transform did so far; null when the worker does not answer. */
  stats(): Promise<readonly TransformStats[] | null> {
    if (this.#state === 'failed' || this.#state === 'closed') return Promise.resolve(null);
    const poll = this.#nextPoll++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), this.#options.answerWithinMs ?? 10_000);
      const settle = (transforms: readonly TransformStats[] | null) => {
        clearTimeout(timer);
        this.#polls.delete(poll);
        resolve(transforms);
      };
      this.#polls.set(poll, settle);
      this.#post({ type: 'poll', poll });
    });
  }

  /** Ends the worker; media through it stops. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (this.#watch !== null) clearTimeout(this.#watch);
    this.#worker.terminate();
    for (const settle of [...this.#polls.values()]) settle(null);
    this.#senders.clear();
    this.#receivers.clear();
  }

  #expect(id: number, device: DeviceKey | null): void {
    const bound = this.#receivers.get(id);
    if (bound === undefined) return;
    const binding = this.#nextBinding++;
    this.#receivers.set(id, { ...bound, device, binding });
    this.#post({ type: 'expect', id, device, binding });
  }

  #post(message: PageToFrame, transfer: Transferable[] = []): void {
    if (this.#state !== 'closed') this.#worker.postMessage(message, transfer);
  }

  #receive(message: FrameToPage): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    switch (message.type) {
      case 'ready':
        this.#state = 'ready';
        this.#options.onEvent({ type: 'ready' });
        return;
      case 'failed':
        this.#fail(message.message);
        return;
      case 'alive': {
        const trackRef = this.#trackOf(message);
        if (trackRef !== null) this.#options.onEvent({ type: 'alive', trackRef });
        return;
      }
      case 'authorship': {
        const trackRef = this.#trackOf(message);
        if (trackRef === null) return;
        this.#options.onEvent({ type: 'authorship', trackRef, state: message.state });
        return;
      }
      case 'broken': {
        const bound = this.#receivers.get(message.id);
        const source = bound?.source ?? this.#senders.get(message.id)?.source;
        if (source === undefined) return;
        this.#options.onEvent({ type: 'broken', source, trackRef: bound?.trackRef ?? null });
        return;
      }
      case 'stats':
        this.#polls.get(message.poll)?.(message.transforms);
        return;
    }
  }

  /** The track an event is about; null when its receiver has been bound to something else since. */
  #trackOf(event: { readonly id: number; readonly binding: number }): string | null {
    const bound = this.#receivers.get(event.id);
    return bound?.binding === event.binding ? bound.trackRef : null;
  }

  #fail(message: string): void {
    if (this.#state === 'failed' || this.#state === 'closed') return;
    this.#state = 'failed';
    for (const settle of [...this.#polls.values()]) settle(null);
    this.#options.onEvent({ type: 'failed', message });
    this.#breachAll('worker-dead');
  }

  #breachAll(reason: BreachReason): void {
    for (const id of [...this.#senders.keys()]) this.#breach(id, reason);
  }

  #breach(id: number, reason: BreachReason): void {
    const watched = this.#senders.get(id);
    if (watched === undefined) return;
    this.#senders.delete(id);
    const { sender, source } = watched;
    this.#options.onEvent({ type: 'breach', source, sender, reason });
  }

  #scheduleWatch(): void {
    this.#watch = setTimeout(() => {
      this.#watchOnce()
        .catch(() => this.#fail('the watchdog failed'))
        .finally(() => {
          if (this.#state !== 'closed' && this.#state !== 'failed') this.#scheduleWatch();
        });
    }, this.#options.watchIntervalMs ?? 1_000);
  }

  async #watchOnce(): Promise<void> {
    for (const [id, { sender, transform }] of this.#senders) {
      if (sender.transform !== transform) this.#breach(id, 'transform-replaced');
    }
    const watched = [...this.#senders];
    // Wire first, worker second: what was on the wire then has passed the worker by now.
    const wires = await Promise.all(
      // A connection that was closed meanwhile refuses, and sends nothing.
      watched.map(([, { sender }]) => sender.getStats().then(wireCount, () => undefined)),
    );
    // Twice, as a computer that slept wakes with its timers run out.
    const transforms = (await this.stats()) ?? (await this.stats());
    if (this.#state === 'closed') return;
    if (transforms === null) {
      this.#fail('the frame worker does not answer');
      return;
    }
    watched.forEach(([id, { detector }], i) => {
      const wire = wires[i];
      const counted = transforms.find((transform) => transform.id === id);
      const sealed = { frames: counted?.framesIn ?? 0, bytes: counted?.bytesOut ?? 0 };
      if (wire !== undefined && detector.check(wire, sealed)) this.#breach(id, 'bypassed');
    });
  }
}
