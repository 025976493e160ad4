import type { Messages } from './en.ts';

/** The languages there are. A new one is one file and one line here. */
export const languages = {
  en: { name: 'English', load: async (): Promise<Messages> => (await import('./en.ts')).en },
  'zh-TW': { name: '中文', load: async (): Promise<Messages> => (await import('./zh-TW.ts')).zhTW },
} as const satisfies Record<string, { name: string; load: () => Promise<Messages> }>;

export type Language = keyof typeof languages;

export const languageTags: readonly Language[] = ['en', 'zh-TW'];

/** The language tag a text stands for, or null. */
export function asLanguage(text: string | null): Language | null {
  return languageTags.find((tag) => tag === text) ?? null;
}

/** The first language the browser prefers that we have; English otherwise. Any Chinese gets zh-TW. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-TW';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
