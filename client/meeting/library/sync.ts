import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { AccountId } from '../../../shared/protocol/accounts.ts';
import type { KeptLibrary } from '../../../shared/protocol/library.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { newRecoveryCode, parseRecoveryCode } from '../../e2ee/records/recoveryCode.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import { banList, meetingEntry, savedPreset } from './entry.ts';
import { Shelf } from './shelf.ts';
import {
  changed,
  emptyDocument,
  keyOf,
  merge,
  pruned,
  type SyncDocument,
  type SyncEntry,
  type SyncThing,
  same,
  syncDevice,
  syncDocument,
  syncThing,
} from './syncDocument.ts';
import { openDocument, SyncError, sealDocument, syncKey } from './syncSeal.ts';

/** The ciphertext's place on the server. Methods throw ProtocolError. */
export interface SyncServer {
  get(): Promise<KeptLibrary>;
  /** The next version after `replaces`, or the present one where another device was first. */
  put(replaces: number, sealed: string): Promise<{ readonly kept: boolean; readonly now: KeptLibrary }>;
}

const syncState = z.strictObject({
  v: z.literal(1),
  code: z.string(),
  device: syncDevice,
  /** Newest version this device has seen. */
  seen: z.number().int().nonnegative(),
  /** As it was last merged here: what differs from it now was changed here. */
  base: syncDocument,
});
type SyncState = z.infer<typeof syncState>;

/** Other devices that are first, again and again, before this one gives up until later. */
const TRIES = 8;

/** Keeps one's own meetings, presets and bans of series the same on all devices of an account. */
export class LibrarySync {
  readonly #account: AccountId;
  readonly #server: SyncServer;
  readonly #now: () => number;
  readonly #states: Shelf<SyncState>;
  readonly #shelves;
  #running: Promise<unknown> = Promise.resolve();

  constructor(store: KeyStore, account: AccountId, server: SyncServer, now: () => number) {
    this.#account = account;
    this.#server = server;
    this.#now = now;
    this.#states = new Shelf(store, 'library:sync:', async () => syncState);
    this.#shelves = {
      meeting: new Shelf(store, 'library:meeting:', async () => meetingEntry),
      preset: new Shelf(store, 'library:preset:', async () => savedPreset),
      bans: new Shelf(store, 'library:bans:', async () => banList),
    };
  }

  /** The code for one's other devices; null while this is off here. */
  async code(): Promise<string | null> {
    return (await this.#state())?.code ?? null;
  }

  /**
   * Turns it on with a new code and puts this device's list on the server. Throws SyncError('code-needed') where
   * there is one already, unless `anew`: then that one is replaced, and devices with its code open nothing.
   */
  turnOn(anew = false): Promise<void> {
    return this.#alone(async () => {
      const there = await this.#server.get();
      if (there.sealed !== null && !anew) throw new SyncError('code-needed');
      const state = fresh(newRecoveryCode(), there.version);
      try {
        await this.#exchange(state, { ...there, sealed: null });
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        await this.#states.delete(this.#account);
        // Another device was first in this moment.
        throw error.code === 'not-opened' ? new SyncError('code-needed') : error;
      }
    });
  }

  /** Joins by the code of another device. Throws SyncError; then nothing has changed here. */
  enter(typed: string): Promise<void> {
    return this.#alone(async () => {
      const code = parseRecoveryCode(typed);
      if (code === null) throw new SyncError('mistyped');
      const there = await this.#server.get();
      if (there.sealed === null) throw new SyncError('not-opened');
      await this.#exchange(fresh(code, 0), there);
    });
  }

  /** Brings both together. Throws SyncError, or ProtocolError where the server refuses. Does nothing while off. */
  sync(): Promise<void> {
    return this.#alone(async () => {
      const state = await this.#state();
      if (state) await this.#exchange(state, await this.#server.get());
    });
  }

  /** On this device only; its list stays as it is. */
  turnOff(): Promise<void> {
    return this.#alone(() => this.#states.delete(this.#account));
  }

  async #state(): Promise<SyncState | null> {
    const kept = await this.#states.get(this.#account);
    return kept.state === 'kept' ? kept.thing : null;
  }

  async #exchange(before: SyncState, first: KeptLibrary): Promise<void> {
    const key = syncKey(before.code, this.#account);
    let state = before;
    let there = first;
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (there.version < state.seen) throw new SyncError('rolled-back');
      const remote =
        there.sealed === null
          ? emptyDocument
          : openDocument(key, this.#account, there.version, fromBase64Url(there.sealed));
      const base = await this.#merged(state, remote);
      state = { ...state, seen: there.version, base };
      await this.#states.put(this.#account, state);
      if (there.sealed !== null && same(base, remote)) return;
      const sealed = toBase64Url(sealDocument(key, this.#account, there.version + 1, base));
      const { kept, now } = await this.#server.put(there.version, sealed);
      there = now;
      if (!kept) continue;
      await this.#states.put(this.#account, { ...state, seen: now.version });
      return;
    }
    throw new ProtocolError('unavailable');
  }

  /** What both say, kept on this device. */
  async #merged(state: SyncState, remote: SyncDocument): Promise<SyncDocument> {
    const { things, unreadable } = await this.#things();
    const own = changed(state.base, things, unreadable, state.device, this.#now());
    const both = pruned(merge(own, remote), this.#now());
    const before = new Map(things.map((thing) => [keyOf(thing), thing.value]));
    for (const entry of both.entries) {
      if (!same(before.get(keyOf(entry)) ?? null, entry.value)) await this.#keep(entry);
    }
    return both;
  }

  async #keep(entry: SyncEntry): Promise<void> {
    const { kind, id, value } = entry;
    if (value === null) return this.#shelves[kind].delete(id);
    switch (kind) {
      case 'meeting':
        return this.#shelves.meeting.put(id, value);
      case 'preset':
        return this.#shelves.preset.put(id, value);
      case 'bans':
        return this.#shelves.bans.put(id, value);
    }
  }

  async #things(): Promise<{ things: readonly SyncThing[]; unreadable: ReadonlySet<string> }> {
    const things: SyncThing[] = [];
    const unreadable = new Set<string>();
    for (const kind of ['meeting', 'preset', 'bans'] as const) {
      const shelf = this.#shelves[kind];
      for (const id of await shelf.names()) {
        const kept = await shelf.get(id);
        const thing = syncThing({ kind, id, value: kept.state === 'kept' ? kept.thing : null });
        if (kept.state === 'unreadable' || thing === null) unreadable.add(`${kind}:${id}`);
        else if (kept.state === 'kept') things.push(thing);
      }
    }
    return { things, unreadable };
  }

  /** One at a time: two at once would each take the other's writing for a change. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#running.then(work);
    this.#running = run.catch(() => undefined);
    return run;
  }
}

function fresh(code: string, seen: number): SyncState {
  const device = syncDevice.parse(toBase64Url(randomBytes(16)));
  return { v: 1, code, device, seen, base: emptyDocument };
}
