import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Layers } from './layers.ts';

/** One's own stream. */
export interface OwnStream {
  /**
   * `starting`: wanted, not yet accepted by the server; `blocked`: refused or stopped by a host;
   * `failed`: could not be encoded or protected, nothing is sent.
   */
  readonly state: 'off' | 'starting' | 'live' | 'muted' | 'blocked' | 'failed';
  readonly track: MediaStreamTrack | null;
  readonly producerId: string | null;
}

/** Another member's stream. */
export interface RemoteStream {
  /** `off`: not offered; `muted`: offered but paused by its sender or a host. */
  readonly state: 'off' | 'muted' | 'live';
  /** Null until the first frame authenticated, and while nothing is subscribed. */
  readonly track: MediaStreamTrack | null;
  readonly seal: 'none' | 'verifying' | 'sealed' | 'cut';
  /** What the server forwards now; null when nothing or not layered. */
  readonly layers: Layers | null;
  /** What was asked for last; null for sound, for single-layer streams and while paused. */
  readonly wanted: Layers | null;
  /** How it arrives here, 0 to 10 as the server scores it; null while unknown. */
  readonly score: number | null;
  /** How it arrives at the server from its sender, likewise. */
  readonly senderScore: number | null;
}

export type RemoteStreams = Readonly<Record<Source, RemoteStream>>;

/** `lost`: the way to the media server is being rebuilt. `idle`: nothing sent or received yet. */
export type PathState = 'idle' | 'connecting' | 'connected' | 'lost';

/** Immutable; a new object at every change. */
export interface EngineSnapshot {
  readonly own: Readonly<Record<Source, OwnStream>>;
  /** Members that offer anything. */
  readonly remote: ReadonlyMap<DeviceKey, RemoteStreams>;
  /** Devices the server shows that are not in the group. */
  readonly ghosts: readonly DeviceKey[];
  readonly send: PathState;
  readonly receive: PathState;
}

export const ownOff: OwnStream = { state: 'off', track: null, producerId: null };
export const remoteOff: RemoteStream = {
  state: 'off',
  track: null,
  seal: 'none',
  layers: null,
  wanted: null,
  score: null,
  senderScore: null,
};
