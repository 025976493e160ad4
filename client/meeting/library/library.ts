import { toBase64Url } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { browserKeyStore } from '../../e2ee/identity/browserKeyStore.ts';
import { HOST_ENTRIES, type KeyStore } from '../../e2ee/identity/keyStore.ts';
import type { LastChoice, MeetingEntry, MeetingRules, PresetId, SavedPreset } from './entry.ts';
import { type Kept, Shelf } from './shelf.ts';

const LAST = 'last';
/** The start page opens the library and often finds nothing in it: schemas come when they have something to read. */
const forms = () => import('./entry.ts');

/** Joined by a link and given neither a name nor hours. */
const JOINED_KEPT = 100;

/**
 * What a device keeps of its own meetings, sealed by the browser's key: the list, presets of one's own, and by
 * which rules the last meeting was made. Methods throw where the browser's storage fails.
 */
export class Library {
  readonly #meetings: Shelf<MeetingEntry>;
  readonly #presets: Shelf<SavedPreset>;
  readonly #choices: Shelf<LastChoice>;
  readonly #store: KeyStore;
  readonly #now: () => number;

  constructor(store: KeyStore, now: () => number) {
    this.#meetings = new Shelf(store, 'library:meeting:', async () => (await forms()).meetingEntry);
    this.#presets = new Shelf(store, 'library:preset:', async () => (await forms()).savedPreset);
    this.#choices = new Shelf(store, 'library:choice:', async () => (await forms()).lastChoice);
    this.#store = store;
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

  /** Meetings that this device holds the host key of: founded here, or taken over by a recovery code. */
  async hosted(): Promise<ReadonlySet<string>> {
    const names = await this.#store.list(HOST_ENTRIES);
    return new Set(names.map((name) => name.slice(HOST_ENTRIES.length)));
  }

  /** This device came into a meeting by a link: into the list, unless it is there. The oldest such entries go. Throws LinkError. */
  async noteJoined(meeting: MeetingId, path: string): Promise<void> {
    if ((await this.#meetings.get(meeting)).state !== 'none') return;
    const { parseLink } = await import('../../e2ee/link/link.ts');
    await this.keep({
      meeting,
      title: '',
      path,
      role: 'member',
      created: this.#now(),
      sequence: 0,
      ended: false,
      schedule: null,
      series: null,
      passphrase: parseLink(path).passphrase,
      rules: null,
    });
    const { entries } = await this.meetings();
    const joined = entries.filter(({ role, title, schedule }) => role === 'member' && !title && !schedule);
    for (const entry of joined.slice(JOINED_KEPT)) await this.forget(entry.meeting);
  }

  /** A meeting is over for good; nothing happens where it is in no list. */
  async noteEnded(meeting: MeetingId): Promise<void> {
    const entry = await this.meeting(meeting);
    if (entry && !entry.ended) await this.keep({ ...entry, ended: true });
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

  /** Keeps a preset: a new one without `wish`, the id of one that is kept. */
  async keepPreset(name: string, rules: MeetingRules, wish?: PresetId): Promise<SavedPreset> {
    const { savedPreset } = await forms();
    const id = wish ?? newId();
    const preset = savedPreset.parse({ v: 1, id, name, rules, changed: this.#now() });
    await this.#presets.put(preset.id, preset);
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
