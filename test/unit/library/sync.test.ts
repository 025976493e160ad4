import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type KeyStore, memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { newRecoveryCode } from '../../../client/e2ee/records/recoveryCode.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { bannedFrom, SeriesBans } from '../../../client/meeting/library/bans.ts';
import { Library } from '../../../client/meeting/library/library.ts';
import { LibrarySync, type SyncServer } from '../../../client/meeting/library/sync.ts';
import {
  emptyDocument,
  merge,
  pruned,
  type SyncDocument,
  syncDevice,
} from '../../../client/meeting/library/syncDocument.ts';
import { openDocument, sealDocument, syncKey } from '../../../client/meeting/library/syncSeal.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { deviceKey, meetingId } from '../../../shared/ids.ts';
import { accountId } from '../../../shared/protocol/accounts.ts';
import { type KeptLibrary, LIBRARY_STEP } from '../../../shared/protocol/library.ts';
import { presetPolicy } from '../../../shared/roles.ts';

beforeAll(async () => {
  await ready();
});

const account = accountId.parse('A'.repeat(22));
const idOf = (letter: string) => meetingId.parse(`${letter.repeat(21)}A`);

class Shelf implements SyncServer {
  versions: KeptLibrary[] = [{ version: 0, sealed: null }];
  get newest(): KeptLibrary {
    return this.versions.at(-1) ?? { version: 0, sealed: null };
  }
  get = async () => this.newest;
  put = async (replaces: number, sealed: string) => {
    const kept = this.newest.version === replaces;
    if (kept) this.versions.push({ version: replaces + 1, sealed });
    return { kept, now: this.newest };
  };
}

class Device {
  readonly store: KeyStore = memoryKeyStore();
  /** How far its clock is off. */
  skew = 0;
  readonly library: Library;
  readonly sync: LibrarySync;

  constructor(server: SyncServer, clock: { now: number }) {
    const now = () => clock.now + this.skew;
    this.library = new Library(this.store, now);
    this.sync = new LibrarySync(this.store, account, server, now);
  }

  keep(letter: string, title: string) {
    return this.library.keep({
      meeting: idOf(letter),
      title,
      path: `/m/${idOf(letter)}#${'B'.repeat(50)}`,
      role: 'host',
      created: 1,
      sequence: 0,
      ended: false,
      schedule: null,
      series: null,
      passphrase: false,
      rules: null,
    });
  }

  async everything() {
    const { entries } = await this.library.meetings();
    return entries.toSorted((one, other) => (one.meeting < other.meeting ? -1 : 1));
  }

  async titles(): Promise<readonly string[]> {
    const { entries } = await this.library.meetings();
    return entries.map(({ meeting, title }) => `${meeting[0]} ${title}`).toSorted();
  }
}

async function pair() {
  const server = new Shelf();
  const clock = { now: 1_000_000 };
  const one = new Device(server, clock);
  const two = new Device(server, clock);
  await one.keep('a', 'Class 3B');
  await one.sync.turnOn();
  const code = (await one.sync.code()) ?? '';
  return { server, clock, one, two, code };
}

