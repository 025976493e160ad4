import { reportLimits, reportReasons } from '../../e2ee/reports/limits.ts';
import { useMessages } from '../../i18n/messages.tsx';
import type { ReportView } from '../../meeting/reportView.ts';
import { CheckList } from '../components/CheckList.tsx';
import { RadioCards } from '../components/RadioCards.tsx';
import { TextArea } from '../components/TextArea.tsx';
import type { Draft } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly people: ReportView['people'];
  /** Whether the person wanted to go on without a reason. */
  readonly missing: boolean;
  readonly onDraft: (draft: Draft) => void;
}

/** What happened, in a word and in one's own, and who it is about. */
export function WhatStep({ draft, people, missing, onDraft }: Props) {
  const m = useMessages();
  return (
    <div className="report-part">
      {missing && (
        <p className="field-error" role="alert">
          {m.report.pickReason}
        </p>
      )}
      <RadioCards
        label={m.report.reason}
        choices={reportReasons.map((value) => ({ value, name: m.report.reasons[value] }))}
        value={draft.reason}
        onChange={(reason) => onDraft({ ...draft, reason })}
      />
      <TextArea
        label={m.report.words}
        description={m.report.wordsHelp}
        value={draft.text}
        maxLength={reportLimits.textCharacters}
        onChange={(text) => onDraft({ ...draft, text })}
      />
      {people.length === 0 ? (
        <p>{m.report.aboutNobody}</p>
      ) : (
        <CheckList
          label={m.report.about}
          choices={people.map(({ device, name, here }) => ({
            value: device,
            name,
            ...(here ? {} : { text: m.report.gone }),
          }))}
          chosen={draft.about}
          onChange={(about) => onDraft({ ...draft, about })}
        />
      )}
    </div>
  );
}
