import type { Log } from '../log.ts';
import type { AuditStore } from '../store/auditStore.ts';
import { type AuditEvent, type AuditLine, entryHash, writeEntry } from './entry.ts';
import { type SiteKey, siteKeySigned } from './siteKey.ts';
import { piecesOf, verifyStored } from './stored.ts';
import type { AuditVerdict } from './verify.ts';

/** An entry with a signature follows after so many without. */
const SIGN_EVERY = 100;
const SIGN_MS = 3_600_000;
/** One entry per address and limit in this time: who floods must not flood the log. */
const LIMITED_MS = 60_000;

/** What happened here that somebody may ask about later. Append-only, chained by hashes, signed by the site key. */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #key: SiteKey;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #onWritten: (event: AuditEvent) => void;
  readonly #limited = new Map<string, number>();
  #unsigned = 0;
  #signedAt: number;
  /** Entries of this process follow one another; only those of others can come between. */
  #last: Promise<unknown> = Promise.resolve();

  /** `onWritten` is told of each entry. */
  constructor(
    store: AuditStore,
    key: SiteKey,
    now: () => number,
    log: Log,
    onWritten: (event: AuditEvent) => void = () => undefined,
  ) {
    this.#onWritten = onWritten;
    this.#store = store;
    this.#key = key;
    this.#now = now;
    this.#log = log;
    this.#signedAt = now();
  }

  /** Whether what is written so far was signed by this very key, or nothing is. */
  async isOwn(): Promise<boolean> {
    const head = await this.#store.head();
    if (!head) return true;
    return siteKeySigned(this.#key.publicKey, 'head', `${head.seq} ${head.hash}`, head.signature);
  }

  /** Up to `count` entries older than a position, newest first; from the newest on where it is null. */
  before(position: number | null, count: number): Promise<readonly AuditLine[]> {
    return this.#store.linesBefore(position, count);
  }

  /** All entries, oldest first, in pieces. */
  pieces(): AsyncGenerator<readonly AuditLine[]> {
    return piecesOf(this.#store, 1);
  }

  /** Whether the log is whole now, by this site's own key. */
  verify(): Promise<AuditVerdict> {
    return verifyStored(this.#store, this.#key.publicKey, null);
  }

  get publicKey(): string {
    return this.#key.publicKey;
  }

  /** A tag for an address, for `from`. */
  from(address: string | undefined): string {
    return this.#key.tag('address', address ?? '');
  }

  meeting(id: string): string {
    return this.#key.tag('meeting', id);
  }

  /** Writes an entry. Throws what the database throws: what must be on record does not happen without. */
  async write(event: AuditEvent): Promise<void> {
    await this.#append(event);
    this.#onWritten(event);
    this.#unsigned += 1;
    if (this.#unsigned >= SIGN_EVERY || this.#now() >= this.#signedAt + SIGN_MS) await this.sign();
  }

  /** Writes an entry about what has happened anyway. Never rejects. */
  async note(event: AuditEvent): Promise<void> {
    await this.write(event).catch((error: unknown) => this.#log.error({ error }, 'audit entry lost'));
  }

  /** Notes that a limit refused an address. */
  limited(what: string, address: string | undefined): void {
    const from = this.from(address);
    if (this.#isFirst(`${what} ${from}`)) void this.note({ kind: 'limited', what, from });
  }

  /** Notes that somebody asked for what is for administrators. */
  refusedAdmin(account: string, why: string, address: string | undefined): void {
    const from = this.from(address);
    if (this.#isFirst(`admin ${account} ${why} ${from}`)) {
      void this.note({ kind: 'admin-refused', account, why, from });
    }
  }

  #isFirst(what: string): boolean {
    const now = this.#now();
    const last = this.#limited.get(what);
    if (last !== undefined && now < last + LIMITED_MS) return false;
    for (const [key, at] of this.#limited) if (now >= at + LIMITED_MS) this.#limited.delete(key);
    this.#limited.set(what, now);
    return true;
  }

  /** Signs what is written so far. */
  async sign(): Promise<void> {
    const head = await this.#store.head();
    if (head)
      await this.#append((prev) => ({ kind: 'signed', signature: this.#key.sign('entry', prev ?? '') }));
    this.#unsigned = 0;
    this.#signedAt = this.#now();
  }

  #append(event: AuditEvent | ((prev: string | null) => AuditEvent)): Promise<void> {
    const appended = this.#last.then(() => this.#appendNow(event));
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  #appendNow(event: AuditEvent | ((prev: string | null) => AuditEvent)): Promise<void> {
    return this.#store.append((before) => {
      const seq = (before?.seq ?? 0) + 1;
      const prev = before?.hash ?? null;
      const made = typeof event === 'function' ? event(prev) : event;
      const line = writeEntry({ seq, at: this.#now(), prev, event: made });
      const hash = entryHash(line);
      const signature = this.#key.sign('head', `${seq} ${hash}`);
      return { line: { seq, line }, head: { seq, hash, signature } };
    });
  }
}
