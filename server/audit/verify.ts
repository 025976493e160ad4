import { type AuditHead, type AuditLine, entryHash, readEntry } from './entry.ts';
import { siteKeySigned } from './siteKey.ts';

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string | null; readonly signedUpTo: number }
  /** `seq` is the first entry that does not hold. */
  | { readonly ok: false; readonly seq: number; readonly why: string };

/**
 * Whether a log is whole: every entry as it was written, none missing, none moved, none cut off the end. `head` is
 * the log's own signed end, null where only an export is at hand. `anchor` is a hash noted elsewhere, earlier, that
 * must be in it: without one, whoever can put an older copy of the whole log in place goes unnoticed. Pure.
 */
export function verifyAudit(
  lines: Iterable<AuditLine>,
  publicKey: string,
  { head, anchor }: { readonly head: AuditHead | null | 'export'; readonly anchor: string | null },
): AuditVerdict {
  let prev: string | null = null;
  let count = 0;
  let signedUpTo = 0;
  let anchored = anchor === null;
  for (const { seq, line } of lines) {
    const expected = count + 1;
    if (seq !== expected) return bad(expected, 'is missing');
    const entry = readEntry(line);
    if (!entry) return bad(seq, 'is not readable');
    if (entry.seq !== seq) return bad(seq, 'was moved here from another place');
    if (entry.prev !== prev) return bad(seq, 'does not follow the entry before: one of the two was changed');
    if (entry.event.kind === 'signed') {
      if (!siteKeySigned(publicKey, 'entry', prev ?? '', entry.event.signature)) {
        return bad(seq, 'has a signature that is not of the site key, over what is before it');
      }
      signedUpTo = seq - 1;
    }
    prev = entryHash(line);
    if (prev === anchor) anchored = true;
    count = seq;
  }
  if (head !== 'export') {
    if (head === null && count > 0) return bad(count, 'has no signed end');
    if (head && !siteKeySigned(publicKey, 'head', `${head.seq} ${head.hash}`, head.signature)) {
      return bad(head.seq, 'is not the end that the site key signed');
    }
    if (head && head.seq > count) return bad(count + 1, 'and later ones were cut off');
    if (head && (head.seq !== count || head.hash !== prev)) return bad(count, 'is not the signed end');
  }
  if (!anchored) return bad(count, 'is the end, and the noted hash was not in the log');
  return { ok: true, entries: count, head: prev, signedUpTo };
}

function bad(seq: number, why: string): AuditVerdict {
  return { ok: false, seq, why };
}
