import type { EffectivePolicies, PolicyName, SitePoliciesView } from '../../../shared/protocol/admin.ts';
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
        <Policies rules={rulesOf(value.here, t, format, presetName)} others={value.others} />
      )}
    </section>
  );
}

function Policies({ rules, others }: { rules: readonly Rule[]; others: SitePoliciesView['others'] }) {
  const t = useAdminTexts();
  const { list } = useFormat();
  return (
    <>
      {others.map(({ node, differs }) => (
        <p key={node} className="admin-warn">
          {t.policies.differs(
            node,
            list(
              rules.filter(({ name }) => differs.includes(name)).map(({ rule }) => t.policies.quoted(rule)),
            ),
          )}
        </p>
      ))}
      <Table
        caption={t.policies.title}
        columns={[t.policies.rule, t.policies.value, t.policies.setting]}
        rows={rules.map(({ name, rule, holds, setting }) => ({
          key: name,
          cells: [rule, holds, <code key="setting">{setting}</code>],
        }))}
      />
    </>
  );
}

interface Rule {
  readonly name: PolicyName;
  readonly rule: string;
  readonly holds: string;
  readonly setting: string;
}

function rulesOf(
  policies: EffectivePolicies,
  t: AdminTexts,
  { list, number }: Format,
  presetName: (preset: EffectivePolicies['presets'][number]) => string,
): readonly Rule[] {
  const permission = (allowed: boolean) => (allowed ? t.policies.allowed : t.policies.refused);
  const rule = (name: PolicyName, rule: string, holds: string, setting: string) => ({
    name,
    rule,
    holds,
    setting,
  });
  const { networks } = policies;
  const fileMax = policies.fileMax === 0 ? t.policies.noFiles : `${number(policies.fileMax)} MiB`;
  return [
    rule('create', t.policies.create, t.policies[policies.create], 'SEALROOM_CREATE'),
    rule('provider', t.policies.provider, policies.provider ?? t.none, 'SEALROOM_OIDC_ISSUER'),
    rule('presets', t.policies.presets, list(policies.presets.map(presetName)), 'SEALROOM_PRESETS'),
    rule('guests', t.policies.guests, permission(policies.guests), 'SEALROOM_GUESTS'),
    rule(
      'networks',
      t.policies.networks,
      networks.length === 0 ? t.policies.every : list(networks),
      'SEALROOM_NETWORKS',
    ),
    rule(
      'minVersion',
      t.policies.minVersion,
      policies.minVersion ?? t.policies.anyVersion,
      'SEALROOM_MIN_VERSION',
    ),
    rule('meetingSize', t.policies.meetingSize, number(policies.meetingSize), 'SEALROOM_MEETING_SIZE'),
    rule('recording', t.policies.recording, permission(policies.recording), 'SEALROOM_RECORDING'),
    rule(
      'residency',
      t.policies.residency,
      policies.residency ? list(policies.residency.regions) : t.policies.anywhere,
      'SEALROOM_RESIDENCY',
    ),
    rule('fileMax', t.policies.fileMax, fileMax, 'SEALROOM_FILE_MAX'),
    rule('keepDays', t.policies.keepDays, t.policies.days(policies.keepDays), 'SEALROOM_KEEP_DAYS'),
    rule('reports', t.policies.takesReports, policies.reports ? t.yes : t.no, 'SEALROOM_REPORT_KEY'),
    rule('reportDays', t.policies.reportDays, t.policies.days(policies.reportDays), 'SEALROOM_REPORT_DAYS'),
    rule(
      'drainMinutes',
      t.policies.drainMinutes,
      t.policies.minutes(policies.drainMinutes),
      'SEALROOM_DRAIN_MINUTES',
    ),
  ];
}
