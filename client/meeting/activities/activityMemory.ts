import { z } from 'zod';
import { fromUtf8, utf8 } from '../../../shared/bytes.ts';
import { deviceKey, type MeetingId } from '../../../shared/ids.ts';
import { agendaContent, knownPoll, marks, quizAnswer, timerContent } from '../../e2ee/activityContent.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import type { Clock } from '../clock.ts';

/** Older than this it belongs to another day. */
const FRESH_MS = 12 * 60 * 60_000;

const named = <Value extends z.ZodType>(value: Value) => z.array(z.tuple([z.string().max(120), value]));

const remembered = z.strictObject({
  at: z.number(),
  /** All ballots that this device could read, sealed ones included. */
  polls: z.array(knownPoll),
  /** By poll: right answers of own quizzes, and own ballots sealed to somebody else. */
  answers: named(quizAnswer),
  sealed: named(marks),
  timer: timerContent.extend({ at: z.number() }).nullable(),
  agenda: agendaContent.nullable(),
  attendance: z.array(
    z.strictObject({
      device: deviceKey,
      name: z.string(),
      joined: z.number(),
      left: z.number().nullable(),
      before: z.number(),
      since: z.number().nullable(),
      hands: z.number().int(),
      handUp: z.boolean(),
    }),
  ),
});
/** What a host's device knows of polls, timer, agenda and attendance. */
export type RememberedActivities = Omit<z.infer<typeof remembered>, 'at'>;

/**
 * Keeps a host's polls, timer, agenda and attendance over a reload of the page, wrapped on the device like its
 * keys, so that nobody else has to be believed about them. Forgotten when the person leaves or the meeting ends.
 */
export class ActivityMemory {
  readonly #store: KeyStore;
  readonly #clock: Clock;
  readonly #entry: string;
  #last: RememberedActivities | null;
  #next: (() => RememberedActivities) | null = null;
  #saving: Promise<void> | null = null;

  private constructor(store: KeyStore, clock: Clock, entry: string, last: RememberedActivities | null) {
    this.#store = store;
    this.#clock = clock;
    this.#entry = entry;
    this.#last = last;
  }

  static async open(store: KeyStore, meeting: MeetingId, clock: Clock): Promise<ActivityMemory> {
    const entry = `${PREFIX}${meeting}`;
    let last: RememberedActivities | null = null;
    for (const name of await store.list(PREFIX)) {
      const found = read(await store.get(name));
      const fresh = found !== null && found.at > clock.now() - FRESH_MS;
      if (!fresh) await store.delete(name);
      else if (name === entry) last = found;
    }
    return new ActivityMemory(store, clock, entry, last);
  }

  /** What was kept before this visit; once. */
  take(): RememberedActivities | null {
    const last = this.#last;
    this.#last = null;
    return last;
  }

  /** Keeps what `known` gives, as soon as what was kept before is on the disk. */
  keep(known: () => RememberedActivities): void {
    this.#next = known;
    this.#saving ??= this.#save();
  }

  forget(): void {
    this.#next = null;
    this.#last = null;
    const gone = () => this.#store.delete(this.#entry).catch(() => undefined);
    void (this.#saving ?? Promise.resolve()).then(gone);
  }

  async #save(): Promise<void> {
    try {
      for (let next = this.#next; next; next = this.#next) {
        this.#next = null;
        const kept = { at: this.#clock.now(), ...next() };
        await this.#store.put(this.#entry, utf8(JSON.stringify(kept)));
      }
    } catch {
      // A device that cannot keep it starts afresh after a reload.
    } finally {
      this.#saving = null;
    }
  }
}

const PREFIX = 'activities:';

function read(bytes: Uint8Array | null): z.infer<typeof remembered> | null {
  if (!bytes) return null;
  try {
    return remembered.parse(JSON.parse(fromUtf8(bytes)));
  } catch {
    // Of another version.
    return null;
  }
}
