/** What went wrong in SFrame processing. No code carries keys, plaintext or names. */
export type SFrameErrorCode =
  | 'malformed' // header or ciphertext does not parse
  | 'unauthenticated' // the tag does not verify
  | 'unknown-suite'
  | 'bad-key' // a key of the wrong length, or one already erased
  | 'out-of-range' // KID, CTR or one of their fields does not fit
  | 'unavailable'; // the cryptographic library lacks what is needed

/** A frame that is not opened, or a key that is not taken; `code` says why. */
export class SFrameError extends Error {
  readonly code: SFrameErrorCode;

  constructor(code: SFrameErrorCode, message: string) {
    super(message);
    this.name = 'SFrameError';
    this.code = code;
  }
}
