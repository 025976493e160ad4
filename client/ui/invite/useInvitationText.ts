import { useEffect, useState } from 'react';
import type { Messages } from '../../i18n/en.ts';
import { createFormat, type Format } from '../../i18n/format.ts';
import { languages, languageTags } from '../../i18n/language.ts';
import { useFormat, useLanguage, useMessages } from '../../i18n/messages.tsx';
import { type InvitationFacts, invitationText } from './invitationText.ts';

type Spoken = { readonly messages: Messages; readonly format: Format };

/** Makes invitations in every language there is, the person's own first. */
export function useInvitationText(): (facts: InvitationFacts) => string {
  const messages = useMessages();
  const format = useFormat();
  const language = useLanguage();
  const [others, setOthers] = useState<readonly Spoken[]>([]);

  useEffect(() => {
    let current = true;
    const load = languageTags
      .filter((tag) => tag !== language)
      .map(async (tag) => ({ messages: await languages[tag].load(), format: createFormat(tag) }));
    Promise.all(load).then(
      (loaded) => current && setOthers(loaded),
      // Without a connection one language has to do.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [language]);

  return (facts) => invitationText(facts, [{ messages, format }, ...others]);
}
