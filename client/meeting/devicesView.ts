import type { DevicesSnapshot } from '../media/devices.ts';

export type { DeviceChoice } from '../media/deviceList.ts';

type Shared =
  | 'microphones'
  | 'cameras'
  | 'speakers'
  | 'microphone'
  | 'camera'
  | 'speaker'
  | 'permission'
  | 'microphoneState'
  | 'cameraState'
  | 'microphoneTrack'
  | 'cameraTrack';

/** The person's own cameras, microphones and speakers; its tracks are previews before the meeting, own ones inside. */
export interface DevicesView extends Pick<DevicesSnapshot, Shared> {
  /** Whether this browser can share a screen. */
  readonly canShareScreen: boolean;
  /** Whether sound can be sent to a chosen output in this browser. */
  readonly canChooseSpeaker: boolean;
  /** Whether there are cameras for both directions, as on phones. */
  readonly canFlipCamera: boolean;
  /** Whether the own picture is to be shown mirrored; never for a camera that looks away from the person. */
  readonly mirrored: boolean;
  readonly pushToTalk: boolean;
  readonly musicMode: boolean;
}
