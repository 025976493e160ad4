import { framesOf } from './browserTracks.ts';

/** Valid until the next turn of the event loop. */
export interface PictureNow {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Another one for another picture of the track. */
  readonly at: number;
}

/** The newest picture of a track, for drawing. Idempotent `close`. */
export interface LivePicture {
  readonly track: MediaStreamTrack;
  /** Null until the first. */
  current(): PictureNow | null;
  close(): void;
}

/** Follows a track. */
export function livePicture(track: MediaStreamTrack): LivePicture {
  const frames = framesOf(track);
  return frames ? fromFrames(track, frames) : fromElement(track);
}

function fromFrames(track: MediaStreamTrack, frames: ReadableStream<VideoFrame>): LivePicture {
  const reader = frames.getReader();
  let last: VideoFrame | null = null;
  let closed = false;
  const read = async () => {
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      last?.close();
      last = value;
      if (closed) return last.close();
    }
  };
  // A track that ends keeps its last picture until the scene drops it.
  read().catch(() => undefined);
  return {
    track,
    current: () =>
      last && { image: last, width: last.displayWidth, height: last.displayHeight, at: last.timestamp },
    close() {
      closed = true;
      last?.close();
      last = null;
      reader.cancel().catch(() => undefined);
    },
  };
}

function fromElement(track: MediaStreamTrack): LivePicture {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => undefined);
  return {
    track,
    current: () =>
      video.videoWidth > 0
        ? { image: video, width: video.videoWidth, height: video.videoHeight, at: video.currentTime }
        : null,
    close() {
      video.srcObject = null;
    },
  };
}
