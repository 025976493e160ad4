import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { BARRED_PER_RECORD, type RecordBody } from '../../../shared/records/record.ts';
import { openBanNote } from '../../e2ee/admission/banNote.ts';
import type { Bars } from '../../e2ee/admission/bars.ts';
import { hostKeyPair, loadHostSecrets } from '../../e2ee/records/hostSecrets.ts';
import type { BannedPerson } from '../library/entry.ts';
import type { CoreContext } from './context.ts';
import type { Porter } from './porter.ts';

/**
 * Carries bans through a series on the device that keeps its list: learns whom other hosts banned meanwhile, and
 * writes into the records whom they do not keep out yet, so that the others do without this device.
 */
export class SeriesBars {
  readonly #context: CoreContext;
  readonly #porter: Porter;
  /** Banned by a device of this meeting, which keeps them out of it without more. */
  readonly #here = new Set<DeviceKey>();
  #read = 0;
  #seeds = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(context: CoreContext, porter: Porter) {
    this.#context = context;
    this.#porter = porter;
  }

  /** Resolves once everything known so far is kept and written. Never rejects: the next record brings another try. */
  get settled(): Promise<void> {
    return this.#running;
  }

  /** After records have changed. */
  consider(): void {
    const { access, bans, records } = this.#context;
    if (!bans.own || !records.known || !access.known) return;
    this.#running = this.#running.then(() => this.#update()).catch(() => undefined);
  }

  /** Lets somebody come again, here and in the meetings to follow. Throws ProtocolError. */
  async lift(lasting: DeviceKey): Promise<void> {
    const { access, bans, keyStore, link, records } = this.#context;
    const person = bans.people.find((each) => each.lasting === lasting);
    const secrets = await loadHostSecrets(keyStore, link.meeting);
    if (!person || !secrets) throw new ProtocolError('forbidden');
    await bans.liftPeople([lasting]);
    const host = hostKeyPair(secrets);
    const { bars } = access;
    const names = bans.hasName(person.name) ? [] : [bars.nameToken(person.name)];
    const people = [bars.personToken(lasting)];
    await records.append({ by: host.key, pair: host }, { type: 'bar', on: false, people, names });
    this.#show();
  }

  /** Those whom a ban of this meeting names are shown there. */
  #show(): void {
    const { bans, store } = this.#context;
    const shown = bans.people.filter(({ lasting }) => !this.#here.has(lasting));
    if (shown.length > 0 || store.state.barred.length > 0)
      store.set({ barred: shown.map(({ lasting, name }) => ({ lasting, name })) });
  }

  async #update(): Promise<void> {
    const { access, bans, clock, keyStore, link, records } = this.#context;
    const { lobbySeeds } = this.#porter;
    // A key that came just now may open what could not be read before.
    if (lobbySeeds.length !== this.#seeds) this.#read = 0;
    this.#seeds = lobbySeeds.length;
    const { banNotes, banned } = records.chain;
    const noted = banNotes.slice(this.#read).flatMap((note) => openBanNote(lobbySeeds, link.meeting, note));
    this.#read = banNotes.length;
    for (const { lasting } of noted) this.#here.add(lasting);
    await bans.addPeople(
      noted.filter(({ device }) => banned.has(device)),
      clock.now(),
    );
    this.#show();
    const secrets = await loadHostSecrets(keyStore, link.meeting);
    if (!secrets || records.chain.ended) return;
    const host = hostKeyPair(secrets);
    for (const body of barBodies(access.bars, this.#missing())) {
      await records.append({ by: host.key, pair: host }, body);
    }
  }

  /** In the list of the series, and not kept out of this meeting yet. */
  #missing(): readonly BannedPerson[] {
    const { access, bans, records } = this.#context;
    const { barred } = records.chain;
    return bans.people.filter(
      ({ lasting }) => !barred.people.has(access.bars.personToken(lasting)) && !this.#here.has(lasting),
    );
  }
}

/** The records that keep people out of a meeting of their series. */
export function barBodies(bars: Bars, banned: readonly BannedPerson[]): RecordBody[] {
  const bodies: RecordBody[] = [];
  for (let from = 0; from < banned.length; from += BARRED_PER_RECORD) {
    const some = banned.slice(from, from + BARRED_PER_RECORD);
    bodies.push({
      type: 'bar',
      on: true,
      people: some.map(({ lasting }) => bars.personToken(lasting)),
      names: [...new Set(some.map(({ name }) => bars.nameToken(name)))],
    });
  }
  return bodies;
}
