export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

/** The person's own cameras, microphones and speakers. */
export interface DevicesView {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  readonly microphone: string | null;
  readonly camera: string | null;
  readonly speaker: string | null;
  readonly permission: 'unknown' | 'asking' | 'granted' | 'denied' | 'no-device' | 'in-use';
  /** Preview tracks before the meeting, own tracks inside. */
  readonly microphoneTrack: MediaStreamTrack | null;
  readonly cameraTrack: MediaStreamTrack | null;
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
