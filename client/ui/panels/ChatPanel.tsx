import { MessageSquare, RotateCcw, SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { limits } from '../../../shared/limits.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView, MeetingView } from '../../meeting/view.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { Panel } from '../components/Panel.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { linkify } from './linkify.ts';
import './ChatPanel.css';

interface Props {
  readonly view: MeetingView;
  /** What is being written; it outlives the panel. */
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly onClose: () => void;
}

/** Messages to everyone. */
export function ChatPanel({ view, draft, onDraft, onClose }: Props) {
  const m = useMessages();
  const mayWrite = view.rights.has('chat');
  return (
    <Panel
      title={m.chat.title}
      onClose={onClose}
      ownFocus={mayWrite}
      footer={
        mayWrite ? (
          <Composer draft={draft} onDraft={onDraft} />
        ) : (
          <p className="chat-note">{m.chat.notAllowed}</p>
        )
      }
    >
      {view.chat.length === 0 ? (
        <EmptyState
          title={m.chat.emptyTitle}
          text={m.chat.empty}
          icon={<MessageSquare aria-hidden="true" />}
        />
      ) : (
        <Messages chat={view.chat} />
      )}
    </Panel>
  );
}

const TOGETHER_MS = 5 * 60_000;

function Messages({ chat }: { chat: readonly ChatMessageView[] }) {
  const m = useMessages();
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = chat.at(-1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last message scrolls down
  useLayoutEffect(() => {
    const element = log.current;
    if (element !== null && (atEnd.current || last?.self === true)) element.scrollTop = element.scrollHeight;
  }, [last?.id]);

  return (
    <div
      ref={log}
      className="chat-log"
      role="log"
      aria-label={m.chat.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: element }) => {
        atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 48;
      }}
    >
      <ol className="chat-list">
        {chat.map((message, index) => (
          <Message key={message.id} message={message} follows={follows(chat[index - 1], message)} />
        ))}
      </ol>
    </div>
  );
}

function follows(before: ChatMessageView | undefined, message: ChatMessageView): boolean {
  return before !== undefined && before.from === message.from && message.at - before.at < TOGETHER_MS;
}

function Message({ message, follows }: { message: ChatMessageView; follows: boolean }) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  return (
    <li className="chat-message" data-self={message.self} data-follows={follows}>
      <p className={follows ? 'visually-hidden' : 'chat-from'}>
        <bdi>{message.self ? m.common.you : message.name}</bdi>{' '}
        <time dateTime={new Date(message.at).toISOString()}>{format.time(message.at)}</time>
      </p>
      <p className="chat-text" dir="auto">
        {linkify(message.text).map((part, index) =>
          part.href === undefined ? (
            part.text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never change
            <a key={index} href={part.href} target="_blank" rel="noopener noreferrer" dir="ltr">
              {part.text}
            </a>
          ),
        )}
      </p>
      {message.state === 'sending' && <p className="chat-state">{m.chat.sending}</p>}
      {message.state === 'failed' && (
        <p className="chat-state chat-failed">
          {m.chat.failed}
          <button type="button" onClick={() => actions.retryChat(message.id)}>
            <RotateCcw aria-hidden="true" />
            {m.chat.retry}
          </button>
        </p>
      )}
    </li>
  );
}

function Composer({ draft, onDraft }: { draft: string; onDraft: (text: string) => void }) {
  const m = useMessages();
  const actions = useActions();
  const area = useRef<HTMLTextAreaElement>(null);
  const excess = draft.length - limits.chatCharacters;

  useEffect(() => area.current?.focus(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, 144)}px`;
  }, [draft]);

  function send(): void {
    const text = draft.trim();
    if (text === '' || excess > 0) return;
    actions.sendChat(text);
    onDraft('');
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter that ends a composition chooses a word; it does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        className="field-input"
        rows={1}
        value={draft}
        placeholder={m.chat.input}
        aria-label={m.chat.input}
        aria-invalid={excess > 0}
        dir="auto"
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <IconButton label={m.chat.send} disabled={draft.trim() === '' || excess > 0} onPress={send}>
        <SendHorizontal aria-hidden="true" />
      </IconButton>
      {excess > 0 && (
        <p className="field-error" role="status">
          {m.chat.tooLong(excess)}
        </p>
      )}
    </form>
  );
}
