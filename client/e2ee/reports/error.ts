export type ReportErrorCode =
  /** Not of the form a report has. */
  | 'malformed'
  /** More than the largest bucket holds. */
  | 'too-large'
  /** Sealed to another key than the one given. */
  | 'other-key'
  /** Damaged, or moved to another meeting: the seal does not hold. */
  | 'not-openable'
  /** Its content is about another meeting than the one it was sent to. */
  | 'wrong-meeting'
  /** Not signed by the device that it names as its reporter. */
  | 'bad-signature';

/** A report that cannot be made or read. */
export class ReportError extends Error {
  readonly code: ReportErrorCode;

  constructor(code: ReportErrorCode, options?: ErrorOptions) {
    super(`Report: ${code}`, options);
    this.name = 'ReportError';
    this.code = code;
  }
}
