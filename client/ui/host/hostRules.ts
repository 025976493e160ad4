import {
  type Permission,
  type Policy,
  type Preset,
  presetPolicy,
  withoutRecording,
} from '../../../shared/roles.ts';
import { type RuledRole, withRight } from '../policy/policyChanges.ts';

/**
 * The rules of another kind of meeting. What is no part of a kind stays as it is: who may come, whose
 * word counts for staff, classification, watermark, and where media may pass. The right to record is in none where the
 * site refuses it.
 */
export function withPreset(policy: Policy, preset: Preset, recordingAllowed: boolean): Policy {
  const { who, staff, label, watermark, hostGoneMinutes, residency } = policy;
  const kept = { who, staff, label, watermark, hostGoneMinutes };
  const kind = recordingAllowed ? presetPolicy(preset) : withoutRecording(presetPolicy(preset));
  return { ...kind, ...kept, ...(residency && { residency }) };
}

/** Whether a role has a right by a policy. */
export function has(policy: Policy, role: RuledRole, right: Permission): boolean {
  return policy.permissions[role].includes(right);
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
