import type { StreamEntry } from '../../shared/protocol/stream.ts';
import { type Actor, lastSeq } from './stage.ts';

type WithoutSeq<Entry> = Entry extends StreamEntry ? Omit<Entry, 'seq'> : never;
/** An entry to which the false stream gives its place. */
export type Draft = WithoutSeq<StreamEntry>;

/**
 * A stream of the malicious server's own for one client: gapless in itself, whatever was left out,
 * changed or put in, so that no sequence number gives the lie away.
 */
export class FalseStream {
  readonly #actor: Actor;
  #rule: (entry: StreamEntry) => readonly Draft[] = (entry) => [entry];
  #told: StreamEntry[] = [];
  #next: number;

  constructor(actor: Actor) {
    this.#actor = actor;
    this.#next = lastSeq(actor) + 1;
    actor.tap.onEvent('stream:entries', ({ entries }) => {
      const shown = entries.flatMap((entry) => this.#rule(entry)).map((draft) => this.#place(draft));
      return shown.length > 0 ? [{ entries: shown }] : [];
    });
    actor.tap.onEvent('lobby:welcome', (welcome) => {
      this.#next = welcome.seq + 1;
      this.#told = [];
      return [welcome];
    });
    actor.tap.onRequest('stream:sync', async ({ after }) => ({
      entries: this.#told.filter(({ seq }) => seq > after),
      complete: true,
    }));
  }

  /** What becomes of each real entry from now on. */
  rule(rule: (entry: StreamEntry) => readonly Draft[]): void {
    this.#rule = rule;
  }

  /** Puts an entry in. */
  insert(...drafts: readonly Draft[]): void {
    this.#actor.tap.deliver('stream:entries', { entries: drafts.map((draft) => this.#place(draft)) });
  }

  #place(draft: Draft): StreamEntry {
    // A draft is an entry but for its place, which is given here.
    const entry = { ...draft, seq: this.#next++ } as StreamEntry;
    this.#told.push(entry);
    return entry;
  }
}
