import { type EffectivePolicies, type PolicyName, policyName } from '../../shared/protocol/admin.ts';
import type { Config } from '../config/config.ts';

const MIB = 1024 ** 2;

/** What a server's settings allow, as administrators are shown it. */
export function policiesOf({
  accounts,
  drainMs,
  files,
  policies,
  reportDays,
  reportKey,
}: Pick<
  Config,
  'policies' | 'accounts' | 'reportDays' | 'reportKey' | 'files' | 'drainMs'
>): EffectivePolicies {
  const { presets, networks, ...rest } = policies;
  return {
    ...rest,
    create: accounts.create,
    presets: [...presets],
    networks: [...networks],
    reportDays,
    reports: reportKey !== null,
    fileMax: files.fileBytes / MIB,
    drainMinutes: drainMs / 60_000,
    provider: accounts.provider?.name ?? null,
  };
}

/** What holds at one server and not at another. */
export function differencesOf(one: EffectivePolicies, other: EffectivePolicies): PolicyName[] {
  const textOf = (value: EffectivePolicies[PolicyName]) =>
    JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return policyName.options.filter((name) => textOf(one[name]) !== textOf(other[name]));
}
