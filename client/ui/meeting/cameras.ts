import type { DeviceChoice } from '../../meeting/view.ts';

const REAR = /\b(back|rear|environment)\b|後置|背面|後鏡頭/i;
const FRONT = /\b(front|user|facetime)\b|前置|前面|前鏡頭/i;

/** Whether a track shows what is before the person instead of the person; it is then not mirrored. */
export function isRearCamera(track: MediaStreamTrack): boolean {
  const { facingMode } = track.getSettings();
  return facingMode === undefined ? REAR.test(track.label) : facingMode === 'environment';
}

/** The camera on the other side of a phone; where the names do not tell, the next one. Null where there is one. */
export function otherCamera(cameras: readonly DeviceChoice[], current: string | null): string | null {
  if (cameras.length < 2) return null;
  const index = cameras.findIndex(({ id }) => id === current);
  const label = cameras[index]?.label ?? '';
  const wanted = REAR.test(label) ? FRONT : FRONT.test(label) ? REAR : null;
  const facing = wanted && cameras.find((camera) => wanted.test(camera.label));
  return (facing ?? cameras[(index + 1) % cameras.length])?.id ?? null;
}
