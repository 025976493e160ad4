import type { Messages } from './en.ts';
import type { SiteMessages } from './site.en.ts';

interface Texts {
  readonly name: string;
  /** The texts of every page. */
  readonly site: () => Promise<SiteMessages>;
  /** All texts. */
  readonly load: () => Promise<Messages>;
}

/** The languages there are. A new one is one file like `en.ts` and one line here; everything else follows. */
export const languages = {
  en: {
    name: 'English',
    site: async () => (await import('./site.en.ts')).siteEn,
    load: async () => (await import('./en.ts')).en,
  },
  'zh-TW': {
    name: '中文',
    site: async () => (await import('./site.zh-TW.ts')).siteZhTW,
    load: async () => (await import('./zh-TW.ts')).zhTW,
  },
} as const satisfies Record<string, Texts>;

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
