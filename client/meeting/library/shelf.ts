import type { z } from 'zod';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';

/** What reading gave: the thing, that there is none, or that what is there cannot be read. */
export type Kept<Thing> =
  | { readonly state: 'kept'; readonly thing: Thing }
  | { readonly state: 'none' }
  | { readonly state: 'unreadable' };

/**
 * Things of one kind in a device's sealed store, one entry each, validated when read: one that is damaged takes
 * no other along.
 */
export class Shelf<Thing> {
  readonly #store: KeyStore;
  readonly #prefix: string;
  readonly #form: () => Promise<z.ZodType<Thing>>;

  /** @param form loaded when there is something to read or to keep, so that an empty shelf costs a page no schemas */
  constructor(store: KeyStore, prefix: string, form: () => Promise<z.ZodType<Thing>>) {
    this.#store = store;
    this.#prefix = prefix;
    this.#form = form;
  }

  /** Throws what the store throws, or what loading the form does. */
  async get(name: string): Promise<Kept<Thing>> {
    const entry = this.#prefix + name;
    const bytes = await this.#store.get(entry);
    if (!bytes) {
      // The store gives nothing for what it cannot open either.
      const there = (await this.#store.list(entry)).includes(entry);
      return { state: there ? 'unreadable' : 'none' };
    }
    // What could not be loaded says nothing about what is kept.
    const form = await this.#form();
    try {
      return { state: 'kept', thing: form.parse(JSON.parse(fromUtf8(bytes))) };
    } catch {
      return { state: 'unreadable' };
    }
  }

  /** Throws what the form or the store throws. */
  async put(name: string, thing: Thing): Promise<void> {
    const form = await this.#form();
    await this.#store.put(this.#prefix + name, utf8(JSON.stringify(form.parse(thing))));
  }

  async delete(name: string): Promise<void> {
    await this.#store.delete(this.#prefix + name);
  }

  /** Of everything there is, readable or not. */
  async names(): Promise<readonly string[]> {
    return (await this.#store.list(this.#prefix)).map((name) => name.slice(this.#prefix.length));
  }

  /** Everything there is, and the names of what cannot be read. */
  async all(): Promise<{ readonly things: readonly Thing[]; readonly unreadable: readonly string[] }> {
    const names = await this.names();
    const kept = await Promise.all(names.map(async (name) => ({ name, result: await this.get(name) })));
    return {
      things: kept.flatMap(({ result }) => (result.state === 'kept' ? [result.thing] : [])),
      unreadable: kept.flatMap(({ name, result }) => (result.state === 'unreadable' ? [name] : [])),
    };
  }
}
