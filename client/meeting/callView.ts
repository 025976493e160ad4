import type { DeviceKey } from '../../shared/ids.ts';
import type { NodeLabel } from '../../shared/protocol/rest.ts';
import type { Source } from '../../shared/records/record.ts';
import type { CaptureKind } from '../media/capture.ts';
import type { ConnectionVerdict, WayResult } from '../media/connectionVerdict.ts';
import type { DeviceFault } from '../media/deviceFault.ts';
import type { Background } from '../media/effects/background.ts';
import type { EffectName, EffectState, EffectsView } from '../media/effects/effects.ts';
import type { NetworkPath } from '../media/networkPath.ts';
import { goodQuality, type Quality, type QualityReason } from '../media/quality.ts';
import type { EngineStats } from '../media/stats.ts';
import type { Usage } from '../media/usage.ts';

export type { Background, EffectsView, NetworkPath, NodeLabel, Quality, QualityReason, Usage, WayResult };

/** What this browser and network can do, found out without joining anything. */
export interface ConnectionTestView {
  /** `failed`: the server did not take part (unreachable, or asked too often); try again later. */
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly udp: WayResult;
  readonly tcp: WayResult;
  readonly turn: WayResult;
  readonly rttMs: number | null;
  /** As `advice`: null until done. */
  readonly expected: ConnectionVerdict['expected'] | null;
  readonly advice: ConnectionVerdict['advice'] | null;
}

/** One stream in the statistics panel. */
export type StreamView = EngineStats;

/** The technical side of the call, as far as people want to see and steer it. */
export interface CallView {
  readonly connectionTest: ConnectionTestView;
  readonly effects: EffectsView;
  /** Of this device's own call; settles for a few seconds before it changes. */
  readonly quality: Quality;
  /** `low-data`: small pictures at 15 a second, both ways; `audio-only`: no camera picture sent or received;
   * turning the camera on ends it. */
  readonly usage: Usage;
  /** Every stream, refreshed every two seconds while `watchStats` is on; null otherwise. */
  readonly streams: readonly StreamView[] | null;
  /** Members who say, sealed in the group, that they look at this device's shared screen; renewed every few seconds. */
  readonly watchers: readonly DeviceKey[];
  /** What the encoder of a shared screen favours: sharp text or smooth motion. */
  readonly screenHint: 'detail' | 'motion';
  /** The media server that this device's call goes through, by the operator's word; null while unknown or unnamed. */
  readonly node: NodeLabel | null;
}

/** Notices about the call's technical side; part of `Notice`. */
export type CallNotice =
  /** A camera or microphone that was to be turned on did not start. */
  | { readonly kind: 'device-failed'; readonly source: CaptureKind; readonly fault: DeviceFault }
  /** A camera or microphone went away and another one took over. */
  | { readonly kind: 'device-replaced'; readonly source: Source; readonly label: string }
  /** So many send already that one's own source waits for a place. */
  | { readonly kind: 'crowded'; readonly source: Source }
  /** Sound was heard while the microphone is off; at most once a minute. */
  | { readonly kind: 'talking-while-muted' }
  /** By the rules of the meeting the microphone was off on the way in; the person may switch it on. */
  | { readonly kind: 'muted-on-entry' }
  /** An effect was switched off: the device could not keep up, or it could not be started. */
  | {
      readonly kind: 'effect-stopped';
      readonly effect: EffectName;
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
  quality: goodQuality,
  usage: 'normal',
  streams: null,
  watchers: [],
  screenHint: 'detail',
  node: null,
};
