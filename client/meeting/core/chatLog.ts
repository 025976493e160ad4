import type { ChatMessageView } from '../chatView.ts';

export const MESSAGES_KEPT = 2_000;
/** Pictures are large beside words: only the latest messages keep theirs. */
const PREVIEWS_KEPT = 150;

type Chat = readonly ChatMessageView[];

/** With one more message at the end. Messages that did not change keep their identity. */
export function withMessage(chat: Chat, message: ChatMessageView): Chat {
  const next = [...chat, message].slice(-MESSAGES_KEPT);
  const old = next.length - 1 - PREVIEWS_KEPT;
  const faded = next[old];
  if (faded?.file?.preview) next[old] = { ...faded, file: { ...faded.file, preview: null } };
  return next;
}

/** With one message changed; the chat itself where none has this id. */
export function withChange(
  chat: Chat,
  id: string,
  change: (message: ChatMessageView) => Partial<ChatMessageView>,
): Chat {
  if (!chat.some((message) => message.id === id)) return chat;
  return chat.map((message) => (message.id === id ? { ...message, ...change(message) } : message));
}

/** What is left of a message that its author took back. */
export const takenBack = {
  state: 'sent',
  change: 'deleted',
  text: '',
  reply: null,
  mentions: [],
  file: null,
} as const satisfies Partial<ChatMessageView>;

const QUOTE = 140;

/** The message that an answer quotes; without words where this device never saw it. */
export function quoteOf(chat: Chat, id: string): ChatMessageView['reply'] {
  const quoted = chat.find((message) => message.id === id);
  if (!quoted || quoted.change === 'deleted') return { id, name: '', text: '' };
  return { id, name: quoted.name, text: (quoted.file?.name ?? quoted.text).slice(0, QUOTE) };
}
