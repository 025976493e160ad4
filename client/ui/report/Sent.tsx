import type { ReportId } from '../../../shared/ids.ts';
import { useMessages } from '../../i18n/messages.tsx';

/** The report is on its way: what happens next, and how to ask about it. */
export function Sent({ report }: { report: ReportId }) {
  const m = useMessages();
  return (
    <>
      <p>{m.report.sentText}</p>
      <dl className="report-facts">
        <div>
          <dt>{m.report.reference}</dt>
          <dd>
            <code>{report}</code>
          </dd>
        </div>
      </dl>
      <p>{m.report.referenceHelp}</p>
    </>
  );
}