describe('the sealed list', () => {
  const code = newRecoveryCode;

  it('opens under the same code, account and version only', () => {
    const key = syncKey('one', account);
    const sealed = sealDocument(key, account, 3, emptyDocument);
    expect(openDocument(key, account, 3, sealed)).toEqual(emptyDocument);
    const other = accountId.parse(`${'B'.repeat(21)}A`);
    const damaged = sealed.slice();
    damaged[LIBRARY_STEP - 40] = (damaged[LIBRARY_STEP - 40] ?? 0) ^ 1;
    const refused = expect.objectContaining({ code: 'not-opened' });
    expect(() => openDocument(syncKey(code(), account), account, 3, sealed)).toThrow(refused);
    expect(() => openDocument(key, other, 3, sealed)).toThrow(refused);
    expect(() => openDocument(key, account, 4, sealed)).toThrow(refused);
    expect(() => openDocument(key, account, 3, damaged)).toThrow(refused);
    expect(() => openDocument(key, account, 3, new Uint8Array(5))).toThrow(refused);
  });

  it('grows by whole steps and refuses what does not fit', () => {
    const device = syncDevice.parse('A'.repeat(22));
    const of = (count: number) => ({
      v: 1 as const,
      entries: Array.from({ length: count }, (_, index) => ({
        kind: 'meeting' as const,
        id: meetingId.parse(`${String(index).padStart(21, '0')}A`),
        at: 1,
        device,
        value: null,
      })),
    });
    const key = syncKey('one', account);
    expect(sealDocument(key, account, 1, of(0)).length).toBe(LIBRARY_STEP);
    expect(sealDocument(key, account, 1, of(3)).length).toBe(LIBRARY_STEP);
    expect(sealDocument(key, account, 1, of(200)).length % LIBRARY_STEP).toBe(0);
    expect(() => sealDocument(key, account, 1, of(9_000))).toThrow(
      expect.objectContaining({ code: 'too-much' }),
    );
  });
});

