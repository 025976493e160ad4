import type { Log } from '../log.ts';
import type { AuditStore } from '../store/auditStore.ts';
import { type AuditEvent, entryHash, writeEntry } from './entry.ts';
import type { SiteKey } from './siteKey.ts';

/** An entry with a signature follows after so many without. */
const SIGN_EVERY = 100;
const SIGN_MS = 3_600_000;
/** One entry per address and limit in this time: who floods must not flood the log. */
const LIMITED_MS = 60_000;
const ATTEMPTS = 5;

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

  /** Writes an entry about what has happened anyway. */
  note(event: AuditEvent): void {
    this.write(event).catch((error: unknown) => this.#log.error({ error }, 'audit entry lost'));
  }

  /** Notes that a limit refused an address. */
  limited(what: string, address: string | undefined): void {
    const from = this.from(address);
    const now = this.#now();
    const last = this.#limited.get(`${what} ${from}`);
    if (last !== undefined && now < last + LIMITED_MS) return;
    for (const [key, at] of this.#limited) if (now >= at + LIMITED_MS) this.#limited.delete(key);
    this.#limited.set(`${what} ${from}`, now);
    this.note({ kind: 'limited', what, from });
  }

  /** Signs what is written so far. */
  async sign(): Promise<void> {
    const head = await this.#store.head();
    if (head)
      await this.#append((prev) => ({ kind: 'signed', signature: this.#key.sign('entry', prev ?? '') }));
    this.#unsigned = 0;
    this.#signedAt = this.#now();
  }

  async #append(event: AuditEvent | ((prev: string | null) => AuditEvent)): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const head = await this.#store.head();
      const seq = (head?.seq ?? 0) + 1;
      const prev = head?.hash ?? null;
      const made = typeof event === 'function' ? event(prev) : event;
      const line = writeEntry({ seq, at: this.#now(), prev, event: made });
      const hash = entryHash(line);
      const signature = this.#key.sign('head', `${seq} ${hash}`);
      if (await this.#store.append({ seq, line }, { seq, hash, signature })) return;
      // Another process of this site was quicker; its entry goes first.
      if (attempt >= ATTEMPTS) throw new Error('the audit log is too busy');
    }
  }
}
