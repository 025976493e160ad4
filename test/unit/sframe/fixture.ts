import type { Clock } from '../../../client/e2ee/frames/clock.ts';
import { FrameCore } from '../../../client/e2ee/frames/frameCore.ts';
import type {
  EpochMessage,
  FrameToGroup,
  FrameToPage,
  TransformStats,
} from '../../../client/e2ee/frames/messages.ts';
import type { EncodedFrame } from '../../../client/e2ee/frames/sealTrack.ts';
import { ChaChaSFrame } from '../../../client/e2ee/sframe/chacha.ts';
import { heapOf } from '../../../client/e2ee/sframe/heap.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';

/** Time that moves when told. */
export class ManualClock implements Clock {
  #now = 1_000;
  #tasks: { at: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.#now + ms, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
  }

  /** Time passes and no timer runs, as in a throttled worker. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Runs everything due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }
}

/** A device key made of one byte. */
export function device(byte: number): DeviceKey {
  return deviceKey.parse(toBase64Url(new Uint8Array(32).fill(byte)));
}

/** Keys of an epoch as the group worker sends them; equal arguments give equal base keys. */
export function epochMessage(
  epoch: number,
  ownLeaf: number,
  members: Readonly<Record<number, DeviceKey>>,
  options: { group?: number; openOnly?: boolean } = {},
): EpochMessage {
  const baseKey = new Uint8Array(32).fill(epoch & 255);
  baseKey[0] = options.group ?? 0;
  baseKey[1] = epoch >> 8;
  return {
    type: 'epoch',
    epoch,
    ownLeaf,
    baseKey,
    leaves: Object.entries(members).map(([leaf, key]) => ({ leaf: Number(leaf), device: key })),
    ...(options.openOnly === undefined ? {} : { openOnly: options.openOnly }),
  };
}

/** An encoded frame outside a browser. */
export function frame(bytes: Uint8Array, mimeType = 'video/VP9'): EncodedFrame {
  return { data: new Uint8Array(bytes).buffer, getMetadata: () => ({ mimeType }) };
}

let nextId = 0;

/** One device's frame worker core with its events recorded. */
export class Party {
  readonly page: FrameToPage[] = [];
  readonly group: FrameToGroup[] = [];
  readonly core: FrameCore;
  keyFrameRequests = 0;

  constructor(sframe: ChaChaSFrame, clock: Clock) {
    this.core = new FrameCore({
      sframe,
      clock,
      toPage: (message) => this.page.push(message),
      toGroup: (message) => this.group.push(message),
    });
  }

  static async create(clock: Clock): Promise<Party> {
    return new Party(new ChaChaSFrame(heapOf(await ready())), clock);
  }

  /** A sending transform: a function from an encoded frame to what goes on the wire, if anything. */
  sender(source: Source) {
    const id = nextId++;
    const track = this.core.sealTrack({ role: 'seal', id, source });
    const send = (bytes: Uint8Array, mimeType?: string): Uint8Array | null => {
      let out: Uint8Array | null = null;
      track.push(frame(bytes, mimeType), (done) => {
        out = new Uint8Array(done.data);
      });
      return out;
    };
    return { id, track, send };
  }

  /** A receiving transform, with everything it emits in `received`. */
  receiver(source: Source, from: DeviceKey | null) {
    const id = nextId++;
    const track = this.core.openTrack(
      { role: 'open', id, binding: id, trackRef: `track ${id}`, source, device: from },
      () => {
        this.keyFrameRequests++;
      },
    );
    const received: Uint8Array[] = [];
    const push = (bytes: Uint8Array, mimeType?: string) =>
      track.push(frame(bytes, mimeType), (done) => received.push(new Uint8Array(done.data)));
    return { id, track, received, push };
  }

  /** Counters of one transform. */
  stats(id: number): TransformStats {
    this.core.page({ type: 'poll', poll: 1 });
    const answer = this.page.findLast((message) => message.type === 'stats');
    const found = answer?.transforms.find((transform) => transform.id === id);
    if (found === undefined) throw new Error('no such transform');
    return found;
  }
}

/** What must be there. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}
