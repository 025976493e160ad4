import { type FromRecordingWorker, lockOf, type ToRecordingWorker } from './recordingMessages.ts';

export type FileFailure = 'full' | 'storage';

/** A recording's file could not be begun. */
export class RecordingFileError extends Error {
  readonly code: FileFailure;

  constructor(code: FileFailure) {
    super(`The recording cannot be stored: ${code}`);
    this.name = 'RecordingFileError';
    this.code = code;
  }
}

export interface RecordingFileEvents {
  onTick(): void;
  /** Bytes on the disk so far. */
  onWritten(size: number): void;
  onFailed(failure: FileFailure): void;
}

/** A recording on its way to this browser's private storage, with the beat it is drawn by. */
export class RecordingFile {
  readonly #worker: Worker;
  readonly #events: RecordingFileEvents;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #unlock: () => void = () => undefined;
  /** Settles once the lock is free again. */
  readonly #locked: Promise<unknown>;
  #closing = false;

  private constructor(name: string, events: RecordingFileEvents) {
    this.#events = events;
    this.#worker = new Worker(new URL('./recordingWorker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromRecordingWorker>) => this.#on(data));
    this.#worker.addEventListener('error', () => this.#fail('storage'));
    const held = new Promise<void>((resolve) => {
      this.#unlock = resolve;
    });
    this.#locked = navigator.locks.request(lockOf(name), () => held).catch(() => undefined);
  }

  /** Begins a file. Throws RecordingFileError. */
  static async open(name: string, events: RecordingFileEvents): Promise<RecordingFile> {
    const file = new RecordingFile(name, events);
    try {
      await file.#ask({ type: 'open', name });
    } catch (error) {
      file.#end();
      throw error;
    }
    return file;
  }

  /** Asks for one `onTick` after so long. */
  beat(afterMs: number): void {
    this.#post({ type: 'beat', afterMs });
  }

  write(bytes: ArrayBuffer): void {
    this.#worker.postMessage({ type: 'write', bytes } satisfies ToRecordingWorker, [bytes]);
  }

  /** After all that was written. Then the file can be found by `keptRecordings`. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#ask({ type: 'close' }).catch(() => undefined);
    this.#end();
    await this.#locked;
  }

  #end(): void {
    this.#worker.terminate();
    this.#unlock();
  }

  #ask(message: ToRecordingWorker): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#post(message);
    });
  }

  #post(message: ToRecordingWorker): void {
    this.#worker.postMessage(message);
  }

  #on(message: FromRecordingWorker): void {
    switch (message.type) {
      case 'tick':
        return this.#events.onTick();
      case 'written':
        return this.#events.onWritten(message.size);
      case 'failed':
        return this.#fail(message.reason);
      default:
        this.#settle?.resolve();
        this.#settle = null;
    }
  }

  #fail(failure: FileFailure): void {
    // A last piece without room: `closed` still comes, after what is there was finished.
    if (this.#closing && failure === 'full') return;
    if (!this.#settle) return this.#events.onFailed(failure);
    this.#settle.reject(new RecordingFileError(failure));
    this.#settle = null;
  }
}
