import { z } from 'zod';
import { finding } from '../doctor/finding.ts';
import { meetingId, reportId } from '../ids.ts';
import { residency } from '../residency.ts';
import { presets } from '../roles.ts';
import { accountId, accountRole, createRules } from './accounts.ts';

// What administrators ask of the site, under /api/admin. Times are milliseconds since 1970, shares 0 to 1.

/**
 * What a meeting is called here: a keyed hash, as in the audit log. Its id stands in links and is how devices reach
 * it, so an administrator who need not know it is not told.
 */
export const meetingTag = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

const count = z.number().int().nonnegative();

/** What a server measured at one time. Rates are those since the time before. */
export const sample = z.strictObject({
  at: z.number(),
  meetings: count,
  /** Connections to meetings, waiting ones included. */
  people: count,
  /** Streams that come from devices, and that go to them. */
  streamsIn: count,
  streamsOut: count,
  /** Media from and to devices, in bit/s. */
  bitsIn: z.number(),
  bitsOut: z.number(),
  /** Share of one core: mean over the media workers, and the server's own process. */
  mediaCpu: z.number(),
  serverCpu: z.number(),
});
export type Sample = z.infer<typeof sample>;

/** A meeting that somebody is in. */
export const liveMeeting = z.strictObject({
  meeting: meetingTag,
  since: z.number(),
  members: count,
  waiting: count,
  connected: count,
  streamsIn: count,
  streamsOut: count,
  /** Streams whose quality is poor where they arrive. */
  weak: count,
  /** Name of the server that runs it. */
  node: z.string(),
});
export type LiveMeetingView = z.infer<typeof liveMeeting>;

/** What one server has to say of itself. */
export const nodeFigures = z.strictObject({
  version: z.string(),
  workers: z.strictObject({ running: count, wanted: count }),
  drain: z.strictObject({
    until: z.number().nullable(),
    /** It stops by itself when nobody is left, and cannot be called off. */
    final: z.boolean(),
    /** Minutes that it usually takes at most. */
    minutes: count,
  }),
  connections: count,
  /** Oldest first, of the last hour. */
  samples: z.array(sample),
});
export type NodeFigures = z.infer<typeof nodeFigures>;

/** One server of the site. */
const adminNode = z.strictObject({
  name: z.string(),
  region: z.string().nullable(),
  load: z.number(),
  draining: z.boolean(),
  /** The server that answers. */
  here: z.boolean(),
  /** Null where it did not answer in time. */
  figures: nodeFigures.nullable(),
});
export type AdminNode = z.infer<typeof adminNode>;

/** GET /api/admin/overview. */
export const overview = z.strictObject({
  now: z.number(),
  /** The one that answers first. */
  nodes: z.array(adminNode),
  /** Of all servers that answered. */
  meetings: z.array(liveMeeting),
});
export type Overview = z.infer<typeof overview>;

/** POST /api/admin/meetings/end: one of the list, or by the id in a link. */
export const endByOperator = z.union([
  z.strictObject({ meeting: meetingTag }),
  z.strictObject({ id: meetingId }),
]);
export type EndByOperator = z.infer<typeof endByOperator>;
/** POST /api/admin/meetings/find: what a meeting is called here, by the id in a link that somebody complained about. */
export const findMeeting = z.strictObject({ id: meetingId });
export const foundMeeting = z.strictObject({
  meeting: meetingTag,
  state: z.enum(['open', 'ended']),
  createdAt: z.number(),
});
export type FoundMeetingView = z.infer<typeof foundMeeting>;

/** POST /api/admin/drain. `minutes`: by when people are told that the server restarts; null calls it off. */
export const drainRequest = z.strictObject({
  /** Name of the server. */
  node: z.string().max(64),
  minutes: z.number().int().min(0).max(1_440).nullable(),
});

export const adminAccount = z.strictObject({
  id: accountId,
  name: z.string(),
  role: accountRole,
  kind: z.enum(['provider', 'local']),
  createdAt: z.number(),
  sessions: count,
  passkeys: count,
  /** The administrator who asks. */
  self: z.boolean(),
});
export type AdminAccount = z.infer<typeof adminAccount>;
/** GET /api/admin/accounts. */
export const adminAccounts = z.strictObject({ accounts: z.array(adminAccount) });
/** POST /api/admin/accounts/role: of local accounts. */
export const changeRole = z.strictObject({ id: accountId, role: accountRole });
/** POST /api/admin/accounts/revoke ends its sessions; /api/admin/accounts/remove the account. */
export const oneAccount = z.strictObject({ id: accountId });

