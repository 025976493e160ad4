import type { useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView } from '../../meeting/chatView.ts';

/** Who else can read a message, in words; null where that is everyone. */
export function audienceText(
  { audience, self }: Pick<ChatMessageView, 'audience' | 'self'>,
  m: ReturnType<typeof useMessages>,
): string | null {
  if (audience.kind === 'person') return self ? m.chat.toPerson(audience.name) : m.chat.toYou;
  return audience.kind === 'hosts' ? m.chat.toHosts : null;
}
