import { concat, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { RecordHash } from '../../../shared/ids.ts';
import type { StreamEntry } from '../../../shared/protocol/stream.ts';
import { sodium } from '../../e2ee/sodium.ts';

/** How far back a statement of another member can still be compared, in entries. */
const KEPT = 512;
const LABEL = utf8('Sealroom 1.0 Stream');

/** All of the stream up to entry `seq`, in one value. */
export interface Sight {
  readonly seq: number;
  /** BLAKE2b-256, chained over the entries since the epoch began, base64url. */
  readonly digest: string;
}

/** What a member has seen, for others to compare. */
export interface Testimony extends Sight {
  /** The whole of the epoch before, its last commit included; null for who joined with this one. */
  readonly before: Sight | null;
}

/**
 * Remembers what this device saw of the stream, so that members can tell whether the server shows all
 * of them the same. Starts anew at each epoch, where everybody in it has the same starting point.
 */
export class Witness {
  #seen: { readonly seq: number; readonly digest: Uint8Array; readonly at: number }[] = [];

  #before: Sight | null = null;

  /** An epoch of this group begins after entry `seq`, with the records as they are then. */
  begin(start: { groupId: Uint8Array; epoch: bigint; head: RecordHash }, seq: number, now: number): void {
    const last = this.#seen.at(-1);
    this.#before = last ? { seq: last.seq, digest: toBase64Url(last.digest) } : null;
    const digest = hash(LABEL, start.groupId, utf8(`${start.epoch}`), utf8(start.head));
    this.#push(seq, digest, now);
  }

  /** The next entry, in order. */
  see(entry: StreamEntry, now: number): void {
    const last = this.#seen.at(-1);
    if (last)
      this.#push(entry.seq, hash(last.digest, utf8(`${entry.seq} ${entry.kind}`), ...partsOf(entry)), now);
  }

  testimony(): Testimony | null {
    const last = this.#seen.at(-1);
    return last ? { seq: last.seq, digest: toBase64Url(last.digest), before: this.#before } : null;
  }

  /**
   * Compares with another member's: `same` with the time since when this device has seen more than
   * that (null when it has not), `different`, `ahead` of this device, or `unknown` when too old.
   */
  compare(
    theirs: Testimony,
  ):
    | { readonly kind: 'same'; readonly outdatedSince: number | null }
    | { readonly kind: 'different' | 'ahead' | 'unknown' } {
    const last = this.#seen.at(-1);
    if (!last) return { kind: 'unknown' };
    const { before } = theirs;
    // A message exchanged right before a commit would otherwise never be compared.
    if (before && this.#before?.seq === before.seq && this.#before.digest !== before.digest) {
      return { kind: 'different' };
    }
    if (theirs.seq > last.seq) return { kind: 'ahead' };
    const index = this.#seen.findLastIndex((seen) => seen.seq === theirs.seq);
    const own = this.#seen[index];
    if (!own) return { kind: 'unknown' };
    if (toBase64Url(own.digest) !== theirs.digest) return { kind: 'different' };
    return { kind: 'same', outdatedSince: this.#seen[index + 1]?.at ?? null };
  }

  forget(): void {
    this.#seen = [];
    this.#before = null;
  }

  #push(seq: number, digest: Uint8Array, at: number): void {
    // A commit's own entry is replaced by the beginning of the epoch it leads to.
    if (this.#seen.at(-1)?.seq === seq) this.#seen.pop();
    this.#seen.push({ seq, digest, at });
    if (this.#seen.length > KEPT) this.#seen.shift();
  }
}

function partsOf(entry: StreamEntry): Uint8Array[] {
  switch (entry.kind) {
    case 'commit':
      return [utf8(entry.sender), entry.commit];
    case 'message':
      return [utf8(entry.sender), entry.bytes];
    case 'record':
      return [entry.record.bytes, entry.record.signature];
    case 'gone':
      return [utf8(entry.device)];
    case 'void':
      return [utf8(`${entry.epoch}`)];
  }
}

/** Each part is hashed with its length, so that no two lists of parts run together. */
function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const framed = parts.flatMap((part) => [utf8(`${part.length}:`), part]);
  return sodium().crypto_generichash(32, concat(...framed), null);
}
