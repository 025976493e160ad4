import { createContext, type ReactNode, use, useContext } from 'react';
import type { AdminTexts } from './admin.en.ts';
import type { Language } from './language.ts';
import { useLanguage } from './messages.tsx';

// Apart from the other texts, so that the start page does not carry them.
const loaders: Readonly<Record<Language, () => Promise<AdminTexts>>> = {
  en: async () => (await import('./admin.en.ts')).adminEn,
  'zh-TW': async () => (await import('./admin.zh-TW.ts')).adminZhTW,
};
const loaded = new Map<Language, Promise<AdminTexts>>();

/** One promise per language, as `use` wants it. */
function textsIn(language: Language): Promise<AdminTexts> {
  const texts = loaded.get(language) ?? loaders[language]();
  loaded.set(language, texts);
  return texts;
}

const AdminTextsContext = createContext<AdminTexts | null>(null);

/** Loads the texts of the administration page before what is inside is shown. */
export function AdminTextsProvider({ children }: { children: ReactNode }) {
  return <AdminTextsContext value={use(textsIn(useLanguage()))}>{children}</AdminTextsContext>;
}

/** Texts of the administration page in the language in use. */
export function useAdminTexts(): AdminTexts {
  const texts = useContext(AdminTextsContext);
  if (texts === null) throw new Error('AdminTextsProvider is missing');
  return texts;
}
