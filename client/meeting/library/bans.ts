import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Card } from '../../e2ee/identity/card.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { foldName } from '../../e2ee/identity/pins.ts';
import { type BannedPerson, banList, meetingEntry, type SeriesId } from './entry.ts';
import { Shelf } from './shelf.ts';

/** What is known of whoever is behind a device of this meeting. */
type Known = Pick<Card, 'lasting' | 'name' | 'signature'>;
type Keep = (banned: readonly BannedPerson[]) => Promise<void>;

/**
 * Who is barred from a series of meetings, on the device of their founder: by lasting keys, which the records of
 * one meeting do not name. Whoever comes with another device is another one to it; a name is a hint only.
 */
export class SeriesBans {
  readonly #keep: Keep;
  readonly #cards = new Map<DeviceKey, Known>();
  /** Whether this device keeps the list of the series. */
  readonly own: boolean;
  #banned: readonly BannedPerson[];

  private constructor(own: boolean, banned: readonly BannedPerson[], keep: Keep) {
    this.own = own;
    this.#banned = banned;
    this.#keep = keep;
  }

  /** Of the series that a meeting belongs to; knows and keeps nobody on devices that did not found it. */
  static async open(store: KeyStore, meeting: MeetingId): Promise<SeriesBans> {
    const kept = await new Shelf(store, 'library:meeting:', async () => meetingEntry).get(meeting);
    if (kept.state !== 'kept' || kept.thing.role !== 'host') {
      return new SeriesBans(false, [], async () => undefined);
    }
    // A series is named after its first meeting.
    const name = kept.thing.series ?? meeting;
    const keep = (all: readonly BannedPerson[]) => shelfOf(store).put(name, { v: 1, banned: [...all] });
    return new SeriesBans(true, await bannedFrom(store, name), keep);
  }

  /** Everybody who is barred from the series, as far as this device knows. */
  get people(): readonly BannedPerson[] {
    return this.#banned;
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
  seen(device: DeviceKey, { lasting, name, signature }: Known): void {
    this.#cards.set(device, { lasting, name, signature });
  }

  /** Whom these devices of this meeting belong to; those never met are passed over. */
  ownersOf(devices: readonly DeviceKey[]): readonly (Known & { readonly device: DeviceKey })[] {
    return devices.flatMap((device) => {
      const card = this.#cards.get(device);
      return card ? [{ device, ...card }] : [];
    });
  }

  /** Devices of this meeting were barred. */
  add(devices: readonly DeviceKey[], at: number): Promise<void> {
    return this.addPeople(this.ownersOf(devices), at);
  }

  /** People were barred whom another host's note names. */
  async addPeople(people: readonly Pick<Known, 'lasting' | 'name'>[], at: number): Promise<void> {
    const fresh = people.flatMap(({ lasting, name }) => (this.has(lasting) ? [] : [{ lasting, name, at }]));
    if (fresh.length > 0) await this.#set([...this.#banned, ...fresh].slice(-BANS_KEPT));
  }

  /** Bans of devices of this meeting were lifted. */
  lift(devices: readonly DeviceKey[]): Promise<void> {
    return this.liftPeople(this.ownersOf(devices).map(({ lasting }) => lasting));
  }

  /** By lasting keys. */
  async liftPeople(people: readonly DeviceKey[]): Promise<void> {
    const left = this.#banned.filter(({ lasting }) => !people.includes(lasting));
    if (left.length < this.#banned.length) await this.#set(left);
  }

  async #set(banned: readonly BannedPerson[]): Promise<void> {
    this.#banned = banned;
    await this.#keep(banned);
  }
}

/** Who is barred from a series, by its name, as this device keeps it. */
export async function bannedFrom(
  store: KeyStore,
  series: MeetingId | SeriesId,
): Promise<readonly BannedPerson[]> {
  const list = await shelfOf(store).get(series);
  return list.state === 'kept' ? list.thing.banned : [];
}

function shelfOf(store: KeyStore) {
  return new Shelf(store, 'library:bans:', async () => banList);
}

/** As many as the form of the list takes. */
const BANS_KEPT = 2000;
