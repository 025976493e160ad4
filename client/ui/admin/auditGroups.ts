/** Kinds of audit entries by what somebody looks for. */
export const auditGroups = {
  meetings: ['meeting-founded', 'meeting-ended', 'meeting-stopped'],
  signIns: [
    'sign-in',
    'sign-in-refused',
    'sign-out',
    'session-stolen',
    'session-ended',
    'passkey-added',
    'passkey-removed',
  ],
  administration: [
    'account-removed',
    'invite-made',
    'invite-withdrawn',
    'role-changed',
    'sessions-revoked',
    'meeting-stopped',
    'drain',
    'report-fetched',
    'report-deleted',
    'audit-exported',
    'admin-refused',
  ],
  limits: ['sign-in-refused', 'admin-refused', 'limited', 'session-stolen'],
  server: ['start', 'stop', 'signed', 'drain'],
} as const;
export type AuditGroup = keyof typeof auditGroups;

/** How far back each choice looks, in milliseconds; null: to the beginning. */
export const auditPeriods = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  ever: null,
} as const;
export type AuditPeriod = keyof typeof auditPeriods;
