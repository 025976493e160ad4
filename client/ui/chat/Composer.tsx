import { Check, Paperclip, SendHorizontal, X } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { Addressee } from '../../meeting/chatView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { IconButton } from '../components/IconButton.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { AddresseeMenu } from './AddresseeMenu.tsx';
import { type ChatDraft, emptyDraft } from './draft.ts';
import { EmojiPicker } from './EmojiPicker.tsx';
import { MentionList, useMentions } from './MentionList.tsx';
import { plainText } from './markdown.ts';

interface Props {
  readonly view: MeetingView;
  readonly draft: ChatDraft;
  readonly onDraft: (draft: ChatDraft) => void;
  readonly to: Addressee | null;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Where a message is written: to whom, in answer to what, with what files. */
export function Composer({ view, draft, onDraft, to, onFiles }: Props) {
  const m = useMessages();
  const actions = useActions();
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(0);
  const { text, reply, edited } = draft;
  const excess = text.length - limits.chatCharacters;
  const mentions = useMentions(view.members, text, caret);
  const ready = text.trim() !== '' && excess <= 0 && to !== null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is answered or changed is written here
  useEffect(() => area.current?.focus(), [reply, edited]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, 144)}px`;
  }, [text]);

  function write(next: string, at = next.length): void {
    onDraft({ ...draft, text: next });
    setCaret(at);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(at, at);
    });
  }

  function send(): void {
    if (!ready) return;
    if (edited) actions.editChat(edited.id, text.trim());
    else actions.sendChat(text.trim(), to, reply?.id ?? null);
    onDraft({ ...emptyDraft, to: draft.to });
    area.current?.focus();
  }

  function accept(name: string): void {
    const start = caret - mentions.typed.length;
    write(`${text.slice(0, start)}${name} ${text.slice(caret)}`, start + name.length + 1);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Keys of a composition choose words; they do not send.
    if (event.nativeEvent.isComposing) return;
    if (mentions.onKeyDown(event, accept)) return;
    if (event.key === 'Escape' && (reply || edited)) {
      event.preventDefault();
      return onDraft({ ...emptyDraft, to: draft.to });
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || !view.rights.has('files')) return;
    event.preventDefault();
    onFiles(files);
  }

  const placeholder = to
    ? m.chat.placeholder[to.kind](to.kind === 'person' ? nameOf(view, to) : '')
    : m.chat.choose;
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {edited === null && (
        <AddresseeMenu view={view} to={to} onChoose={(next) => onDraft({ ...draft, to: next })} />
      )}
      {(reply || edited) && (
        <div className="composer-about">
          <span>
            {edited ? m.chat.editing : m.chat.replying(reply?.name ?? '')}
            {reply && <span dir="auto">{reply.file?.name ?? plainText(reply.text)}</span>}
          </span>
          <IconButton label={m.common.cancel} onPress={() => onDraft({ ...emptyDraft, to: draft.to })}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      )}
      <MentionList mentions={mentions} onAccept={accept} />
      <textarea
        ref={area}
        className="field-input"
        rows={1}
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-invalid={excess > 0}
        dir="auto"
        {...mentions.aria}
        onChange={({ target }) => {
          onDraft({ ...draft, text: target.value });
          setCaret(target.selectionStart);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-tools">
        {view.rights.has('files') && edited === null && (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={({ target }) => {
                onFiles([...(target.files ?? [])]);
                target.value = '';
              }}
            />
            <IconButton label={m.files.attach} disabled={to === null} onPress={() => picker.current?.click()}>
              <Paperclip aria-hidden="true" />
            </IconButton>
          </>
        )}
        <EmojiPicker
          above={area}
          onPick={(character) =>
            write(`${text.slice(0, caret)}${character}${text.slice(caret)}`, caret + character.length)
          }
        />
        <span className="composer-send">
          <IconButton label={edited ? m.chat.save : m.chat.send} disabled={!ready} onPress={send}>
            {edited ? <Check aria-hidden="true" /> : <SendHorizontal aria-hidden="true" />}
          </IconButton>
        </span>
      </div>
      {excess > 0 && (
        <p className="field-error" role="status">
          {m.chat.tooLong(excess)}
        </p>
      )}
    </form>
  );
}

function nameOf(view: MeetingView, to: Addressee & { kind: 'person' }): string {
  return view.members.find(({ device }) => device === to.device)?.name ?? '';
}
