import type { MemberView, SourceView } from '../../../client/meeting/view.ts';
import { deviceKey } from '../../../shared/ids.ts';
import { portrait } from './fakeTracks.ts';

/** Fixed, so that screenshots stay comparable. */
export const NOW = Date.UTC(2026, 10, 24, 2, 2);

export const names = [
  '林美華',
  'Ada Okonkwo',
  'Wu Chih-ming',
  '張庭瑋',
  'Director-General Maximiliane von Habsburg-Lothringen of the Interior',
  '陳怡君',
  'Jonas Lindqvist',
  'Ngô Thị Bảo Châu',
  '行政院數位發展部資訊處處長王大明先生',
  'Sofia',
] as const;

/** A device key that depends only on its number. */
export function keyOf(number: number) {
  return deviceKey.parse(`${String(number).padStart(4, '0')}${'A'.repeat(39)}`);
}

export const off: SourceView = { state: 'off', track: null, seal: 'none' };
export const mutedSource: SourceView = { state: 'muted', track: null, seal: 'none' };
export const liveSound: SourceView = { state: 'live', track: null, seal: 'sealed' };

export function liveCamera(number: number): SourceView {
  return { state: 'live', track: portrait(number), seal: 'sealed' };
}

/** A member of the fixture's meeting; the first is the person looking. */
export function memberOf(number: number, change: Partial<MemberView> = {}): MemberView {
  const name = names[number % names.length] ?? 'Somebody';
  return {
    device: keyOf(number),
    leaf: number,
    name: number < names.length ? name : `${name} ${Math.floor(number / names.length) + 1}`,
    self: number === 0,
    role: number === 0 ? 'host' : number === 2 ? 'cohost' : 'guest',
    trust: number === 1 ? 'verified' : number === 2 ? 'known' : 'new',
    admittedBy: number === 0 ? null : '林美華',
    invitation: null,
    identity: null,
    since: NOW,
    hand: null,
    level: 0,
    sources: {
      microphone: number % 3 === 2 ? mutedSource : liveSound,
      camera: number % 4 === 3 ? off : liveCamera(number),
      screen: off,
      screenAudio: off,
    },
    connection: 'good',
    ...change,
  };
}
