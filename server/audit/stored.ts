import type { AuditStore } from '../store/auditStore.ts';
import type { AuditLine } from './entry.ts';
import { AuditCheck, type AuditProof, type AuditVerdict } from './verify.ts';

/** Entries read at once. */
const PIECE = 1_000;

/** All entries of a stored log from one on, oldest first, in pieces. */
export async function* piecesOf(
  store: Pick<AuditStore, 'lines'>,
  first: number,
): AsyncGenerator<readonly AuditLine[]> {
  for (let from = first; ; ) {
    const lines = await store.lines(from, PIECE);
    if (lines.length > 0) yield lines;
    const last = lines.at(-1);
    if (!last || lines.length < PIECE) return;
    from = last.seq + 1;
  }
}

/** Finds out whether a stored log is whole, which servers may be writing to at the same time. */
export async function verifyStored(
  store: Pick<AuditStore, 'lines' | 'head'>,
  publicKey: string,
  anchor: AuditProof['anchor'],
): Promise<AuditVerdict> {
  const check = new AuditCheck(publicKey, anchor);
  for await (const lines of piecesOf(store, 1)) if (!check.take(lines)) break;
  // Read last, so that no honest entry read before is beyond it; what was written meanwhile is read up to it.
  const head = await store.head();
  while (head && check.count < head.seq) {
    const lines = await store.lines(check.count + 1, Math.min(PIECE, head.seq - check.count));
    if (lines.length === 0 || !check.take(lines)) break;
  }
  return check.verdict(head);
}
