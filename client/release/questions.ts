import type { releaseEn } from '../i18n/release.en.ts';
import type { Check, GuardAlarm, ReleaseFacts } from './guardMessages.ts';
import { type NoticeText, showNotice } from './notice.ts';
import type { PageGuard } from './pageGuard.ts';

export type Words = typeof releaseEn;

/** Thirty digits in groups, as they are published and read aloud. */
export const inGroups = (digits: string) => digits.match(/\d{5}/g)?.join(' ') ?? digits;

function provenance(release: ReleaseFacts, words: Words, language: string): NoticeText['text'] {
  if (release.signed === null) return [words.selfBuilt, { code: release.digest }];
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(release.signed.at);
  return [words.signed(when), ...release.signed.fingerprints.map((digits) => ({ code: inGroups(digits) }))];
}

/**
 * Asks what there is to be asked before the page starts. Resolves to whether it may; where the person takes
 * another release the page is loaded again.
 */
export async function mayStart(
  guard: PageGuard,
  check: Check,
  words: Words,
  language: string,
): Promise<boolean> {
  switch (check.kind) {
    case 'same':
    case 'unreachable':
      return true;
    case 'update': {
      const { from, to } = check;
      const answer = await showNotice(
        {
          tone: 'plain',
          title: words.updateTitle,
          text: [
            words.versions(from.version, to.version),
            ...provenance(to, words, language),
            words.updateText,
          ],
        },
        [
          { answer: 'update', label: words.update },
          { answer: 'later', label: words.later },
        ],
      );
      if (answer === 'later') return true;
      if (await guard.accept(to.digest)) return reload();
      await showNotice({ tone: 'warn', title: words.brokenTitle, text: [words.updateFailed] }, [
        { answer: 'later', label: words.later },
      ]);
      return true;
    }
    case 'unlisted':
      await showNotice({ tone: 'warn', title: words.unlistedTitle, text: [words.unlistedText] }, [
        { answer: 'go', label: words.unlistedGo },
      ]);
      await guard.leave();
      return reload();
    case 'refused': {
      const text = [words.refused[check.why], words.refusedText, ...provenance(check.from, words, language)];
      await showNotice({ tone: 'warn', title: words.refusedTitle, text }, [
        { answer: 'go', label: words.refusedGo },
      ]);
      return true;
    }
  }
}

/** Why a page does not run: parts of it were altered or did not arrive, or its guard is being replaced. */
export type Problem = GuardAlarm | { readonly kind: 'guard' | 'broken' };

/** Says why the page does not run. There is nothing to choose but to try again. */
export async function explain(problem: Problem, words: Words): Promise<void> {
  const notices: { readonly [Kind in Problem['kind']]: NoticeText } = {
    altered: {
      tone: 'warn',
      title: words.alteredTitle,
      text: [words.alteredText, { code: problem.kind === 'altered' ? problem.path : '' }],
    },
    'bad-signature': {
      tone: 'warn',
      title: words.alteredTitle,
      text: [words.refused['bad-signature'], words.alteredText, { code: '/release.sig.json' }],
    },
    guard: { tone: 'warn', title: words.guardTitle, text: [words.guardText] },
    broken: { tone: 'plain', title: words.brokenTitle, text: [words.brokenText] },
  };
  const choices = problem.kind === 'guard' ? [] : [{ answer: 'again', label: words.again } as const];
  await showNotice(notices[problem.kind], choices);
  reload();
}

function reload(): false {
  location.reload();
  return false;
}
