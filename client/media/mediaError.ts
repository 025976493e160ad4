/**
 * `no-codec`: the router offers nothing this client agrees to; `unprotected`: the frame transform could not
 * be attached, so nothing was sent or received; `unsupported`: the browser lacks what a stream needs;
 * `closed`: the engine or transport closed meanwhile.
 */
export type MediaErrorCode = 'no-codec' | 'unprotected' | 'unsupported' | 'closed';

/** A failure of the media engine itself. Refusals by the server stay ProtocolErrors. */
export class MediaError extends Error {
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'MediaError';
    this.code = code;
  }
}
