import { toBase64Url } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { browserKeyStore } from '../../e2ee/identity/browserKeyStore.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import {
  type LastChoice,
  lastChoice,
  type MeetingEntry,
  type MeetingRules,
  meetingEntry,
  type PresetId,
  presetId,
  type SavedPreset,
  savedPreset,
} from './entry.ts';
import { type Kept, Shelf } from './shelf.ts';

const LAST = 'last';

/**
 * What a device keeps of its own meetings, sealed by the browser's key: the list, presets of one's own, and by
 * which rules the last meeting was made. Methods throw where the browser's storage fails.
 */
export class Library {
  readonly #meetings: Shelf<MeetingEntry>;
  readonly #presets: Shelf<SavedPreset>;
  readonly #choices: Shelf<LastChoice>;
  readonly #now: () => number;

  constructor(store: KeyStore, now: () => number) {
    this.#meetings = new Shelf(store, 'library:meeting:', meetingEntry);
    this.#presets = new Shelf(store, 'library:preset:', savedPreset);
    this.#choices = new Shelf(store, 'library:choice:', lastChoice);
    this.#now = now;
  }

  /** The newest first; `unreadable` are the ids of those that are damaged. */
  async meetings(): Promise<{ entries: readonly MeetingEntry[]; unreadable: readonly string[] }> {
    const { things, unreadable } = await this.#meetings.all();
    return { entries: things.toSorted((one, other) => other.created - one.created), unreadable };
  }

  async meeting(id: MeetingId): Promise<MeetingEntry | null> {
    const kept = await this.#meetings.get(id);
    return kept.state === 'kept' ? kept.thing : null;
  }

  /** Keeps an entry as it is now, with the time of the change. Returns what was kept. */
  async keep(entry: Omit<MeetingEntry, 'v' | 'changed'>): Promise<MeetingEntry> {
    const kept: MeetingEntry = { ...entry, v: 1, changed: this.#now() };
    await this.#meetings.put(kept.meeting, kept);
    return kept;
  }

  /** `id` may be one that cannot be read. */
  async forget(id: string): Promise<void> {
    await this.#meetings.delete(id);
  }

  /** By name. */
  async presets(): Promise<{ presets: readonly SavedPreset[]; unreadable: readonly string[] }> {
    const { things, unreadable } = await this.#presets.all();
    return { presets: things.toSorted((one, other) => one.name.localeCompare(other.name)), unreadable };
  }

  /** Keeps a preset: a new one without `id`. */
  async keepPreset(
    name: string,
    rules: MeetingRules,
    id: PresetId = presetId.parse(newId()),
  ): Promise<SavedPreset> {
    const preset = savedPreset.parse({ v: 1, id, name, rules, changed: this.#now() });
    await this.#presets.put(id, preset);
    return preset;
  }

  async deletePreset(id: string): Promise<void> {
    await this.#presets.delete(id);
  }

  /** By what the last meeting was founded here. `unreadable` must be put to the person, never replaced. */
  lastChoice(): Promise<Kept<LastChoice>> {
    return this.#choices.get(LAST);
  }

  async rememberChoice(choice: Omit<LastChoice, 'v'>): Promise<void> {
    await this.#choices.put(LAST, { v: 1, ...choice });
  }
}

function newId(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}

/** The library of this browser. Throws where it keeps nothing. */
export async function openLibrary(): Promise<Library> {
  return new Library(await browserKeyStore(), Date.now);
}
