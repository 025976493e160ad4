import type { ReactNode } from 'react';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { ReportView } from '../../meeting/reportView.ts';
import { Banner } from '../components/Banner.tsx';
import { codeGroups } from '../panels/safetyCode.ts';
import type { Draft } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly report: ReportView;
  readonly saved: boolean;
}

/** What is about to be sealed, and to whom. */
export function SendStep({ draft, report, saved }: Props) {
  const m = useMessages();
  const format = useFormat();
  const { progress, fingerprint } = report;
  const names = report.people.filter(({ device }) => draft.about.includes(device)).map(({ name }) => name);
  return (
    <>
      {progress.name === 'failed' && (
        <div role="alert">
          <Banner tone="warn" title={m.errors[progress.code].title}>
            {m.common.sentences(m.errors[progress.code].text, m.report.failedKept)}
          </Banner>
        </div>
      )}
      <section className="report-part">
        <h4>{m.report.goes}</h4>
        <dl className="report-facts">
          <Fact name={m.report.goesReason}>{draft.reason !== null && m.report.reasons[draft.reason]}</Fact>
          <Fact name={m.report.goesAbout}>
            {names.length === 0 ? m.report.goesNobody : <bdi>{format.list(names)}</bdi>}
          </Fact>
          <Fact name={m.report.goesWords}>
            {draft.text.trim() === '' ? m.report.goesNoWords : <span dir="auto">{draft.text}</span>}
          </Fact>
          <Fact name={m.report.chat}>{m.report.goesChat(draft.chat.length)}</Fact>
          <Fact name={m.report.still}>{m.report.goesStill(draft.still !== null)}</Fact>
          <Fact name={m.report.goesAlways}>{m.report.goesAlwaysText}</Fact>
        </dl>
      </section>
      {fingerprint === null ? (
        <Banner tone="warn" title={m.report.noKeyTitle}>
          {m.report.noKeyText}
        </Banner>
      ) : (
        <section className="report-part">
          <h4>{m.report.sealedTo}</h4>
          <p>{m.report.sealedToText}</p>
          <p className="field-label">{m.report.fingerprint}</p>
          <p className="report-fingerprint">
            {codeGroups(fingerprint).map((group, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
              <span key={index}>{group}</span>
            ))}
          </p>
          <p>{m.report.fingerprintHelp}</p>
        </section>
      )}
      <p role="status">
        {progress.name === 'sending' && m.report.sending}
        {saved && m.report.saved}
      </p>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
