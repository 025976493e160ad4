import type { CaptureKind } from '../../media/capture.ts';
import { type DeviceFault, faultOf } from '../../media/deviceFault.ts';
import type { DevicesView } from '../../meeting/devicesView.ts';

type States = Pick<DevicesView, 'cameraState' | 'microphoneState'>;

/** One kind of device, or both where the same holds for both. */
export type DeviceKinds = CaptureKind | 'both';

export interface DeviceProblem {
  readonly kind: DeviceKinds;
  readonly fault: DeviceFault;
}

/** What keeps camera and microphone from working, each for itself unless it is the same. */
export function deviceProblems({ cameraState, microphoneState }: States): readonly DeviceProblem[] {
  const camera = faultOf(cameraState);
  const microphone = faultOf(microphoneState);
  if (camera !== null && camera === microphone) return [{ kind: 'both', fault: camera }];
  return [
    ...(camera === null ? [] : [{ kind: 'camera', fault: camera } as const]),
    ...(microphone === null ? [] : [{ kind: 'microphone', fault: microphone } as const]),
  ];
}

/** What is being started or asked for now; null for nothing. */
export function startingDevices({ cameraState, microphoneState }: States): DeviceKinds | null {
  if (cameraState !== 'asking') return microphoneState === 'asking' ? 'microphone' : null;
  return microphoneState === 'asking' ? 'both' : 'camera';
}
