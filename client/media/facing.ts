import type { Facing } from './capture.ts';
import type { DeviceChoice } from './deviceList.ts';

/** The part of a camera's track that says which way it looks. */
export type FacingTrack = Pick<MediaStreamTrack, 'label' | 'getSettings'>;

const away = /\b(back|rear|environment)\b/i;
const towards = /\b(front|user|facetime)\b/i;

function facingOfLabel(label: string): Facing | null {
  if (away.test(label)) return 'environment';
  return towards.test(label) ? 'user' : null;
}

/** Which way a running camera looks. One that does not say is taken to look at the person, as on a desk. */
export function facingOf(track: FacingTrack | null): Facing {
  if (track === null) return 'user';
  const { facingMode } = track.getSettings();
  if (facingMode === 'environment' || facingMode === 'user') return facingMode;
  return facingOfLabel(track.label) ?? 'user';
}

/** Whether the machine has a camera for each direction, as phones and some tablets do. */
export function canFlip(cameras: readonly DeviceChoice[], track: FacingTrack | null): boolean {
  const known = new Set(cameras.map(({ label }) => facingOfLabel(label)));
  if (known.has('user') && known.has('environment')) return true;
  // Labels are translated on some phones; a running camera still says which way it looks.
  return cameras.length > 1 && track?.getSettings().facingMode !== undefined;
}
