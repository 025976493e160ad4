import { type Permission, type Policy, permissions, type Role } from '../../../shared/roles.ts';
import { sameResidency } from '../../../shared/sameResidency.ts';

/** Which way a change goes: `looser` lets more people in or lets them do more. */
export type Direction = 'looser' | 'stricter' | 'other';

/** Roles whose rights a policy sets; the host's are fixed. */
export const ruledRoles = ['cohost', 'presenter', 'participant', 'guest'] as const satisfies readonly Role[];
export type RuledRole = (typeof ruledRoles)[number];

/** One way in which rules differ from others. */
export type PolicyChange = { readonly direction: Direction } & (
  | { readonly rule: 'lobby' | 'muteOnEntry' | 'watermark'; readonly on: boolean }
  | { readonly rule: 'who'; readonly who: Policy['who'] }
  | { readonly rule: 'staff' | 'label' | 'otherOperator' }
  /** Null: anywhere. */
  | { readonly rule: 'regions'; readonly regions: readonly string[] | null }
  | { readonly rule: 'hostGone'; readonly hostGone: Policy['hostGone']; readonly minutes: number }
  | { readonly rule: 'autoLock'; readonly minutes: number | null }
  | {
      readonly rule: 'right';
      readonly right: Permission;
      /** Whoever gains or loses it. */
      readonly roles: readonly RuledRole[];
      readonly given: boolean;
    }
);

/** Strictest last. */
const whoOrder: readonly Policy['who'][] = ['anyone', 'invited', 'verified'];
const goneOrder: readonly Policy['hostGone'][] = ['continue', 'freeze', 'end'];

const towards = (stricter: boolean): Direction => (stricter ? 'stricter' : 'looser');

/**
 * How `to` differs from `from`, in the order people are told. Empty where both rule alike; the name of the
 * preset is no rule.
 */
export function policyChanges(from: Policy, to: Policy): readonly PolicyChange[] {
  const changes: PolicyChange[] = [];
  if (from.lobby !== to.lobby) {
    changes.push({ rule: 'lobby', on: to.lobby, direction: towards(to.lobby) });
  }
  if (from.who !== to.who) {
    const stricter = whoOrder.indexOf(to.who) > whoOrder.indexOf(from.who);
    changes.push({ rule: 'who', who: to.who, direction: towards(stricter) });
  }
  if (JSON.stringify(from.staff) !== JSON.stringify(to.staff)) {
    changes.push({ rule: 'staff', direction: 'other' });
  }
  for (const rule of ['muteOnEntry', 'watermark'] as const) {
    if (from[rule] !== to[rule]) changes.push({ rule, on: to[rule], direction: towards(to[rule]) });
  }
  if (from.autoLockMinutes !== to.autoLockMinutes) {
    const minutes = to.autoLockMinutes;
    const stricter = (minutes ?? Infinity) < (from.autoLockMinutes ?? Infinity);
    changes.push({ rule: 'autoLock', minutes, direction: towards(stricter) });
  }
  const gone = goneChange(from, to);
  if (gone) changes.push(gone);
  if (from.label !== to.label) changes.push({ rule: 'label', direction: 'other' });
  changes.push(...regionChanges(from.residency, to.residency));
  return [...changes, ...rightChanges(from, to)];
}

function goneChange(from: Policy, to: Policy): PolicyChange | null {
  const { hostGone, hostGoneMinutes: minutes } = to;
  if (from.hostGone !== hostGone) {
    const stricter = goneOrder.indexOf(hostGone) > goneOrder.indexOf(from.hostGone);
    return { rule: 'hostGone', hostGone, minutes, direction: towards(stricter) };
  }
  // Minutes count only where the meeting ends after them.
  if (hostGone !== 'end' || from.hostGoneMinutes === minutes) return null;
  return { rule: 'hostGone', hostGone, minutes, direction: towards(minutes < from.hostGoneMinutes) };
}

function regionChanges(from: Policy['residency'], to: Policy['residency']): PolicyChange[] {
  if (sameResidency(from, to)) return [];
  if (from && to && from.operator !== to.operator) return [{ rule: 'otherOperator', direction: 'other' }];
  if (!to) return [{ rule: 'regions', regions: null, direction: 'looser' }];
  const { regions } = to;
  if (!from || regions.every((region) => from.regions.includes(region)))
    return [{ rule: 'regions', regions, direction: 'stricter' }];
  const wider = from.regions.every((region) => regions.includes(region));
  return [{ rule: 'regions', regions, direction: wider ? 'looser' : 'other' }];
}

function rightChanges(from: Policy, to: Policy): PolicyChange[] {
  const has = (rules: Policy, who: RuledRole, right: Permission) => rules.permissions[who].includes(right);
  return Object.values(permissions).flatMap((right): PolicyChange[] => {
    const gained = ruledRoles.filter((who) => !has(from, who, right) && has(to, who, right));
    const lost = ruledRoles.filter((who) => has(from, who, right) && !has(to, who, right));
    return [...change(gained, true, right), ...change(lost, false, right)];
  });
}

function change(roles: readonly RuledRole[], given: boolean, right: Permission): PolicyChange[] {
  return roles.length === 0 ? [] : [{ rule: 'right', right, roles, given, direction: towards(!given) }];
}

/** Whether two policies rule alike, whatever they are called. */
export function sameRules(one: Policy, other: Policy): boolean {
  return policyChanges(one, other).length === 0;
}

/** Whether anything in `to` is looser than in `from`. */
export function isLooser(from: Policy, to: Policy): boolean {
  return policyChanges(from, to).some(({ direction }) => direction === 'looser');
}

/** With a right given to or taken from some roles. */
export function withRight(
  policy: Policy,
  roles: readonly RuledRole[],
  right: Permission,
  on: boolean,
): Policy {
  const rights = { ...policy.permissions };
  for (const who of roles) {
    const others = rights[who].filter((each) => each !== right);
    rights[who] = on ? [...others, right] : others;
  }
  return { ...policy, permissions: rights };
}
