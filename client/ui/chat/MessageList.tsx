import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView, TransferView } from '../../meeting/chatView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { selfOf } from '../meeting/useMeeting.ts';
import { mayWriteTo } from './addressees.ts';
import { Message, type MessageIntents } from './Message.tsx';

const TOGETHER_MS = 5 * 60_000;
/** Messages drawn at first: more than fit on most screens. */
const FIRST = 30;
/** More at each look further back: as many as a slow device draws without a jolt. */
const STEP = 6;
/** Where more is drawn, so that it stands before it comes in sight. Pixels from the top. */
const NEAR_TOP = 600;
const NEAR_END = 48;

interface Props {
  readonly view: MeetingView;
  readonly mayWrite: boolean;
  readonly intents: MessageIntents;
}

/** What was said, the latest at the end; only what is looked at is drawn. What is being written does not touch it. */
export const MessageList = memo(function MessageList({ view, mayWrite, intents }: Props) {
  const m = useMessages();
  const format = useFormat();
  const { chat } = view;
  const self = selfOf(view);
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  /** Height before more was drawn above, to stay where the person was reading. */
  const before = useRef<number | null>(null);
  const [drawn, setDrawn] = useState(FIRST);
  const start = Math.max(0, chat.length - drawn);
  const last = chat.at(-1);
  const transfers = useMemo(
    () => new Map<string, TransferView>(view.transfers.map((transfer) => [transfer.id, transfer])),
    [view.transfers],
  );
  const writable = useMemo(
    () => new Set(view.members.filter((member) => mayWriteTo(view, member)).map(({ device }) => device)),
    [view],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last message scrolls down
  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    if (atEnd.current || last?.self === true) {
      element.scrollTop = element.scrollHeight;
      // Who is back at the end has no more need of what was looked back at.
      setDrawn(FIRST);
    }
    // Whoever reads further back keeps what is on screen.
    else setDrawn((count) => count + 1);
  }, [last?.id]);

  // Where there is still too little above, the next frame draws more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was drawn above moves the rest down
  useLayoutEffect(() => {
    const element = log.current;
    if (element === null) return;
    if (before.current !== null) element.scrollTop += element.scrollHeight - before.current;
    before.current = null;
    if (start === 0) return;
    const frame = requestAnimationFrame(() => lookBack(element));
    return () => cancelAnimationFrame(frame);
  }, [start]);

  // Pictures, progress and a growing composer change heights: the end stays in sight.
  useEffect(() => {
    const element = log.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    for (const each of [element, ...element.children]) observer.observe(each);
    return () => observer.disconnect();
  }, []);

  function onScroll(element: HTMLDivElement): void {
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    if (start > 0) lookBack(element);
  }

  function lookBack(element: HTMLElement): void {
    // A list that is not on screen has no height, and so never enough of it.
    if (element.clientHeight === 0 || element.scrollTop >= NEAR_TOP || before.current !== null) return;
    before.current = element.scrollHeight;
    setDrawn((count) => count + STEP);
  }

  return (
    <div
      ref={log}
      className="chat-log"
      role="log"
      aria-label={m.chat.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => onScroll(currentTarget)}
    >
      {start === 0 && self !== undefined && (
        <p className="chat-since">{m.chat.since(format.time(self.since))}</p>
      )}
      <ol className="chat-list">
        {chat.slice(start).map((message, index) => (
          <Message
            key={message.id}
            message={message}
            follows={follows(chat[start + index - 1], message)}
            transfer={transfers.get(message.id) ?? null}
            meant={message.mentions.some(({ device }) => device === self?.device)}
            mayWrite={mayWrite}
            mayWriteTo={writable.has(message.from)}
            intents={intents}
          />
        ))}
      </ol>
    </div>
  );
});

function follows(before: ChatMessageView | undefined, message: ChatMessageView): boolean {
  if (before === undefined || before.from !== message.from || message.at - before.at >= TOGETHER_MS)
    return false;
  const { audience } = message;
  if (audience.kind !== before.audience.kind) return false;
  return (
    audience.kind !== 'person' ||
    (before.audience.kind === 'person' && before.audience.device === audience.device)
  );
}
