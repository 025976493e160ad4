import { z } from 'zod';
import { type AccountRole, accountRoles } from '../../shared/protocol/accounts.ts';

/** A claim that must hold a value: `groups=teachers`, or with a role: what whoever has it may do. */
export interface ClaimTest {
  readonly claim: string;
  readonly value: string;
}

export interface RoleRule extends ClaimTest {
  readonly role: AccountRole;
}

/** What the operator says about people of the provider. */
export interface Entitlement {
  readonly group: ClaimTest | null;
  /** Empty: everyone who may sign in may create meetings. */
  readonly roles: readonly RoleRule[];
}

type Claims = Readonly<Record<string, unknown>>;

/** Whether a claim, named by a path with dots as `realm_access.roles`, is the value or a list with it. */
function holds(claims: Claims, { claim, value }: ClaimTest): boolean {
  let found: unknown = Object.hasOwn(claims, claim) ? claims[claim] : claims;
  if (found === claims) {
    for (const part of claim.split('.')) {
      const inside = z.record(z.string(), z.unknown()).safeParse(found);
      found = inside.success && Object.hasOwn(inside.data, part) ? inside.data[part] : undefined;
    }
  }
  return Array.isArray(found) ? found.includes(value) : found === value;
}

/** The role of a person with these claims, the strongest of those that fit; null for who may not sign in. Pure. */
export function roleFromClaims(claims: Claims, { group, roles }: Entitlement): AccountRole | null {
  if (group && !holds(claims, group)) return null;
  if (roles.length === 0) return 'host';
  const held = roles.filter((rule) => holds(claims, rule)).map(({ role }) => role);
  return accountRoles.findLast((role) => held.includes(role)) ?? 'member';
}

/** Whether an account may create meetings. */
export function mayCreate(role: AccountRole): boolean {
  return role !== 'member';
}

const NAME_LENGTH = 100;

/** What to call a person by the provider's claims; kept for the account page only. */
export function nameFromClaims(claims: Claims): string {
  const named = [claims.name, claims.preferred_username, claims.email, claims.sub];
  const name = named.find((each): each is string => typeof each === 'string' && each.trim() !== '') ?? '';
  return name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '').slice(0, NAME_LENGTH);
}

/** "Firefox, Linux": enough to tell one's own devices apart. From the User-Agent header, which anyone may invent. */
export function deviceLabel(agent: string | undefined): string {
  const first = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(agent ?? ''))?.[1];
  const browser = first([
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrom(e|ium)\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = first([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux|CrOS/, 'Linux'],
  ]);
  return [browser, system].filter(Boolean).join(', ');
}
