/** To the recording worker. */
export type ToRecordingWorker =
  /** Begins a file in this browser's private storage. */
  | { readonly type: 'open'; readonly name: string }
  | { readonly type: 'write'; readonly bytes: ArrayBuffer }
  | { readonly type: 'close' }
  /** Finishes a file whose page ended before it could. */
  | { readonly type: 'mend'; readonly name: string }
  /** Asks for one `tick` after so long, in place of one that was asked for before. */
  | { readonly type: 'beat'; readonly afterMs: number };

/** From the recording worker. */
export type FromRecordingWorker =
  | { readonly type: 'opened' }
  /** `size` is the bytes that are on the disk. */
  | { readonly type: 'written'; readonly size: number }
  | { readonly type: 'closed' }
  | { readonly type: 'mended' }
  | { readonly type: 'failed'; readonly reason: 'full' | 'storage' }
  | { readonly type: 'tick' };

/** Folder of the browser's private storage with all recordings; each is named by its start, `<ms since 1970>.webm`. */
export const RECORDINGS = 'recordings';

/** Name of the lock that says that a recording is being written, in whatever tab. */
export const lockOf = (name: string): string => `sealroom-recording-${name}`;
