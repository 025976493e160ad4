import { Flag } from 'lucide-react';
import { useState } from 'react';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { Confirm } from '../components/Confirm.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { saveAs } from '../saveAs.ts';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useAsked, useDesk } from './useDesk.ts';

/** Sealed reports: fetched and deleted, never read here. */
export function ReportsSection() {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const desk = useDesk();
  const { moment, number } = useFormat();
  const reports = useAsked((asked) => asked.reports());
  const policies = useAsked((asked) => asked.policies());
  const { busy, failure, run } = useAction();
  const [toRemove, setToRemove] = useState<string | null>(null);
  const { value } = reports;
  const off = policies.value?.here.reports === false;
  const fetched = (id: string) =>
    run(`fetch ${id}`, async () => {
      saveAs(`${id}.sealed`, 'application/octet-stream', await desk.fetchReport(id));
    });
  const remove = (id: string) =>
    run(id, async () => {
      await desk.removeReport(id);
      await reports.reload();
    });
  return (
    <section className="admin-part" aria-labelledby="reports">
      <h2 id="reports">{t.reports.title}</h2>
      {off && <p className="admin-warn">{t.reports.off}</p>}
      {!(off && value?.length === 0) && (
        <>
          <p className="admin-note">{t.reports.text}</p>
          <pre className="admin-command">
            npm run report:open -- --key report-key.private.json --out opened ID.sealed
          </pre>
        </>
      )}
      <Problem code={reports.failure ?? failure} />
      {value === null && reports.failure === null && <Spinner text={m.common.loading} />}
      {value?.length === 0 && !off && (
        <EmptyState icon={<Flag aria-hidden="true" />} title={t.reports.empty} text={t.reports.emptyText} />
      )}
      {value !== null && value.length > 0 && (
        <Table
          caption={t.reports.title}
          columns={[t.reports.id, t.reports.received, t.reports.meeting, t.reports.size, t.actions]}
          rows={value.map(({ id, meeting, receivedAt, bytes }) => ({
            key: id,
            cells: [
              <code key="id">{id}</code>,
              moment(receivedAt),
              <code key="meeting">{meeting}</code>,
              t.reports.kib(number(Math.ceil(bytes / 1024))),
              <span key="acts" className="admin-acts">
                <Button
                  size="s"
                  busy={busy === `fetch ${id}`}
                  label={t.reports.fetchOf(id)}
                  onPress={() => void fetched(id)}
                >
                  {t.reports.fetch}
                </Button>
                <Button
                  size="s"
                  busy={busy === id}
                  label={t.reports.removeOf(id)}
                  onPress={() => setToRemove(id)}
                >
                  {t.reports.remove}
                </Button>
              </span>,
            ],
          }))}
        />
      )}
      {toRemove !== null && (
        <Confirm
          question={{
            title: t.reports.removeTitle,
            text: t.reports.removeText,
            confirm: t.reports.remove,
            tone: 'warn',
            act: () => void remove(toRemove),
          }}
          onClose={() => setToRemove(null)}
        />
      )}
    </section>
  );
}
