import { ScrollText } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AuditRow } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { useAction } from '../account/useAccounts.ts';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Select } from '../components/Select.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { TextField } from '../components/TextField.tsx';
import { type AuditGroup, type AuditPeriod, auditGroups, auditPeriods } from './auditGroups.ts';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useDesk } from './useDesk.ts';

const ALL = 'all';
const isGroup = (id: string): id is AuditGroup => Object.hasOwn(auditGroups, id);
const isPeriod = (id: string): id is AuditPeriod => Object.hasOwn(auditPeriods, id);

interface Filter {
  readonly group: AuditGroup | typeof ALL;
  readonly about: string;
  readonly period: AuditPeriod;
}

/** Entries that fit a filter, newest first, older ones on demand. */
export function AuditRows() {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const desk = useDesk();
  const { busy, failure, run } = useAction();
  const [filter, setFilter] = useState<Filter>({ group: ALL, about: '', period: 'week' });
  const [rows, setRows] = useState<readonly AuditRow[] | null>(null);
  const [next, setNext] = useState<number | null>(null);

  const look = (from: number | null, before: readonly AuditRow[]) =>
    run('look', async () => {
      const ms = auditPeriods[filter.period];
      const page = await desk.audit({
        kinds: filter.group === ALL ? [] : [...auditGroups[filter.group]],
        about: filter.about.replace(/[^A-Za-z0-9_-]/g, ''),
        since: ms === null ? null : Date.now() - ms,
        before: from,
      });
      setRows([...before, ...page.rows]);
      setNext(page.next);
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when the filter changes, and then only.
  useEffect(() => {
    // While somebody types, only where they stop.
    const timer = setTimeout(() => void look(null, []), 250);
    return () => clearTimeout(timer);
  }, [filter]);

  return (
    <>
      <div className="admin-form">
        <Select
          label={t.audit.filterKind}
          value={filter.group}
          choices={[
            { id: ALL, name: t.audit.allKinds },
            ...Object.entries(t.audit.groups).map(([id, name]) => ({ id, name })),
          ]}
          onChange={(id) => setFilter({ ...filter, group: isGroup(id) ? id : ALL })}
        />
        <Select
          label={t.audit.period}
          value={filter.period}
          choices={Object.entries(t.audit.periods).map(([id, name]) => ({ id, name }))}
          onChange={(id) => setFilter({ ...filter, period: isPeriod(id) ? id : 'ever' })}
        />
        <TextField
          label={t.audit.about}
          description={t.audit.aboutHelp}
          value={filter.about}
          onChange={(about) => setFilter({ ...filter, about })}
          maxLength={64}
        />
      </div>
      <Problem code={failure} />
      {rows === null && failure === null && <Spinner text={m.common.loading} />}
      {rows?.length === 0 && next === null && (
        <EmptyState icon={<ScrollText aria-hidden="true" />} title={t.audit.empty} text={t.audit.emptyText} />
      )}
      {rows !== null && rows.length > 0 && <Rows rows={rows} />}
      {rows !== null && next !== null && (
        <div>
          <Button busy={busy !== null} onPress={() => void look(next, rows)}>
            {t.audit.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Rows({ rows }: { rows: readonly AuditRow[] }) {
  const t = useAdminTexts();
  const { moment, number } = useFormat();
  const kinds: Readonly<Record<string, string>> = t.audit.kinds;
  const names: Readonly<Record<string, string>> = t.audit.names;
  const answers = { true: t.yes, false: t.no };
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    way: t.audit.ways,
    what: t.audit.limits,
    why: t.audit.refusals,
    role: t.people.roles,
    on: answers,
    everywhere: answers,
  };
  return (
    <Table
      caption={t.audit.title}
      columns={[t.audit.entry, t.audit.when, t.audit.what, t.audit.details]}
      rows={rows.map(({ seq, at, kind, details }) => ({
        key: String(seq),
        cells: [
          number(seq),
          at === 0 ? '' : moment(at),
          kinds[kind] ?? kind,
          <span key="details" className="audit-details">
            {details
              .filter(([, value]) => value !== '')
              .map(([name, value]) => (
                <span key={name}>
                  {names[name] ?? name}{' '}
                  {words[name]?.[value] ? <b>{words[name][value]}</b> : <code>{value}</code>}
                </span>
              ))}
          </span>,
        ],
      }))}
    />
  );
}
