/** One picture of the recording with the name below it. */
export interface Figure {
  readonly key: string;
  readonly name: string;
  /** Null while the camera is off or its first frame has not authenticated: the name alone is drawn. */
  readonly track: MediaStreamTrack | null;
  readonly speaking: boolean;
}

/** All that a recording shows and sounds like at one moment. */
export interface RecordingScene {
  readonly screen: Figure | null;
  readonly people: readonly Figure[];
  readonly sounds: readonly MediaStreamTrack[];
  /** Classification of the meeting. */
  readonly label: string | null;
  /** Who records, over every picture, where the rules ask for the viewer's name there. */
  readonly mark: string | null;
}
