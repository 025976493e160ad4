/** Why the group layer refused something. The codes are stable; messages are for developers. */
export type GroupErrorCode =
  /** The caller broke the interface: wrong key length, an index outside the group, a closed group... */
  | 'bad-argument'
  /** This object has been replaced by its successor, or closed. */
  | 'spent'
  /** A second operation began before the first had ended. */
  | 'busy'
  | 'too-large'
  | 'malformed'
  /** Anything but a PrivateMessage, or a Welcome where one is expected. */
  | 'wrong-wire-format'
  | 'wrong-group'
  | 'wrong-suite'
  /** The group's parameters are not those of the meeting's genesis record. */
  | 'wrong-context'
  | 'past-epoch'
  | 'future-epoch'
  /** A message this device sent itself came back. */
  | 'own-message'
  /** The key of this message has been used or dropped. */
  | 'replayed'
  /** The sender ran too many messages ahead of what was received. */
  | 'too-far-ahead'
  | 'not-authentic'
  | 'standalone-proposal'
  | 'proposal-by-reference'
  | 'forbidden-proposal'
  | 'too-many-proposals'
  | 'bad-index'
  | 'path-required'
  | 'psk-required'
  | 'psk-unknown'
  | 'duplicate-key'
  /** A commit tried to change the signature key or the credential of a member that stays. */
  | 'identity-changed'
  | 'bad-key-package'
  | 'expired-key-package'
  | 'bad-tree'
  /** The welcome is not for this key package. */
  | 'not-welcomed'
  | 'refused-by-policy'
  /** The library refused: valid in form, against RFC 9420 in content. */
  | 'invalid';

/** A refusal. Nothing has changed: the group it was raised on can still be used, unless 'spent'. */
export class GroupError extends Error {
  readonly code: GroupErrorCode;
  /** With 'refused-by-policy', what the policy said. */
  readonly reason: string | undefined;

  constructor(code: GroupErrorCode, message: string, options: { reason?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GroupError';
    this.code = code;
    this.reason = options.reason;
  }
}
