import type { AuditFault } from '../../shared/protocol/admin.ts';
import { type AuditHead, type AuditLine, entryHash, readEntry } from './entry.ts';
import { siteKeySigned } from './siteKey.ts';

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string | null; readonly signedUpTo: number }
  /** `seq` is the first entry that does not hold. */
  | { readonly ok: false; readonly seq: number; readonly why: AuditFault };

/** What a log is checked against. */
export interface AuditProof {
  /** The log's own signed end; `export` where only an export is at hand. */
  readonly head: AuditHead | null | 'export';
  /**
   * A hash noted elsewhere, earlier, that must be in it: without one, whoever can put an older copy of the whole log in
   * place goes unnoticed.
   */
  readonly anchor: string | null;
}

/**
 * Finds out whether a log is whole: every entry as it was written, none missing, none moved, none cut off the end. It
 * is given the entries in order, in as many pieces as there are.
 */
export class AuditCheck {
  readonly #publicKey: string;
  readonly #anchor: string | null;
  #prev: string | null = null;
  #count = 0;
  #signedUpTo = 0;
  #anchored: boolean;
  #failed: AuditVerdict | null = null;

  constructor(publicKey: string, anchor: AuditProof['anchor']) {
    this.#publicKey = publicKey;
    this.#anchor = anchor;
    this.#anchored = anchor === null;
  }

  /** Entries taken that hold. */
  get count(): number {
    return this.#count;
  }

  /** False once something does not hold: what comes after is of no interest. */
  take(lines: Iterable<AuditLine>): boolean {
    for (const line of lines) this.#failed ??= this.#take(line);
    return this.#failed === null;
  }

  /** After the last entry. */
  verdict(head: AuditProof['head']): AuditVerdict {
    if (this.#failed) return this.#failed;
    const count = this.#count;
    if (head !== 'export') {
      if (head === null && count > 0) return bad(count, 'no-end');
      if (head && !siteKeySigned(this.#publicKey, 'head', `${head.seq} ${head.hash}`, head.signature)) {
        return bad(head.seq, 'end-forged');
      }
      if (head && head.seq > count) return bad(count + 1, 'cut-off');
      if (head && (head.seq !== count || head.hash !== this.#prev)) return bad(count, 'end-elsewhere');
    }
    if (!this.#anchored) return bad(count, 'not-anchored');
    return { ok: true, entries: count, head: this.#prev, signedUpTo: this.#signedUpTo };
  }

  #take({ seq, line }: AuditLine): AuditVerdict | null {
    const expected = this.#count + 1;
    if (seq !== expected) return bad(expected, 'missing');
    const entry = readEntry(line);
    if (!entry) return bad(seq, 'unreadable');
    if (entry.seq !== seq) return bad(seq, 'moved');
    if (entry.prev !== this.#prev) {
      return bad(seq, 'unlinked');
    }
    if (entry.event.kind === 'signed') {
      if (!siteKeySigned(this.#publicKey, 'entry', this.#prev ?? '', entry.event.signature)) {
        return bad(seq, 'signature-forged');
      }
      this.#signedUpTo = seq - 1;
    }
    this.#prev = entryHash(line);
    if (this.#prev === this.#anchor) this.#anchored = true;
    this.#count = seq;
    return null;
  }
}

/** See `AuditCheck`, for a log that is at hand as a whole. Pure. */
export function verifyAudit(lines: Iterable<AuditLine>, publicKey: string, proof: AuditProof): AuditVerdict {
  const check = new AuditCheck(publicKey, proof.anchor);
  check.take(lines);
  return check.verdict(proof.head);
}

function bad(seq: number, why: AuditFault): AuditVerdict {
  return { ok: false, seq, why };
}
