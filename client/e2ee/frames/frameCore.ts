import type { ChaChaSFrame } from '../sframe/chacha.ts';
import { AuthorshipLog, penaltyMs } from './authorship.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import { KeyTable } from './keyTable.ts';
import type {
  AuthorshipState,
  FrameToGroup,
  FrameToPage,
  GroupToFrame,
  OpenOptions,
  PageToFrame,
  SealOptions,
} from './messages.ts';
import { OpenTrack } from './openTrack.ts';
import { SealTrack } from './sealTrack.ts';

const tickMs = 250;
const checkpointMs = 1_000;

export interface FrameCoreOptions {
  readonly sframe: ChaChaSFrame;
  readonly clock: Clock;
  readonly toPage: (message: FrameToPage) => void;
  readonly toGroup: (message: FrameToGroup) => void;
}

/**
 * Everything the frame worker does except touching browser objects: keys in, frames through, events
 * out.
 *
 * A sender uses a new epoch the moment its keys arrive. All members learn of a commit from the same
 * ordered stream, so a receiver is late by network jitter only; frames of an epoch it does not know yet
 * wait up to 1 s (60 per track), then are dropped, and the gap is mended by a key frame request. Frames
 * under way from the previous epoch open for 10 s more. Senders produce no key frame at a new epoch:
 * members keep their decoder state across it, and whoever subscribes newly makes the forwarding unit
 * ask for a key frame anyway.
 */
export class FrameCore {
  readonly #options: FrameCoreOptions;
  readonly #table: KeyTable;
  readonly #log = new AuthorshipLog();
  readonly #seal = new Map<number, SealTrack>();
  readonly #open = new Map<number, OpenTrack>();
  #authorship = false;
  /** Left one group and not in the next. */
  #restarted = false;
  #forgaveAt = Number.NEGATIVE_INFINITY;
  #checkpointAt: number;
  #cancelTick: () => void;

  constructor(options: FrameCoreOptions) {
    this.#options = options;
    this.#table = new KeyTable(options.sframe, options.clock);
    this.#checkpointAt = options.clock.now() + checkpointMs;
    this.#cancelTick = options.clock.after(tickMs, () => this.#tick());
  }

  /** Epochs whose keys are in memory. */
  heldEpochs(): readonly number[] {
    return this.#table.heldEpochs();
  }

  /** Handles a message of the group worker. */
  group(message: GroupToFrame): void {
    switch (message.type) {
      case 'epoch': {
        const result = this.#table.install(message);
        if (result === 'refused') this.#options.toGroup({ type: 'refused', epoch: message.epoch });
        if (result !== 'installed') return;
        if (this.#restarted) this.#log.enter(message.epoch);
        this.#restarted = false;
        for (const track of this.#open.values()) track.keysChanged();
        this.#options.toGroup({ type: 'installed', epoch: message.epoch });
        return;
      }
      case 'forget':
        this.#table.forget(message.epoch);
        return;
      case 'restart':
        this.#table.restart();
        this.#restarted = true;
        for (const track of this.#open.values()) track.restart();
        return;
      case 'authorship':
        // The log is kept: it holds what was sealed between the keys and this message.
        this.#authorship = message.enforce;
        for (const track of this.#open.values()) track.enforceAuthorship(message.enforce);
        return;
      case 'unsent':
        this.#log.restore(message.bytes);
        return;
      case 'reconnected': {
        // Not oftener than the penalty lasts, or a server could wash forged frames by dropping connections.
        const now = this.#options.clock.now();
        if (now - this.#forgaveAt < penaltyMs) return;
        this.#forgaveAt = now;
        for (const track of this.#open.values()) track.forgive();
        return;
      }
      case 'checkpoint': {
        const checkpoint = decodeCheckpoint(message.bytes);
        if (checkpoint === null) return;
        for (const track of this.#open.values()) track.cover(message.device, checkpoint);
        return;
      }
    }
  }

  /** Handles a message of the page, except `group`, which is the entry's. */
  page(message: PageToFrame): void {
    switch (message.type) {
      case 'group':
        return;
      case 'rebind': {
        const { options } = message;
        if (options.role === 'seal') this.#seal.get(options.id)?.rebind(options);
        else this.#open.get(options.id)?.rebind(options);
        return;
      }
      case 'expect':
        this.#open.get(message.id)?.expect(message.device, message.binding);
        return;
      case 'poll':
        this.#options.toPage({
          type: 'stats',
          poll: message.poll,
          transforms: [...this.#seal.values(), ...this.#open.values()].map((track) => track.stats()),
        });
        return;
    }
  }

  /** The track of a new sending transform. */
  sealTrack(options: SealOptions): SealTrack {
    const { sframe } = this.#options;
    const track = new SealTrack(options, { sframe, table: this.#table, log: this.#log });
    this.#seal.set(options.id, track);
    return track;
  }

  /** The track of a new receiving transform. */
  openTrack(options: OpenOptions, askKeyFrame: () => void): OpenTrack {
    const { sframe, clock, toPage } = this.#options;
    const events = {
      alive: ({ id, binding }: OpenTrack) => toPage({ type: 'alive', id, binding }),
      authorship: ({ id, binding }: OpenTrack, state: AuthorshipState) =>
        toPage({ type: 'authorship', id, binding, state }),
    };
    const track = new OpenTrack(options, { sframe, clock, table: this.#table, events }, askKeyFrame);
    track.enforceAuthorship(this.#authorship);
    this.#open.set(options.id, track);
    return track;
  }

  /** The streams of a transform have ended. */
  release(id: number): void {
    this.#seal.delete(id);
    this.#open.delete(id);
  }

  /** Erases all keys and stops. Idempotent. */
  close(): void {
    this.#cancelTick();
    this.#table.restart();
    this.#log.clear();
    this.#seal.clear();
    this.#open.clear();
  }

  #tick(): void {
    const { clock, toGroup } = this.#options;
    this.#cancelTick = clock.after(tickMs, () => this.#tick());
    for (const track of this.#open.values()) track.tick();
    if (clock.now() < this.#checkpointAt) return;
    this.#checkpointAt = clock.now() + checkpointMs;
    // Nobody can sign and send between two groups.
    if (this.#authorship && this.#restarted) return;
    const checkpoints = this.#log.take();
    if (!this.#authorship) return;
    for (const { epoch, bytes } of checkpoints) toGroup({ type: 'checkpoint', epoch, bytes });
  }
}
