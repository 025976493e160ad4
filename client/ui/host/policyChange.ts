import {
  type Permission,
  type Policy,
  type Preset,
  permissions,
  presetPolicy,
  type Role,
  roles,
} from '../../../shared/roles.ts';

type What =
  | { readonly about: 'lobby' | 'muteOnEntry' | 'watermark'; readonly on: boolean }
  | { readonly about: 'who'; readonly who: Policy['who'] }
  | { readonly about: 'hostGone'; readonly next: Policy['hostGone'] }
  | { readonly about: 'autoLock'; readonly minutes: number | null }
  | {
      readonly about: 'right';
      readonly right: Permission;
      readonly given: boolean;
      readonly roles: readonly Role[];
    };

/** One difference between two policies. */
export type PolicyChange = What & {
  /** More people may come, or somebody may do more than before. */
  readonly looser: boolean;
};

/** Roles whose rights a policy sets; the host's are fixed. */
export const ruledRoles = roles.filter((role) => role !== 'host');
export type RuledRole = (typeof ruledRoles)[number];

const openness: Record<Policy['who'], number> = { verified: 0, invited: 1, anyone: 2 };

/** Everything by which `to` differs from `from`, for people to read before it is in force. */
export function changesOf(from: Policy, to: Policy): readonly PolicyChange[] {
  const changes: PolicyChange[] = [];
  if (from.lobby !== to.lobby) changes.push({ about: 'lobby', on: to.lobby, looser: !to.lobby });
  if (from.who !== to.who) {
    changes.push({ about: 'who', who: to.who, looser: openness[to.who] > openness[from.who] });
  }
  if ((from.autoLockMinutes ?? Infinity) !== (to.autoLockMinutes ?? Infinity)) {
    const looser = (to.autoLockMinutes ?? Infinity) > (from.autoLockMinutes ?? Infinity);
    changes.push({ about: 'autoLock', minutes: to.autoLockMinutes, looser });
  }
  if (from.muteOnEntry !== to.muteOnEntry) {
    changes.push({ about: 'muteOnEntry', on: to.muteOnEntry, looser: !to.muteOnEntry });
  }
  if (from.hostGone !== to.hostGone) {
    changes.push({ about: 'hostGone', next: to.hostGone, looser: to.hostGone === 'continue' });
  }
  if (from.watermark !== to.watermark) {
    changes.push({ about: 'watermark', on: to.watermark, looser: !to.watermark });
  }
  for (const right of Object.values(permissions)) {
    const given = ruledRoles.filter((role) => !has(from, role, right) && has(to, role, right));
    const taken = ruledRoles.filter((role) => has(from, role, right) && !has(to, role, right));
    if (given.length > 0) changes.push({ about: 'right', right, given: true, roles: given, looser: true });
    if (taken.length > 0) changes.push({ about: 'right', right, given: false, roles: taken, looser: false });
  }
  return changes;
}

/**
 * The rules of another kind of meeting. What is no part of a kind stays as it is: who may come, whose
 * word counts for staff, classification and watermark.
 */
export function withPreset(policy: Policy, preset: Preset): Policy {
  const { who, staff, label, watermark, hostGoneMinutes } = policy;
  return { ...presetPolicy(preset), who, staff, label, watermark, hostGoneMinutes };
}

/** Whether a role has a right by a policy. */
export function has(policy: Policy, role: RuledRole, right: Permission): boolean {
  return policy.permissions[role].includes(right);
}

/** The policy with one right given to some roles, or taken from them. */
export function withRight(
  policy: Policy,
  given: readonly RuledRole[],
  right: Permission,
  on: boolean,
): Policy {
  const rights = { ...policy.permissions };
  for (const role of given) {
    const others = rights[role].filter((each) => each !== right);
    rights[role] = on ? [...others, right] : others;
  }
  return { ...policy, permissions: rights };
}

const writers = ['participant', 'guest'] as const;

/** To whom participants and guests may write. */
export const chatModes = ['everyone', 'hosts', 'off'] as const;
export type ChatMode = (typeof chatModes)[number];

/** The choice that the rights of participants and guests amount to; null for a mixture. */
export function chatModeOf(policy: Policy): ChatMode | null {
  const all = (right: Permission, on: boolean) => writers.every((role) => has(policy, role, right) === on);
  if (all('chat', true)) return 'everyone';
  if (!all('chat', false) || !all('privateChat', false)) return null;
  if (all('chatHosts', true)) return 'hosts';
  return all('chatHosts', false) ? 'off' : null;
}

/** The policy with that choice made. Opening a closed chat again gives back what the kind of meeting gives. */
export function withChatMode(policy: Policy, mode: ChatMode): Policy {
  const kind = presetPolicy(policy.preset);
  const before = chatModeOf(policy);
  let next = withRight(policy, writers, 'chat', mode === 'everyone');
  next = withRight(next, writers, 'chatHosts', mode !== 'off');
  for (const role of writers) {
    const kept = (right: Permission, closed: boolean) =>
      has(policy, role, right) || (closed && has(kind, role, right));
    const aside = mode === 'everyone' && kept('privateChat', before === 'hosts' || before === 'off');
    next = withRight(next, [role], 'privateChat', aside);
    next = withRight(next, [role], 'files', mode !== 'off' && kept('files', before === 'off'));
  }
  return next;
}
