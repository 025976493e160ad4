import { type ReactNode, use } from 'react';
import type { Messages } from '../i18n/en.ts';
import { type Language, languages, languageTags } from '../i18n/language.ts';
import { AllMessagesProvider, useLanguage } from '../i18n/messages.tsx';
import { type Fetching, fetching } from './fetching.ts';
import { currentLanguage } from './preferences.ts';

const texts = new Map<Language, Fetching<Messages>>(
  languageTags.map((tag) => [tag, fetching(languages[tag].load)]),
);

function textsIn(language: Language): Fetching<Messages> {
  const found = texts.get(language);
  if (found === undefined) throw new Error(`no texts in ${language}`);
  return found;
}

let wanted = false;

/** Begins to fetch all texts of the language in use. Never rejects: `AllTexts` tells of a failure. */
export function preloadAllTexts(): Promise<void> {
  wanted = true;
  return textsIn(currentLanguage()).preload();
}

/** Settles when a change to `language` needs to wait for nothing any more. Never rejects. */
export async function preloadTextsInUse(language: Language): Promise<void> {
  if (wanted) await textsIn(language).preload();
}

/** Gives all texts to what is inside; stands within a `Part`, which waits for them. */
export function AllTexts({ children }: { children: ReactNode }) {
  const inLanguage = textsIn(useLanguage());
  return <AllMessagesProvider messages={use(inLanguage.begin())}>{children}</AllMessagesProvider>;
}
