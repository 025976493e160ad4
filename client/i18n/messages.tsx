import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Messages } from './en.ts';
import { createFormat, type Format } from './format.ts';
import type { Language } from './language.ts';
import type { SiteMessages } from './site.en.ts';

interface Localized {
  readonly language: Language;
  readonly messages: SiteMessages;
  readonly format: Format;
}

const LocalizedContext = createContext<Localized | null>(null);
const AllMessagesContext = createContext<Messages | null>(null);

/** Gives the language in use and the texts of every page. */
export function MessagesProvider(props: { language: Language; messages: SiteMessages; children: ReactNode }) {
  const { language, messages, children } = props;
  const value = useMemo(() => ({ language, messages, format: createFormat(language) }), [language, messages]);
  return <LocalizedContext value={value}>{children}</LocalizedContext>;
}

/** Gives the texts that only some pages need. */
export function AllMessagesProvider({ messages, children }: { messages: Messages; children: ReactNode }) {
  return <AllMessagesContext value={messages}>{children}</AllMessagesContext>;
}

function useLocalized(): Localized {
  const value = useContext(LocalizedContext);
  if (value === null) throw new Error('MessagesProvider is missing');
  return value;
}

/** All texts of the language in use. Only where they were fetched: not on the start page and its likes. */
export function useMessages(): Messages {
  const messages = useContext(AllMessagesContext);
  if (messages === null) throw new Error('AllMessagesProvider is missing');
  return messages;
}

/** The texts that are there on every page. */
export function useSiteMessages(): SiteMessages {
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
