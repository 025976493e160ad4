/** Why no usable media worker could be had. */
export type WorkerBinaryErrorCode =
  | 'bad-option'
  | 'unsupported-platform'
  | 'tools-missing'
  | 'compiler-too-old'
  | 'sources-unreadable'
  | 'patch-mismatch'
  | 'compile-failed'
  | 'download-failed'
  | 'does-not-start'
  | 'cache-unwritable';

/** The one error of this folder. `message` is meant to be shown to the administrator as it is. */
export class WorkerBinaryError extends Error {
  readonly code: WorkerBinaryErrorCode;

  constructor(code: WorkerBinaryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WorkerBinaryError';
    this.code = code;
  }
}
