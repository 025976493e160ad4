import type { EffectivePolicies } from '../../../shared/protocol/admin.ts';
import type { AdminTexts } from '../../i18n/admin.en.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import type { Format } from '../../i18n/format.ts';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useAsked } from './useDesk.ts';

/** What the operator's settings allow, and which setting says so. Nothing is changed here. */
export function PoliciesSection() {
  const t = useAdminTexts();
  const m = useSiteMessages();
  const format = useFormat();
  const { value, failure } = useAsked((desk) => desk.policies());
  const presetName = (preset: EffectivePolicies['presets'][number]) => m.presets[preset].name;
  return (
    <section className="admin-part" aria-labelledby="policies">
      <h2 id="policies">{t.policies.title}</h2>
      <p className="admin-note">{t.policies.text}</p>
      <Problem code={failure} />
      {value === null && failure === null && <Spinner text={m.common.loading} />}
      {value !== null && (
        <Table
          caption={t.policies.title}
          columns={[t.policies.rule, t.policies.value, t.policies.setting]}
          rows={rulesOf(value, t, format, presetName).map(([rule, holds, setting]) => ({
            key: setting,
            cells: [rule, holds, <code key="setting">{setting}</code>],
          }))}
        />
      )}
    </section>
  );
}

/** Rule, value and setting, line by line. */
function rulesOf(
  policies: EffectivePolicies,
  t: AdminTexts,
  { list, number }: Format,
  presetName: (preset: EffectivePolicies['presets'][number]) => string,
): readonly (readonly [string, string, string])[] {
  const permission = (allowed: boolean) => (allowed ? t.policies.allowed : t.policies.refused);
  return [
    [t.policies.create, t.policies[policies.create], 'SEALROOM_CREATE'],
    [t.policies.provider, policies.provider ?? t.none, 'SEALROOM_OIDC_ISSUER'],
    [t.policies.presets, list(policies.presets.map(presetName)), 'SEALROOM_PRESETS'],
    [t.policies.guests, permission(policies.guests), 'SEALROOM_GUESTS'],
    [
      t.policies.networks,
      policies.networks.length === 0 ? t.policies.every : policies.networks.join(', '),
      'SEALROOM_NETWORKS',
    ],
    [t.policies.minVersion, policies.minVersion ?? t.none, 'SEALROOM_MIN_VERSION'],
    [t.policies.meetingSize, number(policies.meetingSize), 'SEALROOM_MEETING_SIZE'],
    [t.policies.recording, permission(policies.recording), 'SEALROOM_RECORDING'],
    [
      t.policies.fileMax,
      policies.fileMax === 0 ? t.policies.noFiles : `${number(policies.fileMax)} MiB`,
      'SEALROOM_FILE_MAX',
    ],
    [t.policies.keepDays, t.policies.days(policies.keepDays), 'SEALROOM_KEEP_DAYS'],
    [t.policies.takesReports, policies.reports ? t.yes : t.no, 'SEALROOM_REPORT_KEY'],
    [t.policies.reportDays, t.policies.days(policies.reportDays), 'SEALROOM_REPORT_DAYS'],
    [t.policies.drainMinutes, t.policies.minutes(policies.drainMinutes), 'SEALROOM_DRAIN_MINUTES'],
  ];
}
