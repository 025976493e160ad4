import { createHash } from 'node:crypto';
import { z } from 'zod';

const tag = z.string().max(64);

/** What is worth an entry. No content, no name of anybody, no address: tags are keyed hashes; see `AuditKey`. */
export const auditEvent = z.discriminatedUnion('kind', [
  /** `config` is a hash of the configuration, so that a change of it shows. `node`: the server, where it has a name. */
  z.strictObject({ kind: z.literal('start'), version: tag, config: tag, node: tag.optional() }),
  z.strictObject({ kind: z.literal('stop'), node: tag.optional() }),
  z.strictObject({ kind: z.literal('meeting-founded'), meeting: tag, account: tag.nullable() }),
  z.strictObject({ kind: z.literal('meeting-ended'), meeting: tag }),
  z.strictObject({
    kind: z.literal('sign-in'),
    way: z.enum(['provider', 'invite', 'passkey']),
    account: tag,
    role: tag,
    from: tag,
  }),
  z.strictObject({
    kind: z.literal('sign-in-refused'),
    way: z.enum(['provider', 'invite', 'passkey']),
    why: tag,
    from: tag,
  }),
  z.strictObject({ kind: z.literal('sign-out'), account: tag, everywhere: z.boolean() }),
  /** A token came back that had been replaced: somebody copied it. The session was ended. */
  z.strictObject({ kind: z.literal('session-stolen'), account: tag, from: tag }),
  z.strictObject({
    kind: z.enum(['passkey-added', 'passkey-removed', 'session-ended']),
    account: tag,
  }),
  /** `by`, here and below: the administrator's account; without it at the server's own command line. */
  z.strictObject({ kind: z.literal('account-removed'), account: tag, by: tag.optional() }),
  z.strictObject({
    kind: z.literal('invite-made'),
    role: tag,
    account: tag.nullable(),
    by: tag.optional(),
  }),
  z.strictObject({ kind: z.literal('invite-withdrawn'), role: tag, by: tag }),
  z.strictObject({ kind: z.literal('role-changed'), account: tag, role: tag, by: tag }),
  z.strictObject({ kind: z.literal('sessions-revoked'), account: tag, by: tag }),
  /** The operator ended it, not its host. */
  z.strictObject({ kind: z.literal('meeting-stopped'), meeting: tag, by: tag }),
  z.strictObject({ kind: z.literal('drain'), node: tag, on: z.boolean(), by: tag }),
  z.strictObject({ kind: z.enum(['report-fetched', 'report-deleted']), report: tag, by: tag }),
  z.strictObject({ kind: z.literal('audit-exported'), by: tag }),
  /** Somebody signed in asked for what only administrators may see or do. */
  z.strictObject({ kind: z.literal('admin-refused'), account: tag, why: tag, from: tag }),
  z.strictObject({ kind: z.literal('limited'), what: tag, from: tag }),
  /** By the site key, over the hash of the entry before. */
  z.strictObject({ kind: z.literal('signed'), signature: z.string().max(100) }),
]);
export type AuditEvent = z.infer<typeof auditEvent>;

const auditEntry = z.strictObject({
  /** From 1, without gaps. */
  seq: z.number().int().positive(),
  /** Milliseconds since 1970, the server's clock. */
  at: z.number().int(),
  /** Hash of the entry before; null for the first. */
  prev: z.string().nullable(),
  event: auditEvent,
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** An entry as it is kept: the very text that was hashed. */
export interface AuditLine {
  readonly seq: number;
  readonly line: string;
}

/** The newest entry, signed: what shows that entries were cut off the end. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
  readonly signature: string;
}

/** SHA-256 over a label and the text of an entry, base64url. */
export function entryHash(line: string): string {
  return createHash('sha256').update('Sealroom 1.0 Audit\0').update(line).digest('base64url');
}

/** An entry as one line of the log. Throws ZodError for what is no entry. */
export function writeEntry(entry: AuditEntry): string {
  return JSON.stringify(auditEntry.parse(entry));
}

/** Null for what is no entry. */
export function readEntry(line: string): AuditEntry | null {
  try {
    return auditEntry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
