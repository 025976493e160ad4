/** Why a file could not be sealed or opened. */
export type AttachmentErrorCode =
  /** Fewer bytes than the message says. */
  | 'truncated'
  /** Not the bytes that were sent: changed, reordered, repeated, or more than there should be. */
  | 'tampered'
  /** Not even the first chunk opens: another key, or another file's bytes. */
  | 'wrong-key'
  | 'too-large'
  /** The file shrank, grew or went away while it was read. */
  | 'unreadable'
  /** There is no room for it on this device, or its place went away. */
  | 'unwritable'
  /** The server no longer holds it. */
  | 'gone';

/** A refusal. Nothing that was opened before it may be handed to the person. */
export class AttachmentError extends Error {
  readonly code: AttachmentErrorCode;

  constructor(code: AttachmentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AttachmentError';
    this.code = code;
  }
}
