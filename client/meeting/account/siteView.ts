import type { SiteAccounts } from '../../../shared/protocol/accounts.ts';
import { OWN_PAGE_HEADER } from '../../../shared/protocol/ownPage.ts';
import type { OperatorKey } from '../../../shared/residency.ts';
import { presets } from '../../../shared/roles.ts';
import type { SiteView } from '../../ui/account/accounts.ts';

const PATIENCE_MS = 120_000;

/** What the site answers to a question for which one needs no account; null where it does not answer. */
export async function askSimply(path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(path, { headers: { [OWN_PAGE_HEADER]: '1' }, signal });
    return await response.json();
  } catch {
    return null;
  }
}

/**
 * Of the answer to GET /api/site what the start page shows; null where it is of another form. By hand, because
 * every visitor's start page would carry the schemas for this alone; a test holds it to `siteAccounts`.
 */
export function readSiteView(answer: unknown): SiteView | null {
  const site = membersOf(answer);
  const create = site.get('create');
  const signIn = readSignIn(site.get('signIn'));
  const [policies, regions] = [membersOf(site.get('policies')), membersOf(site.get('regions'))];
  const [allowed, recording] = [policies.get('presets'), policies.get('recording')];
  if ((create !== 'anyone' && create !== 'signed-in') || signIn === null) return null;
  if (!Array.isArray(allowed) || allowed.length === 0) return null;
  if (typeof recording !== 'boolean') return null;
  const residency = readResidency(policies.get('residency'));
  if (residency === undefined) return null;
  const known = presets.filter((preset) => allowed.includes(preset));
  if (!allowed.every((each) => known.includes(each))) return null;
  return {
    create,
    signIn,
    policies: { presets: known, recording, residency },
    regions: readRegions(regions.get('operator'), regions.get('names')),
  };
}

const OPERATOR_KEY = /^[A-Za-z0-9_-]{43}$/;

/** An operator's key and names of regions. Null also where they cannot be read. */
function readRegions(operator: unknown, names: unknown): SiteView['regions'] {
  if (typeof operator !== 'string' || !OPERATOR_KEY.test(operator)) return null;
  if (!Array.isArray(names) || names.length === 0) return null;
  if (!names.every((name): name is string => typeof name === 'string' && name !== '')) return null;
  // The form of the brand; founding holds it to the schema.
  return { operator: operator as OperatorKey, names };
}

/** Where the operator lets media pass; undefined where that cannot be read. */
function readResidency(answer: unknown): SiteView['policies']['residency'] | undefined {
  if (answer === null || answer === undefined) return null;
  const residency = membersOf(answer);
  const read = readRegions(residency.get('operator'), residency.get('regions'));
  return read ? { operator: read.operator, regions: read.names } : undefined;
}

function readSignIn(answer: unknown): SiteAccounts['signIn'] | null {
  const signIn = membersOf(answer);
  const [provider, passkey] = [signIn.get('provider'), signIn.get('passkey')];
  if (typeof passkey !== 'boolean') return null;
  if (provider === null) return { provider, passkey };
  const name = membersOf(provider).get('name');
  return typeof name === 'string' ? { provider: { name }, passkey } : null;
}

/** Whether the answer to GET /api/account says that nobody is signed in. */
export function isNobody(answer: unknown): boolean {
  return membersOf(answer).get('account') === null;
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
