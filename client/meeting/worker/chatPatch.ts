import type { ChatMessageView } from '../chatView.ts';

type Chat = readonly ChatMessageView[];

/** What changed in the chat: so that one new message does not carry two thousand along to the page. */
export interface ChatPatch {
  /** Messages that fell out at the front. */
  readonly dropped: number;
  /** Messages that changed, by their place after the drop. */
  readonly changed: readonly (readonly [number, ChatMessageView])[];
  readonly added: Chat;
}

/** From one chat to the next, whose unchanged messages are the same objects in the same order. */
export function chatPatch(before: Chat, after: Chat): ChatPatch {
  const first = after[0];
  const found = first ? before.findIndex((message) => message.id === first.id) : -1;
  const dropped = found === -1 ? before.length : found;
  const kept = before.length - dropped;
  const changed = after
    .slice(0, kept)
    .flatMap((message, place): [number, ChatMessageView][] =>
      message === before[dropped + place] ? [] : [[place, message]],
    );
  return { dropped, changed, added: after.slice(kept) };
}

/** The chat after a patch; messages that did not change stay the same objects. */
export function applyPatch(before: Chat, { dropped, changed, added }: ChatPatch): Chat {
  const chat = [...before.slice(dropped), ...added];
  for (const [place, message] of changed) chat[place] = message;
  return chat;
}
