import type { DeviceKey } from '../../../shared/ids.ts';
import type { Clock } from '../clock.ts';
import type { Testimony, Witness } from './witness.ts';

/** Between two pulses of one member, in a meeting of up to 30; longer in larger ones, so that their sum stays level. */
const PULSE_MS = 2_000;
const FULL_PACE_MEMBERS = 30;
/** How long a disagreement may last: what is under way settles within it. */
const PATIENCE_MS = 6_000;
/** How many pulses of a member may be missed. A lost connection is announced sooner, as gone. */
const SILENT_PULSES = 5;

export interface PulseHooks {
  /** Time to tell the others what this device has seen. */
  beat(): void;
  /** Other members that are in the group and connected, as far as is known. */
  others(): readonly DeviceKey[];
  /** Whether something due has not happened for too long. */
  overdue(): boolean;
  verdict(verdict: PulseVerdict): void;
}

/**
 * `fork`: another member sees a different group or stream. `stale`: something is withheld from this
 * device or from others. `fine`: neither, now.
 */
export type PulseVerdict = 'fine' | 'stale' | 'fork';

interface Other {
  /** Last time this member showed that it sees the same; its arrival until then. */
  agreedAt: number;
  behindSince: number | null;
  splitSince: number | null;
}

/**
 * Watches that all members see the same group and the same stream. Every member states at short
 * intervals, inside the group, what it has seen; only that member's own agreement clears a doubt
 * about it, and its silence is a doubt too.
 */
export class Pulse {
  readonly #clock: Clock;
  readonly #hooks: PulseHooks;
  readonly #witness: Witness;
  readonly #others = new Map<DeviceKey, Other>();
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, witness: Witness, hooks: PulseHooks) {
    this.#clock = clock;
    this.#witness = witness;
    this.#hooks = hooks;
  }

  start(): void {
    if (this.#cancel) return;
    this.#cancel = this.#clock.after(this.#interval(), () => {
      this.#cancel = null;
      this.#hooks.beat();
      this.#judge();
      this.start();
    });
  }

  /** Another member's statement, authenticated. */
  heard(from: DeviceKey, testimony: Testimony): void {
    const now = this.#clock.now();
    const other = this.#other(from, now);
    const comparison = this.#witness.compare(testimony);
    switch (comparison.kind) {
      case 'same':
        // Hoarded statements must not hide that their sender has been cut off since.
        if (comparison.outdatedSince !== null && now - comparison.outdatedSince > PATIENCE_MS) return;
        other.agreedAt = now;
        other.behindSince = null;
        other.splitSince = null;
        return;
      case 'different':
        other.splitSince ??= now;
        return;
      case 'ahead':
        other.behindSince ??= now;
        return;
      case 'unknown':
        return;
    }
  }

  /** A message of an epoch that this device has not reached. */
  ahead(from: DeviceKey): void {
    const now = this.#clock.now();
    this.#other(from, now).behindSince ??= now;
  }

  /** A message of this epoch that does not open: another epoch of the same number, or tampering. */
  unreadable(from: DeviceKey): void {
    const now = this.#clock.now();
    this.#other(from, now).splitSince ??= now;
  }

  /**
   * This device's own connection was away for so many milliseconds, in which the others could not be
   * heard. No more than that is forgiven: dropping the line again and again must not hide a silence.
   */
  excuse(awayMs: number): void {
    const now = this.#clock.now();
    for (const other of this.#others.values()) other.agreedAt = Math.min(now, other.agreedAt + awayMs);
  }

  #interval(): number {
    return PULSE_MS * Math.max(1, this.#hooks.others().length / FULL_PACE_MEMBERS);
  }

  #other(device: DeviceKey, now: number): Other {
    let other = this.#others.get(device);
    if (!other) {
      other = { agreedAt: now, behindSince: null, splitSince: null };
      this.#others.set(device, other);
    }
    return other;
  }

  #judge(): void {
    const now = this.#clock.now();
    const present = new Set(this.#hooks.others());
    for (const device of this.#others.keys()) if (!present.has(device)) this.#others.delete(device);
    const since = (moment: number | null) => moment !== null && now - moment >= PATIENCE_MS;
    const others = [...present].map((device) => this.#other(device, now));
    const silent = this.#interval() * SILENT_PULSES;
    if (others.some((other) => since(other.splitSince))) this.#hooks.verdict('fork');
    else if (
      this.#hooks.overdue() ||
      others.some((other) => since(other.behindSince) || now - other.agreedAt >= silent)
    ) {
      this.#hooks.verdict('stale');
    } else this.#hooks.verdict('fine');
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#others.clear();
  }
}
