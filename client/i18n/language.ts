import type { Messages } from './en.ts';

/** The languages there are. A new one is one file like `en.ts` and one line here; everything else follows. */
export const languages = {
  en: { name: 'English', load: async (): Promise<Messages> => (await import('./en.ts')).en },
  'zh-TW': { name: '中文', load: async (): Promise<Messages> => (await import('./zh-TW.ts')).zhTW },
} as const satisfies Record<string, { name: string; load: () => Promise<Messages> }>;

export type Language = keyof typeof languages;

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

export const languageTags: readonly Language[] = Object.keys(languages).filter(isLanguage);

/** The language tag a text stands for, or null. */
export function asLanguage(text: string | null): Language | null {
  return languageTags.find((tag) => tag === text) ?? null;
}

/** The first language the browser prefers that we have, in any of its varieties; English otherwise. */
export function pickLanguage(preferred: readonly string[]): Language {
  const primary = (tag: string) => tag.toLowerCase().split('-')[0];
  for (const tag of preferred) {
    const found =
      languageTags.find((each) => each.toLowerCase() === tag.toLowerCase()) ??
      languageTags.find((each) => primary(each) === primary(tag));
    if (found !== undefined) return found;
  }
  return 'en';
}
