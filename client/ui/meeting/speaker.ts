import type { DeviceKey } from '../../../shared/ids.ts';

/** Loudness from which someone counts as speaking. */
export const SPEAKING = 0.08;

/** How loud one member is at a moment, 0 to 1. */
export interface Voice {
  readonly device: DeviceKey;
  readonly level: number;
}

/** What is remembered of one voice. Times in milliseconds of the caller's clock. */
interface Spell {
  /** Start of the present stretch of speech; short pauses do not end it. */
  readonly from: number;
  /** When it was last loud enough. */
  readonly last: number;
  /** Loudness averaged over about a second. */
  readonly loudness: number;
  /** Since when it has clearly drowned the active speaker; null when it does not. */
  readonly louderSince: number | null;
  readonly at: number;
}

/** Whose turn it is. Immutable. */
export interface SpeakerState {
  readonly active: DeviceKey | null;
  /** When `active` took over. */
  readonly since: number;
  readonly spells: ReadonlyMap<DeviceKey, Spell>;
}

export const silence: SpeakerState = { active: null, since: 0, spells: new Map() };

/** A pause this long does not end a stretch of speech. */
const PAUSE = 700;
/** A cough is over before this; only longer speech takes the stage. */
const ONSET = 500;
/** Nobody is shown for less than this. */
const HOLD = 2000;
/** How much louder, and for how long, somebody must be to take over from a voice that does not stop. */
const DROWNS = 1.5;
const DROWNING = 2000;
const SMOOTHING = 1000;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * The state after hearing `voices` at `now`: who is shown as speaking changes only when somebody has spoken for
 * half a second, the one before has paused or is drowned out, and has been shown for two seconds. Who is not in
 * `voices` has left.
 */
export function hear(state: SpeakerState, voices: readonly Voice[], now: number): SpeakerState {
  const previous = state.active === null ? undefined : state.spells.get(state.active);
  const spells = new Map(
    voices.map(({ device, level }) => [
      device,
      nextSpell(state.spells.get(device), level, previous?.loudness ?? 0, now),
    ]),
  );
  const active = state.active !== null && spells.has(state.active) ? state.active : null;
  const next = takesOver(active, now - state.since, spells, now);
  return next === state.active ? { ...state, spells } : { active: next, since: now, spells };
}

/** When a member was last heard, in the clock of `hear`; 0 for never. */
export function lastHeard(state: SpeakerState, device: DeviceKey): number {
  return Math.max(0, state.spells.get(device)?.last ?? 0);
}

function nextSpell(old: Spell | undefined, level: number, activeLoudness: number, now: number): Spell {
  const loud = level >= SPEAKING;
  const weight = old === undefined ? 1 : Math.min(1, (now - old.at) / SMOOTHING);
  const loudness = (old?.loudness ?? 0) * (1 - weight) + level * weight;
  const drowns = loudness > activeLoudness * DROWNS;
  const louderSince = drowns ? (old?.louderSince ?? now) : null;
  if (!loud) return { from: old?.from ?? NEVER, last: old?.last ?? NEVER, loudness, louderSince, at: now };
  const goesOn = old !== undefined && now - old.last <= PAUSE;
  return { from: goesOn ? old.from : now, last: now, loudness, louderSince, at: now };
}

function takesOver(
  active: DeviceKey | null,
  shownFor: number,
  spells: ReadonlyMap<DeviceKey, Spell>,
  now: number,
): DeviceKey | null {
  if (active !== null && shownFor < HOLD) return active;
  const speaking = [...spells].filter(([, { from, last }]) => now - last <= PAUSE && last - from >= ONSET);
  const goesOn = speaking.some(([device]) => device === active);
  const rivals = speaking.filter(
    ([device, { louderSince }]) =>
      device !== active && (!goesOn || (louderSince !== null && now - louderSince >= DROWNING)),
  );
  // Of several, who began first.
  rivals.sort(([, one], [, other]) => one.from - other.from);
  return rivals[0]?.[0] ?? active;
}
