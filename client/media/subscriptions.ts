import type { DeviceKey } from '../../shared/ids.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';
import type { Source } from '../../shared/records/record.ts';

/** One source of one device, as text, for maps. */
export type StreamKey = `${DeviceKey}/${Source}`;

/** Names a stream by who sends it and from which source. */
export function streamKey(device: DeviceKey, source: Source): StreamKey {
  return `${device}/${source}`;
}

/** A tile on screen. Height in CSS pixels times the device's pixel ratio. */
export interface Tile {
  readonly device: DeviceKey;
  readonly source: Source;
  readonly height: number;
}

/** What should become of one stream. Height is null for sound. */
export type Target =
  | { readonly state: 'live'; readonly height: number | null }
  | { readonly state: 'paused' };

export interface SubscriptionInput {
  readonly producers: Iterable<ProducerInfo>;
  /** Devices in the MLS group. Nobody else is ever subscribed to. */
  readonly roster: ReadonlySet<DeviceKey>;
  readonly self: DeviceKey;
  readonly tiles: Iterable<Tile>;
  /** When each stream was last wanted, from the plan before; milliseconds. */
  readonly lastWanted: ReadonlyMap<StreamKey, number>;
  readonly now: number;
}

export interface SubscriptionPlan {
  /** Every stream to be subscribed to. What is not here is closed. */
  readonly targets: ReadonlyMap<StreamKey, { readonly info: ProducerInfo; readonly target: Target }>;
  /** Devices the server shows that are not in the group. */
  readonly ghosts: readonly DeviceKey[];
  readonly lastWanted: ReadonlyMap<StreamKey, number>;
  /** When the plan changes by itself; null for never. */
  readonly nextAt: number | null;
}

/** Scrolling past a tile does not stop it at once. */
export const pauseAfterMs = 1_500;
/** A paused consumer costs no bandwidth but a media section; a tile that returns within this starts at once. */
export const closeAfterMs = 20_000;
/** Microphones heard at once. */
export const maxMicrophones = 25;

/**
 * Decides what to subscribe to: every tile on screen, all shared sound, and microphones up to
 * `maxMicrophones`, open ones first. Pure.
 */
export function planSubscriptions(input: SubscriptionInput): SubscriptionPlan {
  const offered = new Map<StreamKey, ProducerInfo>();
  const ghosts = new Set<DeviceKey>();
  for (const info of input.producers) {
    if (info.device === input.self) continue;
    if (input.roster.has(info.device)) offered.set(streamKey(info.device, info.source), info);
    else ghosts.add(info.device);
  }

  const wanted = new Map<StreamKey, number | null>();
  for (const tile of input.tiles) {
    const key = streamKey(tile.device, tile.source);
    if (tile.source === 'camera' || tile.source === 'screen') {
      wanted.set(key, Math.max(wanted.get(key) ?? 0, tile.height));
    }
  }
  const microphones = [...offered].filter(([, info]) => info.source === 'microphone');
  const inOrder = [
    ...microphones.filter(([, info]) => !info.paused),
    ...microphones.filter(([, info]) => info.paused),
  ];
  for (const [key] of inOrder.slice(0, maxMicrophones)) wanted.set(key, null);
  for (const [key, info] of offered) if (info.source === 'screenAudio') wanted.set(key, null);

  const targets = new Map<StreamKey, { info: ProducerInfo; target: Target }>();
  const lastWanted = new Map<StreamKey, number>();
  let nextAt = Number.POSITIVE_INFINITY;
  for (const [key, info] of offered) {
    const height = wanted.get(key);
    if (height !== undefined) {
      targets.set(key, { info, target: { state: 'live', height } });
      lastWanted.set(key, input.now);
      continue;
    }
    const last = input.lastWanted.get(key);
    if (last === undefined || input.now >= last + closeAfterMs) continue;
    const linger = input.now < last + pauseAfterMs;
    const sound = info.source === 'microphone' || info.source === 'screenAudio';
    targets.set(key, {
      info,
      target: linger ? { state: 'live', height: sound ? null : 0 } : { state: 'paused' },
    });
    lastWanted.set(key, last);
    nextAt = Math.min(nextAt, last + (linger ? pauseAfterMs : closeAfterMs));
  }
  return {
    targets,
    ghosts: [...ghosts].sort(),
    lastWanted,
    nextAt: nextAt === Number.POSITIVE_INFINITY ? null : nextAt,
  };
}
