/** The parts of the insertable-streams API in use; the project's types do not know them. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
interface Processing {
  MediaStreamTrackProcessor: new (options: {
    track: MediaStreamTrack;
    maxBufferSize: number;
  }) => TrackProcessor;
}
interface Generating {
  MediaStreamTrackGenerator: new (options: { kind: 'video' }) => TrackGenerator;
}

function canProcess(scope: object): scope is Processing {
  return 'MediaStreamTrackProcessor' in scope;
}

function canGenerate(scope: object): scope is Generating {
  return 'MediaStreamTrackGenerator' in scope;
}

/** Whether pictures go on in the recording while the page is hidden. */
export function recordsWhileHidden(): boolean {
  return canProcess(globalThis) && canGenerate(globalThis);
}

/** Frames of a track, whether the page is seen or not; null where this browser cannot read them so. */
export function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> | null {
  const scope: object = globalThis;
  if (!canProcess(scope)) return null;
  return new scope.MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable;
}

/** A track made of pictures. */
export interface DrawnTrack {
  readonly track: MediaStreamTrack;
  /** Shows the canvas as it is now. */
  show(): void;
  close(): void;
}

/** A track that shows a canvas: each time it is told to, or whenever the page draws where the browser has only that. */
export function drawnTrack(canvas: HTMLCanvasElement): DrawnTrack {
  const scope: object = globalThis;
  if (!canGenerate(scope)) {
    const [track] = canvas.captureStream().getVideoTracks();
    if (!track) throw new DOMException('No track of the canvas', 'NotSupportedError');
    return { track, show: () => undefined, close: () => track.stop() };
  }
  const track = new scope.MediaStreamTrackGenerator({ kind: 'video' });
  const writer = track.writable.getWriter();
  return {
    track,
    show() {
      const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
      writer.write(frame).catch(() => frame.close());
    },
    close() {
      track.stop();
      writer.close().catch(() => undefined);
    },
  };
}