export const adminInvite = z.strictObject({
  /** Hash of the link's token, which opens nothing. */
  id: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  name: z.string(),
  role: accountRole,
  /** Opens an account again, instead of making one. */
  reopens: z.boolean(),
  expiresAt: z.number(),
});
export type AdminInvite = z.infer<typeof adminInvite>;
/** GET /api/admin/invites. */
export const adminInvites = z.strictObject({ invites: z.array(adminInvite) });
/** POST /api/admin/invites. `account`: one to open again for somebody who lost their passkey. */
export const makeInvite = z.strictObject({
  name: z.string().trim().min(1).max(60),
  role: accountRole.exclude(['member']),
  hours: z.number().int().min(1).max(720),
  account: accountId.nullable(),
});
export type MakeInvite = z.infer<typeof makeInvite>;
/** Path and fragment, shown once. */
export const madeInvite = z.strictObject({ path: z.string() });
/** POST /api/admin/invites/withdraw. */
export const withdrawInvite = adminInvite.pick({ id: true });

/** What holds at a server, by its settings. */
export const effectivePolicies = z.strictObject({
  create: z.enum(createRules),
  presets: z.array(z.enum(presets)),
  guests: z.boolean(),
  networks: z.array(z.string()),
  minVersion: z.string().nullable(),
  meetingSize: count,
  recording: z.boolean(),
  residency: residency.nullable(),
  keepDays: count,
  reportDays: count,
  reports: z.boolean(),
  /** Largest file in MiB; 0: none. */
  fileMax: z.number(),
  drainMinutes: count,
  provider: z.string().nullable(),
});
export type EffectivePolicies = z.infer<typeof effectivePolicies>;
export const policyName = effectivePolicies.keyof();
export type PolicyName = z.infer<typeof policyName>;
/** GET /api/admin/policies. Each server enforces its own settings, so those of a site must agree. */
export const sitePolicies = z.strictObject({
  /** At the server that answers. */
  here: effectivePolicies,
  /** Servers at which something else holds, and what. */
  others: z.array(z.strictObject({ node: z.string(), differs: z.array(policyName) })),
});
export type SitePoliciesView = z.infer<typeof sitePolicies>;

export const adminReport = z.strictObject({
  id: reportId,
  meeting: meetingTag,
  receivedAt: z.number(),
  /** Length of the sealed report. */
  bytes: count,
});
export type AdminReport = z.infer<typeof adminReport>;
/** GET /api/admin/reports, newest first; GET /api/admin/reports/:id answers the sealed bytes. */
export const adminReports = z.strictObject({ reports: z.array(adminReport) });
/** POST /api/admin/reports/remove. */
export const oneReport = adminReport.pick({ id: true });

/** POST /api/admin/audit: entries that fit, newest first. */
export const auditQuery = z.strictObject({
  /** Kinds of entries; empty for all. */
  kinds: z.array(z.string().max(64)).max(64),
  /** An account's id, a meeting's tag, or the start of one, anywhere in the entry; empty for all. */
  about: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_-]*$/),
  since: z.number().int().nullable(),
  /** Entries older than this one. */
  before: z.number().int().positive().nullable(),
});
export type AuditQuery = z.infer<typeof auditQuery>;
export const auditRow = z.strictObject({
  seq: z.number().int(),
  at: z.number(),
  kind: z.string(),
  /** What else the entry says, by the names it has there. */
  details: z.array(z.tuple([z.string(), z.string()])),
});
export type AuditRow = z.infer<typeof auditRow>;
export const auditPage = z.strictObject({
  rows: z.array(auditRow),
  /** Where to go on; null at the first entry. */
  next: z.number().int().nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;

/** What is wrong at the first entry of the audit log that does not hold. */
export const auditFault = z.enum([
  'no-end',
  'end-forged',
  'cut-off',
  'end-elsewhere',
  'not-anchored',
  'missing',
  'unreadable',
  'moved',
  'unlinked',
  'signature-forged',
]);
export type AuditFault = z.infer<typeof auditFault>;

/** POST /api/admin/audit/verify. `head` is to be noted elsewhere; see `npm run audit:verify`. */
export const auditState = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    entries: count,
    head: z.string().nullable(),
    signedUpTo: count,
    siteKey: z.string(),
  }),
  z.strictObject({ ok: z.literal(false), seq: z.number().int(), why: auditFault }),
]);
export type AuditState = z.infer<typeof auditState>;

/** POST /api/admin/doctor: what `npm run doctor` finds, of the server that answers. */
export const diagnosis = z.strictObject({ at: z.number(), findings: z.array(finding) });
export type Diagnosis = z.infer<typeof diagnosis>;
