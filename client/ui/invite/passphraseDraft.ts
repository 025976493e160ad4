import { MIN_PASSPHRASE, normalPassphrase } from '../../e2ee/link/passphraseRules.ts';

/** A passphrase being thought up, typed twice unless it was suggested. */
export interface PassphraseDraft {
  readonly wanted: boolean;
  readonly text: string;
  readonly again: string;
  readonly suggested: boolean;
}

export const noPassphrase: PassphraseDraft = { wanted: false, text: '', again: '', suggested: false };

/** What is wrong with it; null where it can be used. */
export function passphraseProblem(draft: PassphraseDraft): 'short' | 'differ' | null {
  if (!draft.wanted) return null;
  const normal = normalPassphrase(draft.text);
  if ([...normal].length < MIN_PASSPHRASE) return 'short';
  return normal === normalPassphrase(draft.again) ? null : 'differ';
}
