import type { Manifest } from '../../shared/release/manifest.ts';
import type { Signed } from '../../shared/release/signature.ts';

/** A release as the server offers it, its digests and signatures verified. */
export interface Release {
  /** The manifest's text, and its digest, which names the release. */
  readonly text: string;
  readonly digest: string;
  readonly manifest: Manifest;
  readonly signed: Signed | null;
}

/** The release that this browser holds the server to. */
export type Pin = Release;

/** What the server answers when asked for its release. */
export type Offer =
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'bad-signature' }
  /** It says nothing about what the page consists of. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' };

export type Refusal = 'other-key' | 'not-signed' | 'bad-signature' | 'older';

export type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'unreachable' }
  /** Taken when the person agrees. */
  | { readonly kind: 'update'; readonly release: Release }
  /** A build without a manifest where none was signed before: the pin goes when the person agrees. */
  | { readonly kind: 'unlisted' }
  | { readonly kind: 'refused'; readonly why: Refusal };

/**
 * Whether an offer may replace the pin. A signed release gives way to a later one that its own key signed, and to
 * nothing else; one that was never signed to any other, as long as the person agrees.
 */
export function judge(pin: Pin, offer: Offer): Verdict {
  switch (offer.kind) {
    case 'unreachable':
      return { kind: 'unreachable' };
    case 'bad-signature':
      return { kind: 'refused', why: 'bad-signature' };
    case 'none':
      return pin.signed === null ? { kind: 'unlisted' } : { kind: 'refused', why: 'not-signed' };
    case 'release':
      return judgeRelease(pin, offer.release);
  }
}

function judgeRelease({ digest, signed }: Pin, release: Release): Verdict {
  const same = release.digest === digest;
  if (signed === null) {
    return same && release.signed === null ? { kind: 'same' } : { kind: 'update', release };
  }
  if (same) return { kind: 'same' };
  if (release.signed === null) return { kind: 'refused', why: 'not-signed' };
  if (!release.signed.keys.some((key) => signed.keys.includes(key))) {
    return { kind: 'refused', why: 'other-key' };
  }
  return release.signed.at > signed.at ? { kind: 'update', release } : { kind: 'refused', why: 'older' };
}