describe('the list on two devices', () => {
  it('carries entries, changes, presets and deletions', async () => {
    const { one, two, code, server } = await pair();
    await two.keep('b', 'Parents');
    await two.sync.enter(code.toLowerCase().replaceAll('-', ' '));
    await one.sync.sync();
    expect(await one.titles()).toEqual(['a Class 3B', 'b Parents']);
    expect(await two.titles()).toEqual(await one.titles());
    await two.keep('a', 'Class 4B');
    await one.library.forget(idOf('b'));
    await one.sync.sync();
    await two.sync.sync();
    await one.sync.sync();
    expect(await one.titles()).toEqual(['a Class 4B']);
    expect(await two.titles()).toEqual(['a Class 4B']);
    const { version } = server.newest;
    await one.sync.sync();
    expect(server.newest.version).toBe(version);
  });

  it('carries presets, and bans of a series, given and lifted', async () => {
    const { one, two, code } = await pair();
    const rules = {
      policy: { ...presetPolicy('classroom'), label: null },
      suite: 'x-wing',
      label: null,
    } as const;
    const preset = await one.library.keepPreset('Class 3B', rules);
    const series = idOf('a');
    const bans = await SeriesBans.open(one.store, series);
    const noor = { lasting: deviceKey.parse(`${'N'.repeat(42)}A`), name: 'Noor' };
    await bans.addPeople([noor], 5);
    await one.sync.sync();
    await two.sync.enter(code);
    expect((await two.library.presets()).presets).toEqual([preset]);
    expect(await bannedFrom(two.store, series)).toEqual([{ ...noor, at: 5 }]);
    await (await SeriesBans.open(two.store, series)).liftPeople([noor.lasting]);
    await two.library.deletePreset(preset.id);
    await two.sync.sync();
    await one.sync.sync();
    expect(await bannedFrom(one.store, series)).toEqual([]);
    expect((await one.library.presets()).presets).toEqual([]);
  });

  it('decides between changes of the same moment the same way everywhere', () => {
    const of = (letter: string): SyncDocument => {
      const device = syncDevice.parse(`${letter.repeat(21)}A`);
      return { v: 1, entries: [{ kind: 'meeting', id: idOf('a'), at: 1, device, value: null }] };
    };
    expect(merge(of('A'), of('B'))).toEqual(of('B'));
    expect(merge(of('B'), of('A'))).toEqual(of('B'));
  });

  it('leaves no change behind when another device is first', async () => {
    const { one, two, code, server } = await pair();
    await two.sync.enter(code);
    const { version } = server.newest;
    await one.keep('b', 'Parents');
    await two.keep('c', 'Team');
    await Promise.all([one.sync.sync(), two.sync.sync()]);
    expect(server.newest.version).toBe(version + 2);
    await one.sync.sync();
    await two.sync.sync();
    expect(server.newest.version).toBe(version + 2);
    expect(await one.titles()).toEqual(['a Class 3B', 'b Parents', 'c Team']);
    expect(await two.titles()).toEqual(await one.titles());
  });

  it('says what is wrong and loses nothing', async () => {
    const { one, two, code, server } = await pair();
    await two.keep('b', 'Parents');
    const before = server.newest;
    await expect(two.sync.enter(code.slice(0, -1))).rejects.toMatchObject({ code: 'mistyped' });
    await expect(two.sync.enter(newRecoveryCode())).rejects.toMatchObject({ code: 'not-opened' });
    await expect(two.sync.turnOn()).rejects.toMatchObject({ code: 'code-needed' });
    expect(await two.sync.code()).toBeNull();
    await one.keep('c', 'Team');
    await one.sync.sync();
    const newest = server.newest;
    server.versions.push(before);
    await expect(one.sync.sync()).rejects.toMatchObject({ code: 'rolled-back' });
    server.versions.push({ version: newest.version + 1, sealed: toBase64Url(new Uint8Array(LIBRARY_STEP)) });
    await expect(one.sync.sync()).rejects.toMatchObject({ code: 'not-opened' });
    expect(await one.titles()).toEqual(['a Class 3B', 'c Team']);
    expect(await two.titles()).toEqual(['b Parents']);
  });

  it('starts anew under another code, which the old one does not open', async () => {
    const { one, two } = await pair();
    await two.sync.turnOn(true);
    await expect(one.sync.sync()).rejects.toMatchObject({ code: 'not-opened' });
    expect(await one.titles()).toEqual(['a Class 3B']);
    await one.sync.enter((await two.sync.code()) ?? '');
    await two.sync.sync();
    expect(await two.titles()).toEqual(['a Class 3B']);
  });

  it('forgets deletions after 90 days', () => {
    const device = syncDevice.parse('A'.repeat(22));
    const gone = { kind: 'meeting' as const, id: idOf('a'), at: 1, device, value: null };
    const day = 86_400_000;
    expect(pruned({ v: 1, entries: [gone] }, 89 * day).entries).toEqual([gone]);
    expect(pruned({ v: 1, entries: [gone] }, 91 * day).entries).toEqual([]);
  });

  it('comes to the same on three devices, whatever they do and in whichever order', async () => {
    const device = fc.integer({ min: 0, max: 2 });
    const letter = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('keep' as const), device, letter, title: fc.string({ maxLength: 4 }) }),
      fc.record({ kind: fc.constant('forget' as const), device, letter }),
      fc.record({ kind: fc.constant('sync' as const), device }),
      // All at once: all but one find that another was first.
      fc.record({ kind: fc.constant('race' as const), device }),
    );
    const skews = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -50, max: 50 })));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), skews, async (steps, clocks) => {
        const { server, clock, one, two, code } = await pair();
        const devices = [one, two, new Device(server, clock)];
        for (const [index, each] of devices.entries()) {
          each.skew = clocks[index] ?? 0;
          if (index > 0) await each.sync.enter(code);
        }
        for (const each of steps) {
          clock.now += 1;
          const at = devices[each.device];
          if (each.kind === 'keep') await at?.keep(each.letter, each.title);
          else if (each.kind === 'forget') await at?.library.forget(idOf(each.letter));
          else if (each.kind === 'sync') await at?.sync.sync();
          else await Promise.all(devices.map(({ sync }) => sync.sync()));
        }
        const last = await devices[0]?.keep('d', 'last');
        for (const each of [...devices, ...devices]) await each.sync.sync();
        const lists = await Promise.all(devices.map((each) => each.everything()));
        expect(lists[1]).toEqual(lists[0]);
        expect(lists[2]).toEqual(lists[0]);
        expect(lists[2]).toContainEqual(last);
      }),
      { numRuns: 60 },
    );
  });
});
