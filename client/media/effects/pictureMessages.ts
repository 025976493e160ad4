import type { PictureSettings } from './painter.ts';

/** Page to picture worker, once: where pictures come from and go to, and what to do to them. */
export interface PictureTask {
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
  readonly settings: PictureSettings;
}

/** Picture worker to page. */
export type PictureReport =
  /** What the effect needs is there. */
  | { readonly type: 'ready' }
  /** It is not; nothing came out. */
  | { readonly type: 'failed' }
  /** For each picture, in ms: its work, and the time since the one before. */
  | { readonly type: 'drawn'; readonly costMs: number; readonly intervalMs: number };
