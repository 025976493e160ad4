import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Card } from '../../e2ee/identity/card.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { foldName } from '../../e2ee/identity/pins.ts';
import { type BannedPerson, banList, meetingEntry } from './entry.ts';
import { Shelf } from './shelf.ts';

type Keep = (banned: readonly BannedPerson[]) => Promise<void>;

/**
 * Who is barred from a series of meetings, on the device of their founder: by lasting keys, which the records of
 * one meeting do not name. Whoever comes with another device is another one to it; a name is a hint only.
 */
export class SeriesBans {
  readonly #keep: Keep;
  readonly #cards = new Map<DeviceKey, Pick<Card, 'lasting' | 'name'>>();
  #banned: readonly BannedPerson[];

  private constructor(banned: readonly BannedPerson[], keep: Keep) {
    this.#banned = banned;
    this.#keep = keep;
  }

  /** Of the series that a meeting belongs to; knows and keeps nobody on devices that did not found it. */
  static async open(store: KeyStore, meeting: MeetingId): Promise<SeriesBans> {
    const kept = await new Shelf(store, 'library:meeting:', meetingEntry).get(meeting);
    if (kept.state !== 'kept' || kept.thing.role !== 'host') return new SeriesBans([], async () => undefined);
    const lists = new Shelf(store, 'library:bans:', banList);
    // A series is named after its first meeting.
    const name = kept.thing.series ?? meeting;
    const list = await lists.get(name);
    const banned = list.state === 'kept' ? list.thing.banned : [];
    return new SeriesBans(banned, (all) => lists.put(name, { v: 1, banned: [...all] }));
  }

  has(lasting: DeviceKey): boolean {
    return this.#banned.some((each) => each.lasting === lasting);
  }

  /** Whether a name looks like that of somebody barred. */
  hasName(name: string): boolean {
    const folded = foldName(name);
    return this.#banned.some((each) => foldName(each.name) === folded);
  }

  /** Remembers whom a device of this meeting belongs to, for the case that it is barred. */
  seen(device: DeviceKey, { lasting, name }: Pick<Card, 'lasting' | 'name'>): void {
    this.#cards.set(device, { lasting, name });
  }

  /** Devices of this meeting were barred. */
  async add(devices: readonly DeviceKey[], at: number): Promise<void> {
    const fresh = devices.flatMap((device) => {
      const card = this.#cards.get(device);
      return card && !this.has(card.lasting) ? [{ ...card, at }] : [];
    });
    if (fresh.length > 0) await this.#set([...this.#banned, ...fresh].slice(-BANS_KEPT));
  }

  /** Bans of devices of this meeting were lifted. */
  async lift(devices: readonly DeviceKey[]): Promise<void> {
    const lifted = new Set(devices.map((device) => this.#cards.get(device)?.lasting));
    const left = this.#banned.filter(({ lasting }) => !lifted.has(lasting));
    if (left.length < this.#banned.length) await this.#set(left);
  }

  async #set(banned: readonly BannedPerson[]): Promise<void> {
    this.#banned = banned;
    await this.#keep(banned);
  }
}

/** As many as the form of the list takes. */
const BANS_KEPT = 2000;
