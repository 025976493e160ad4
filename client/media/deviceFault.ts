import type { CaptureState } from './capture.ts';

/** What a person can do something about when a camera or microphone does not start. */
export type DeviceFault = 'denied' | 'no-device' | 'in-use';

/** What keeps a device from starting; null where nothing does. */
export function faultOf(state: CaptureState): DeviceFault | null {
  switch (state) {
    case 'denied':
    case 'insecure':
      return 'denied';
    case 'no-device':
    case 'in-use':
      return state;
    case 'idle':
    case 'asking':
    case 'granted':
      return null;
  }
}
