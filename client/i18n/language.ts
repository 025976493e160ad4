import type { AdminTexts } from './admin.en.ts';
import type { Messages } from './en.ts';
import type { Guides } from './guide.en.ts';
import type { SiteMessages } from './site.en.ts';

interface Texts {
  readonly name: string;
  /** The texts of every page. */
  readonly site: () => Promise<SiteMessages>;
  /** All texts but those below. */
  readonly load: () => Promise<Messages>;
  /** The administration page and the guides: in English where a language has none of its own yet. */
  readonly admin?: () => Promise<AdminTexts>;
  readonly guides?: () => Promise<Guides>;
}

/** The languages there are. A new one is one file like `en.ts` and one line here; everything else follows. */
export const languages = {
  en: {
    name: 'English',
    site: async () => (await import('./site.en.ts')).siteEn,
    load: async () => (await import('./en.ts')).en,
    admin: async () => (await import('./admin.en.ts')).adminEn,
    guides: async () => (await import('./guide.en.ts')).guides,
  },
  'zh-TW': {
    name: '中文',
    site: async () => (await import('./site.zh-TW.ts')).siteZhTW,
    load: async () => (await import('./zh-TW.ts')).zhTW,
    admin: async () => (await import('./admin.zh-TW.ts')).adminZhTW,
    guides: async () => (await import('./guide.zh-TW.ts')).guides,
  },
} as const satisfies Record<string, Texts>;

export type Language = keyof typeof languages;

/** Texts that a language may lack, and the language they are in. */
export interface Borrowed<Kind> {
  readonly texts: Kind;
  readonly language: Language;
}

/** A part of a page's texts, in English where the language has none. One promise per language, as `use` wants it. */
export function borrowing<Kind>(
  loaderOf: (texts: Texts) => (() => Promise<Kind>) | undefined,
): (language: Language) => Promise<Borrowed<Kind>> {
  const loaded = new Map<Language, Promise<Borrowed<Kind>>>();
  const load = async (language: Language): Promise<Borrowed<Kind>> => {
    const own = loaderOf(languages[language]);
    if (own !== undefined) return { texts: await own(), language };
    if (language === 'en') throw new Error('English lacks a text');
    return load('en');
  };
  return (language) => {
    const texts = loaded.get(language) ?? load(language);
    loaded.set(language, texts);
    return texts;
  };
}

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
