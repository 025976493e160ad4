import { FileDown, MessageSquare } from 'lucide-react';
import { type DragEvent, useMemo, useRef, useState } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { MeetingView } from '../../meeting/view.ts';
import { currentAddressee } from '../chat/addressees.ts';
import { Composer } from '../chat/Composer.tsx';
import type { ChatDraft } from '../chat/draft.ts';
import { chatAsText, downloadText } from '../chat/exportChat.ts';
import type { MessageIntents } from '../chat/Message.tsx';
import { MessageList } from '../chat/MessageList.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { IconButton } from '../components/IconButton.tsx';
import { Panel } from '../components/Panel.tsx';
import { selfOf, useActions } from '../meeting/useMeeting.ts';
import '../chat/chat.css';

interface Props {
  readonly view: MeetingView;
  readonly draft: ChatDraft;
  readonly onDraft: (draft: ChatDraft) => void;
  readonly onClose: () => void;
}

/** Messages and files, to everyone, to the hosts or to one person. */
export function ChatPanel({ view, draft, onDraft, onClose }: Props) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  const [dropping, setDropping] = useState(false);
  const to = currentAddressee(view, draft.to);
  const mayWrite = to !== null || draft.to !== null;
  const maySend = mayWrite && to !== null && view.rights.has('files');
  const self = selfOf(view);
  const latest = useRef({ draft, onDraft });
  latest.current = { draft, onDraft };

  const intents = useMemo((): MessageIntents => {
    const change = (next: Partial<ChatDraft>) =>
      latest.current.onDraft({ ...latest.current.draft, edited: null, reply: null, ...next });
    return {
      reply: (message) => {
        const { audience, from, self: own } = message;
        // What was said aside is answered aside.
        if (audience.kind === 'everyone') return change({ reply: message, to: { kind: 'everyone' } });
        const device = own && audience.kind === 'person' ? audience.device : from;
        change({
          reply: message,
          to: own && audience.kind === 'hosts' ? { kind: 'hosts' } : { kind: 'person', device },
        });
      },
      writeTo: ({ from }) => change({ to: { kind: 'person', device: from } }),
      edit: (message) => change({ edited: message, text: message.text }),
    };
  }, []);

  function sendFiles(files: readonly File[]): void {
    if (!maySend || to === null) return;
    for (const file of files) actions.sendFile(file, to, draft.reply?.id ?? null);
    if (draft.reply) onDraft({ ...draft, reply: null });
  }

  function onDrag(event: DragEvent): void {
    if (!maySend || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setDropping(true);
  }

  function onDrop(event: DragEvent): void {
    // Never let the page be replaced by a dropped file.
    event.preventDefault();
    setDropping(false);
    sendFiles([...event.dataTransfer.files]);
  }

  function exportChat(): void {
    const day = new Date().toISOString().slice(0, 10);
    downloadText(`${m.chat.exportName}-${day}.txt`, chatAsText(view.chat, m, format));
  }

  return (
    <Panel
      title={m.chat.title}
      onClose={onClose}
      ownFocus={mayWrite}
      {...(view.chat.length > 0
        ? {
            actions: (
              <IconButton label={m.chat.export} onPress={exportChat}>
                <FileDown aria-hidden="true" />
              </IconButton>
            ),
          }
        : {})}
      footer={
        mayWrite ? (
          <Composer view={view} draft={draft} onDraft={onDraft} to={to} onFiles={sendFiles} />
        ) : (
          <p className="chat-note">{m.chat.notAllowed}</p>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping has its button, and its keys, below */}
      <div className="chat-drop" onDragEnter={onDrag} onDragOver={onDrag} onDrop={onDrop}>
        {view.chat.length === 0 ? (
          <EmptyState
            title={m.chat.emptyTitle}
            text={self ? m.chat.since(format.time(self.since)) : m.chat.empty}
            icon={<MessageSquare aria-hidden="true" />}
          />
        ) : (
          <MessageList view={view} mayWrite={mayWrite} intents={intents} />
        )}
        {dropping && (
          // biome-ignore lint/a11y/noStaticElementInteractions: only there while something is dragged
          <div className="chat-dropping" onDragLeave={() => setDropping(false)}>
            {m.files.drop}
          </div>
        )}
      </div>
    </Panel>
  );
}
