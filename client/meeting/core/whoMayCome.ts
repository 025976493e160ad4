import { isRemembered } from '../../../shared/records/rights.ts';
import type { Policy } from '../../../shared/roles.ts';
import type { CoreContext } from './context.ts';

/** The rule that leaves this device out as it comes, by what is proven of it; null where it may ask. */
export function ruleAgainst(
  { access, identity, records }: Pick<CoreContext, 'access' | 'identity' | 'records'>,
  idToken: string | undefined,
): Exclude<Policy['who'], 'anyone'> | null {
  if (!records.known || !access.known) return null;
  const { chain } = records;
  const { who } = chain.policy;
  if (who === 'anyone' || idToken !== undefined) return null;
  if (isRemembered(chain, identity.key) || chain.sentBack.has(identity.key)) return null;
  const invitation = chain.invitations.get(access.current.invitation.key);
  return who === 'invited' && invitation?.personal ? null : who;
}
