import { z } from 'zod';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import { type MeetingId, recordHash } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';

const stored = z.strictObject({ length: z.number().int().positive(), head: recordHash });
type Seen = z.infer<typeof stored>;

/**
 * How far this device has seen a meeting's records, kept between visits: a server that later shows
 * fewer of them, or others, is caught.
 */
export class ChainMemory {
  readonly #store: KeyStore;
  readonly #entry: string;
  #last: Seen | null;
  #saving: Promise<void> = Promise.resolve();

  private constructor(store: KeyStore, entry: string, last: Seen | null) {
    this.#store = store;
    this.#entry = entry;
    this.#last = last;
  }

  static async open(store: KeyStore, meeting: MeetingId): Promise<ChainMemory> {
    const entry = `chain:${meeting}`;
    const bytes = await store.get(entry);
    return new ChainMemory(store, entry, bytes ? stored.parse(JSON.parse(fromUtf8(bytes))) : null);
  }

  /** The longest chain seen, or null at a first visit. */
  get last(): Seen | null {
    return this.#last;
  }

  keep({ length, head }: Chain): void {
    if (this.#last && this.#last.length >= length) return;
    const seen = { length, head };
    this.#last = seen;
    // A device that cannot keep it is no worse off than one that visits for the first time.
    this.#saving = this.#saving
      .then(() => this.#store.put(this.#entry, utf8(JSON.stringify(seen))))
      .catch(() => undefined);
  }
}
