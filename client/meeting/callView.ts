import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Background } from '../media/effects/background.ts';
import type { EngineStats } from '../media/stats.ts';
import type { Usage } from '../media/usage.ts';

export type { Background, Usage };

/** Whether one way to the media server is open from here. `untested` also where the server has no such way. */
export type WayResult = 'ok' | 'blocked' | 'untested';

/** What this browser and network can do, found out without joining anything. */
export interface ConnectionTestView {
  /** `failed`: the server did not take part (unreachable, or asked too often); try again later. */
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly udp: WayResult;
  readonly tcp: WayResult;
  readonly turn: WayResult;
  /** Milliseconds to the media server on the best open way; null while unknown. */
  readonly rttMs: number | null;
  /** From the way and its delay; bandwidth is not measured. Null until done. */
  readonly expected: 'good' | 'fair' | 'poor' | null;
  /** What to tell the person; null until done. `no-way`: no media would come through at all. */
  readonly advice: 'fine' | 'udp-blocked' | 'relay-only' | 'far-away' | 'no-way' | null;
}

/** One effect that works on the device before anything is encoded. */
export interface EffectState {
  /** `loading`: its code is being fetched from this server. */
  readonly state: 'off' | 'loading' | 'on';
  /** Milliseconds of work per frame (a picture; or 10 ms of sound), averaged; null while off or unknown. */
  readonly costMs: number | null;
}

export interface EffectsView {
  readonly background: Background;
  readonly backgroundState: EffectState;
  /** Brightens a dark picture. */
  readonly brighten: boolean;
  readonly brightenState: EffectState;
  readonly noiseSuppression: boolean;
  readonly noiseState: EffectState;
  /** What this browser can do; controls for the rest stay away. */
  readonly canChangePicture: boolean;
  readonly canChangeSound: boolean;
}

/** Why the call is not as good as it could be. */
export type QualityReason =
  | { readonly kind: 'slow-upload' | 'slow-download' | 'busy-device' | 'reconnecting' }
  /** `percent` is whole, at least 1. */
  | { readonly kind: 'packet-loss'; readonly direction: 'send' | 'receive'; readonly percent: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The other side's connection, not this one. */
  | { readonly kind: 'other-side'; readonly devices: readonly DeviceKey[] };

export interface QualityView {
  readonly level: 'good' | 'fair' | 'poor';
  /** Worst first. */
  readonly reasons: readonly QualityReason[];
}

/** One stream in the statistics panel. */
export type StreamView = EngineStats;

/** The technical side of the call, as far as people want to see and steer it. */
export interface CallView {
  readonly connectionTest: ConnectionTestView;
  readonly effects: EffectsView;
  readonly quality: QualityView;
  /** `low-data`: small pictures at 15 a second, both ways; `audio-only`: no picture sent or received, screens aside. */
  readonly usage: Usage;
  /** Every stream, refreshed every two seconds while `watchStats` is on; null otherwise. */
  readonly streams: readonly StreamView[] | null;
  /** Members who say that they look at this device's shared screen now. */
  readonly watchers: readonly DeviceKey[];
  /** What the encoder of a shared screen favours: sharp text or smooth motion. */
  readonly screenHint: 'detail' | 'motion';
}

/** Notices about the call's technical side; part of `Notice`. */
export type CallNotice =
  /** A camera or microphone went away and another one took over. */
  | { readonly kind: 'device-replaced'; readonly source: Source; readonly label: string }
  /** Sound was heard while the microphone is off; at most once a minute. */
  | { readonly kind: 'talking-while-muted' }
  /** An effect was switched off: the device could not keep up, or it could not be started. */
  | {
      readonly kind: 'effect-stopped';
      readonly effect: 'background' | 'brighten' | 'noise';
      readonly reason: 'too-slow' | 'failed';
    };

/** What the person can do about it. As with all actions: safe at any time. */
export interface CallActions {
  /** Tests the ways to the media server; takes up to eight seconds. Does nothing while one runs. */
  testConnection(): void;
  /** With push-to-talk the microphone is heard only between `talk(true)` and `talk(false)`. Remembered. */
  setPushToTalk(on: boolean): void;
  /** The talk key went down or up. Does nothing without push-to-talk. */
  talk(pressed: boolean): void;
  /** For music: echo, noise and gain processing of the microphone off. Remembered. */
  setMusicMode(on: boolean): void;
  /** How the person sees themselves; others are never shown a mirrored picture. Remembered. */
  setMirrored(on: boolean): void;
  /** Changes between front and back camera, where `devices.canFlipCamera`. */
  flipCamera(): void;
  /** Takes effect on a running share too. */
  setScreenHint(hint: 'detail' | 'motion'): void;
  /** A `picture` is read on this device and goes nowhere else. */
  setBackground(background: Background): void;
  setBrighten(on: boolean): void;
  setNoiseSuppression(on: boolean): void;
  setUsage(usage: Usage): void;
  /** Reads `call.streams` while on: turn off when the panel closes. */
  watchStats(on: boolean): void;
}

const effectOff: EffectState = { state: 'off', costMs: null };

export const untestedConnection: ConnectionTestView = {
  state: 'idle',
  udp: 'untested',
  tcp: 'untested',
  turn: 'untested',
  rttMs: null,
  expected: null,
  advice: null,
};

/** Nothing measured, nothing switched on. */
export const plainCall: CallView = {
  connectionTest: untestedConnection,
  effects: {
    background: { kind: 'none' },
    backgroundState: effectOff,
    brighten: false,
    brightenState: effectOff,
    noiseSuppression: false,
    noiseState: effectOff,
    canChangePicture: false,
    canChangeSound: false,
  },
  quality: { level: 'good', reasons: [] },
  usage: 'normal',
  streams: null,
  watchers: [],
  screenHint: 'detail',
};
