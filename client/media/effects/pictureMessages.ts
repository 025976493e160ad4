/** Page to picture worker, once: where pictures come from and go to. */
export interface PictureTask {
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
}

/** Picture worker to page, for each picture. */
export interface PictureReport {
  /** Milliseconds of work. */
  readonly costMs: number;
  /** Milliseconds since the picture before. */
  readonly intervalMs: number;
}
