import { reportLimits } from '../../e2ee/reports/limits.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ChatMessageView } from '../../meeting/chatView.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Select } from '../components/Select.tsx';
import type { Draft } from './draft.ts';
import { StillPicker } from './StillPicker.tsx';

interface Props {
  readonly draft: Draft;
  readonly view: MeetingView;
  readonly onDraft: (draft: Draft) => void;
}

const AMOUNTS = [0, 5, 10, 20, 50];

/** What goes with the report; everything is shown before it does. */
export function AttachStep({ draft, view, onDraft }: Props) {
  const m = useMessages();
  const said = view.chat.filter(({ state, change }) => state === 'sent' && change !== 'deleted');
  const most = Math.min(said.length, reportLimits.chat);
  const amounts = new Set([...AMOUNTS.filter((amount) => amount < most), most, draft.chat.length]);
  return (
    <>
      <section className="report-part">
        <h4>{m.report.chat}</h4>
        {said.length === 0 ? (
          <p>{m.report.chatNone}</p>
        ) : (
          <Select
            label={m.report.chatCount}
            choices={[...amounts]
              .sort((one, other) => one - other)
              .map((amount) => ({ id: String(amount), name: m.report.chatAmount(amount) }))}
            value={String(draft.chat.length)}
            onChange={(amount) => {
              // Fixed when chosen: what comes in later does not slip into the report.
              const chosen = Number(amount) === 0 ? [] : said.slice(-Number(amount));
              onDraft({ ...draft, chat: chosen.map(({ id }) => id) });
            }}
          />
        )}
        {draft.chat.length > 0 && (
          <Messages messages={view.chat.filter(({ id }) => draft.chat.includes(id))} />
        )}
      </section>
      <section className="report-part">
        <h4>{m.report.still}</h4>
        <StillPicker draft={draft} view={view} onDraft={onDraft} />
      </section>
    </>
  );
}

function Messages({ messages }: { messages: readonly ChatMessageView[] }) {
  const m = useMessages();
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list has to be reachable by keyboard
    <ol className="report-chat" aria-label={m.report.chatShown} tabIndex={0}>
      {messages.map(({ id, name, at, text, file }) => (
        <li key={id}>
          <p className="report-chat-head">
            <bdi>{name}</bdi> · {format.time(at)}
          </p>
          {text !== '' && <p dir="auto">{text}</p>}
          {file !== null && (
            <p>
              {m.report.file.file}: <bdi>{file.name}</bdi>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
