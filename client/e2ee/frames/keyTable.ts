import { toHex } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { type Source, sources } from '../../../shared/records/record.ts';
import type { ChaChaSFrame, SFrameKey, SFrameSecret } from '../sframe/chacha.ts';
import { decodeMlsKid, encodeMlsKid, epochBits } from '../sframe/kid.ts';
import { ReplayWindow } from '../sframe/replayWindow.ts';
import type { Clock } from './clock.ts';
import type { EpochMessage } from './messages.ts';

/** Old epochs are erased this long after the next one arrived. */
export const oldEpochLifetimeMs = 10_000;

const epochs = 2 ** epochBits;

/** The SFrame context of a source. */
export function contextOf(source: Source): number {
  return sources.indexOf(source);
}

/** A receiving key and the counters seen under it. */
export interface OpeningKey {
  readonly key: SFrameKey;
  readonly window: ReplayWindow;
}

/** The keys of one epoch. Lives in the table; unusable once erased. */
export class EpochKeys {
  readonly epoch: number;
  readonly ownLeaf: number;
  /** Whether own frames may be sealed in this epoch. */
  readonly sealing: boolean;
  readonly #sframe: ChaChaSFrame;
  readonly #secret: SFrameSecret;
  readonly #leaves = new Map<DeviceKey, number | null>();
  readonly #opening = new Map<number, OpeningKey>();
  readonly #own = new Map<Source, { key: SFrameKey; next: number }>();

  constructor(sframe: ChaChaSFrame, message: EpochMessage) {
    this.epoch = message.epoch;
    this.ownLeaf = message.ownLeaf;
    this.sealing = message.openOnly !== true;
    this.#sframe = sframe;
    this.#secret = sframe.extract(message.baseKey);
    for (const { leaf, device } of message.leaves) {
      // Two leaves claiming one device: neither is believed.
      this.#leaves.set(device, this.#leaves.has(device) ? null : leaf);
    }
  }

  get erased(): boolean {
    return this.#secret.erased;
  }

  /** The leaf of a device in this epoch, null when it has none or the tree is ambiguous. */
  leafOf(device: DeviceKey): number | null {
    return this.#leaves.get(device) ?? null;
  }

  /** Key and replay window for frames of a KID; one per KID, whichever track they arrive on. */
  opening(kid: number): OpeningKey {
    let entry = this.#opening.get(kid);
    if (entry === undefined) {
      entry = { key: this.#sframe.derive(this.#secret, kid), window: new ReplayWindow() };
      this.#opening.set(kid, entry);
    }
    return entry;
  }

  /**
   * The key for own frames of a source and the counter to use, which is never given out again: all
   * transforms of the source draw from here, and an epoch is installed at most once.
   */
  takeCounter(source: Source): { key: SFrameKey; ctr: number } {
    let own = this.#own.get(source);
    if (own === undefined) {
      const kid = encodeMlsKid(contextOf(source), this.ownLeaf, this.epoch);
      own = { key: this.#sframe.derive(this.#secret, kid), next: 0 };
      this.#own.set(source, own);
    }
    return { key: own.key, ctr: own.next++ };
  }

  /** Overwrites every key of the epoch. Idempotent. */
  erase(): void {
    for (const { key } of this.#opening.values()) key.erase();
    for (const { key } of this.#own.values()) key.erase();
    this.#opening.clear();
    this.#own.clear();
    this.#leaves.clear();
    this.#secret.erase();
  }
}

export type InstallResult = 'installed' | 'duplicate' | 'refused';

/** The epochs whose keys are held, chosen by KID. */
export class KeyTable {
  readonly #sframe: ChaChaSFrame;
  readonly #clock: Clock;
  readonly #held = new Map<number, EpochKeys>();
  readonly #expiry = new Map<EpochKeys, { at: number; cancel: () => void }>();
  /** Every base key ever installed, as a short hash: none is installed twice, or counters would restart. */
  readonly #used = new Map<string, number>();
  #current: EpochKeys | null = null;

  constructor(sframe: ChaChaSFrame, clock: Clock) {
    this.#sframe = sframe;
    this.#clock = clock;
  }

  /**
   * Takes the keys of an epoch and overwrites the message's copy of the base key. Epochs go up only
   * (`restart` begins anew): a repeated message changes nothing, an older or reused one is refused.
   * The previous epoch is erased 10 s later. Throws SFrameError `bad-key`, `out-of-range`.
   */
  install(message: EpochMessage): InstallResult {
    try {
      const print = toHex(this.#sframe.hash(message.baseKey, 32));
      const usedFor = this.#used.get(print);
      if (usedFor !== undefined) {
        const repeated = this.#current?.epoch === message.epoch && !this.#current.erased;
        return repeated && usedFor === message.epoch ? 'duplicate' : 'refused';
      }
      if (this.#current !== null && message.epoch <= this.#current.epoch) return 'refused';
      const keys = new EpochKeys(this.#sframe, message);
      this.#used.set(print, message.epoch);
      this.#drop(this.#held.get(message.epoch % epochs));
      if (this.#current !== null && !this.#current.erased) this.#expire(this.#current);
      this.#held.set(message.epoch % epochs, keys);
      this.#current = keys;
      return 'installed';
    } finally {
      message.baseKey.fill(0);
    }
  }

  /** The newest epoch when own frames may be sealed under it. */
  sealing(): EpochKeys | null {
    const keys = this.#current;
    return keys === null || keys.erased || !keys.sealing ? null : keys;
  }

  /**
   * The keys a KID names; `later` when they may still come (a newer epoch, or none is held yet),
   * `gone` when not.
   */
  lookup(kid: number): EpochKeys | 'later' | 'gone' {
    const { epoch } = decodeMlsKid(kid);
    const keys = this.#held.get(epoch);
    if (keys !== undefined) {
      const expiry = this.#expiry.get(keys);
      if (expiry === undefined || this.#clock.now() < expiry.at) return keys;
      this.#drop(keys);
    }
    if (this.#current === null) return 'later';
    const ahead = (epoch - (this.#current.epoch % epochs) + epochs) % epochs;
    return ahead > 0 && ahead < epochs / 2 ? 'later' : 'gone';
  }

  /** Erases one epoch at once. */
  forget(epoch: number): void {
    const keys = this.#held.get(epoch % epochs);
    if (keys?.epoch === epoch) this.#drop(keys);
  }

  /** Erases everything; the next epoch may have any number, but never a base key used before. */
  restart(): void {
    for (const keys of [...this.#held.values()]) this.#drop(keys);
    this.#current = null;
  }

  /** Epochs whose keys are in memory now. */
  heldEpochs(): readonly number[] {
    return [...this.#held.values()].map((keys) => keys.epoch).sort((a, b) => a - b);
  }

  #expire(keys: EpochKeys): void {
    const at = this.#clock.now() + oldEpochLifetimeMs;
    const cancel = this.#clock.after(oldEpochLifetimeMs, () => this.#drop(keys));
    this.#expiry.set(keys, { at, cancel });
  }

  #drop(keys: EpochKeys | undefined): void {
    if (keys === undefined) return;
    this.#expiry.get(keys)?.cancel();
    this.#expiry.delete(keys);
    if (this.#held.get(keys.epoch % epochs) === keys) this.#held.delete(keys.epoch % epochs);
    keys.erase();
  }
}
