import type { Refusal } from './pin.ts';

/** What the page asks its guard; each is answered on a port of its own. */
export interface GuardQuestions {
  /** Looks for a release on the server and judges it. */
  check: { ask: { readonly kind: 'check' }; answer: Check };
  /** The person agreed to this release. */
  accept: { ask: { readonly kind: 'accept'; readonly digest: string }; answer: boolean };
  /** Fetches what the page may need later, so that it stays whole when the server has another one. */
  keep: { ask: { readonly kind: 'keep' }; answer: boolean };
  /** Which release this browser holds the server to. */
  state: { ask: { readonly kind: 'state' }; answer: ReleaseFacts | null };
  /** A guard that waits becomes the one in charge. */
  takeOver: { ask: { readonly kind: 'take-over' }; answer: boolean };
}

export type GuardQuestion = GuardQuestions[keyof GuardQuestions]['ask'];

/** What people are told about a release. */
export interface ReleaseFacts {
  readonly version: string;
  readonly digest: string;
  /** Milliseconds since 1970, and thirty digits per key; null for a build that nobody signed. */
  readonly signed: { readonly at: number; readonly fingerprints: readonly string[] } | null;
}

export type Check =
  | { readonly kind: 'same' | 'unreachable' | 'unlisted' }
  | {
      readonly kind: 'update';
      readonly from: ReleaseFacts;
      readonly to: ReleaseFacts;
      /** It has another guard, so that the browser finds one too. */
      readonly guard: boolean;
    }
  | { readonly kind: 'refused'; readonly why: Refusal; readonly from: ReleaseFacts };

/** What the guard tells every page of the site, unasked. */
export type GuardAlarm =
  | { readonly kind: 'altered'; readonly path: string }
  | { readonly kind: 'bad-signature' };
