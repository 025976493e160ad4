import type { Addressee, ChatMessageView } from '../../meeting/chatView.ts';

/** What is being written; it outlives the panel. */
export interface ChatDraft {
  readonly text: string;
  /** Null until chosen: the first that is open. */
  readonly to: Addressee | null;
  readonly reply: ChatMessageView | null;
  /** The message whose text is being changed. */
  readonly edited: ChatMessageView | null;
}

export const emptyDraft: ChatDraft = { text: '', to: null, reply: null, edited: null };

/** Messages of others since the last one that was seen; all, where that one has fallen out by now. */
export function unreadSince(chat: readonly ChatMessageView[], seen: string | null): number {
  const at = chat.findLastIndex((message) => message.id === seen);
  return chat.slice(at + 1).filter((message) => !message.self).length;
}
