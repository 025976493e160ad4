import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Messages } from './en.ts';
import { createFormat, type Format } from './format.ts';
import type { Language } from './language.ts';

interface Localized {
  readonly language: Language;
  readonly messages: Messages;
  readonly format: Format;
}

const LocalizedContext = createContext<Localized | null>(null);

export function MessagesProvider(props: { language: Language; messages: Messages; children: ReactNode }) {
  const { language, messages, children } = props;
  const value = useMemo(() => ({ language, messages, format: createFormat(language) }), [language, messages]);
  return <LocalizedContext value={value}>{children}</LocalizedContext>;
}

function useLocalized(): Localized {
  const value = useContext(LocalizedContext);
  if (value === null) throw new Error('MessagesProvider is missing');
  return value;
}

/** The texts of the language in use. */
export function useMessages(): Messages {
  return useLocalized().messages;
}

/** Dates, numbers and lists of the language in use. */
export function useFormat(): Format {
  return useLocalized().format;
}

/** The language in use. */
export function useLanguage(): Language {
  return useLocalized().language;
}
