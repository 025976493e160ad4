import { Ellipsis, Lock, MessageSquareLock, Pencil, Reply, RotateCcw, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView, TransferView } from '../../meeting/chatView.ts';
import { Menu, type MenuEntry } from '../components/Menu.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { audienceText } from './audienceText.ts';
import { FileCard } from './FileCard.tsx';
import { MessageText } from './MessageText.tsx';
import { plainText } from './markdown.ts';

/** What can be done with a message that the composer carries out. */
export interface MessageIntents {
  reply(message: ChatMessageView): void;
  writeTo(message: ChatMessageView): void;
  edit(message: ChatMessageView): void;
}

interface Props {
  readonly message: ChatMessageView;
  /** Comes right after one of the same author, to the same people. */
  readonly follows: boolean;
  readonly transfer: TransferView | null;
  /** Calls the person on screen by name. */
  readonly meant: boolean;
  readonly mayWrite: boolean;
  readonly mayWriteTo: boolean;
  readonly intents: MessageIntents;
}

/** One message. Renders again only when it changed itself. */
export const Message = memo(function Message(props: Props) {
  const { message, follows, transfer, meant } = props;
  const m = useMessages();
  const format = useFormat();
  const deleted = message.change === 'deleted';
  return (
    <li
      className="chat-message"
      data-self={message.self}
      data-follows={follows}
      data-aside={message.audience.kind !== 'everyone'}
      data-meant={meant}
    >
      <p className={follows ? 'visually-hidden' : 'chat-from'}>
        <bdi>{message.self ? m.common.you : message.name}</bdi>{' '}
        <time dateTime={new Date(message.at).toISOString()}>{format.time(message.at)}</time>
        <Aside message={message} />
      </p>
      <div className="chat-row">
        {deleted ? (
          <p className="chat-deleted">{m.chat.deleted}</p>
        ) : (
          <div className="chat-bubble">
            {message.reply && (
              <p className="chat-quote">
                <bdi>{message.reply.name || m.chat.earlier}</bdi>
                {message.reply.text !== '' && <span dir="auto">{plainText(message.reply.text)}</span>}
              </p>
            )}
            {message.file ? (
              <FileCard
                id={message.id}
                file={message.file}
                transfer={transfer}
                ready={message.state === 'sent'}
              />
            ) : (
              <MessageText text={message.text} mentions={message.mentions} />
            )}
            {message.change === 'edited' && <span className="chat-edited">{m.chat.edited}</span>}
          </div>
        )}
        {!deleted && <Actions {...props} />}
      </div>
      <State message={message} />
    </li>
  );
});

/** Who else can read it, where that is not everyone. */
function Aside({ message }: { message: ChatMessageView }) {
  const words = audienceText(message, useMessages());
  if (words === null) return null;
  return (
    <span className="chat-aside">
      <Lock aria-hidden="true" />
      {words}
    </span>
  );
}

function State({ message }: { message: ChatMessageView }) {
  const m = useMessages();
  const actions = useActions();
  if (message.state === 'sending' && !message.file) return <p className="chat-state">{m.chat.sending}</p>;
  if (message.state !== 'failed') return null;
  return (
    <p className="chat-state chat-failed">
      {m.chat.failed}
      <button type="button" onClick={() => actions.retryChat(message.id)}>
        <RotateCcw aria-hidden="true" />
        {m.chat.retry}
      </button>
    </p>
  );
}

function Actions({ message, mayWrite, mayWriteTo, intents }: Props) {
  const m = useMessages();
  const actions = useActions();
  const entries: MenuEntry[] = [];
  if (mayWrite && message.state === 'sent') {
    entries.push({
      id: 'reply',
      name: m.chat.reply,
      icon: <Reply aria-hidden="true" />,
      act: () => intents.reply(message),
    });
  }
  if (mayWriteTo && !message.self) {
    entries.push({
      id: 'aside',
      name: m.chat.writeTo(message.name),
      icon: <MessageSquareLock aria-hidden="true" />,
      act: () => intents.writeTo(message),
    });
  }
  if (message.self && message.state === 'sent' && !message.file) {
    entries.push({
      id: 'edit',
      name: m.chat.edit,
      icon: <Pencil aria-hidden="true" />,
      act: () => intents.edit(message),
    });
  }
  if (message.self && message.state !== 'sending') {
    entries.push({
      id: 'delete',
      name: m.chat.delete,
      icon: <Trash2 aria-hidden="true" />,
      act: () => actions.deleteChat(message.id),
      warn: true,
    });
  }
  if (entries.length === 0) return null;
  const label = message.self ? m.chat.actionsOwn : m.chat.actions(message.name);
  return (
    <Menu
      label={label}
      entries={entries}
      trigger={
        <AriaButton className="icon-button chat-more" aria-label={label}>
          <Ellipsis aria-hidden="true" />
        </AriaButton>
      }
    />
  );
}
