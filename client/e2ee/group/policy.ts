import type { Member } from './roster.ts';

/** A member about to be added, as its key package says. */
export interface Joiner {
  readonly ref: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Uint8Array;
}

/** What an authenticated commit would do. Everything that is not listed here is refused before. */
export interface CommitDescription {
  /** The epoch the commit ends. */
  readonly epoch: bigint;
  readonly committer: Member;
  readonly adds: readonly Joiner[];
  readonly removes: readonly Member[];
  /** The external PSK it was mixed with; always there with adds, never without. */
  readonly pskId: Uint8Array | undefined;
  /** Whether the committer replaced its keys (a remove or an update), not just added. */
  readonly updates: boolean;
}

/** A commit is taken only where a policy says so; `reason` ends in the GroupError. */
export type Verdict = { readonly kind: 'accept' } | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Decides over a commit that is well-formed, signed by a member and in the right epoch, before it is
 * applied. An exception counts as a refusal.
 */
export type CommitPolicy = (commit: CommitDescription) => Verdict | Promise<Verdict>;

/** A pre-shared key: `id` public, up to 64 bytes; `secret` at least 16 bytes. */
export interface Psk {
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
}
