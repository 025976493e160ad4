import { type KeyStore, memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import type { MeetingEntry, MeetingRules } from '../../../client/meeting/library/entry.ts';
import { Library } from '../../../client/meeting/library/library.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { meetingId } from '../../../shared/ids.ts';
import { presetPolicy } from '../../../shared/roles.ts';

const classroom = presetPolicy('classroom');
const own: MeetingRules = {
  policy: {
    ...classroom,
    label: null,
    watermark: true,
    permissions: {
      ...classroom.permissions,
      participant: [...classroom.permissions.participant, 'chat'],
    },
  },
  suite: 'x-wing',
  label: null,
};

/** A term of a school: a series, a single one, one of another device, one of another host, one that is over. */
async function fillMeetings(library: Library, store: KeyStore): Promise<void> {
  for (const letter of ['k', 'l']) await store.put(`host:${letter.repeat(21)}A`, utf8('{}'));
  const day = 86_400_000;
  const now = Date.UTC(2026, 8, 1);
  const weekly = { rhythm: 'week', times: 18 } as const;
  const entries: readonly Partial<MeetingEntry>[] = [
    {
      title: '三年乙班 國語',
      schedule: { start: Date.now() + day, minutes: 45, zone: 'Asia/Taipei', repeats: weekly },
    },
    { title: 'Parents’ evening', passphrase: true },
    { title: 'Works council' },
    { title: '', role: 'member', rules: null },
    { title: 'Budget 2027', ended: true },
  ];
  for (const [place, change] of entries.entries()) {
    const id = 'klomn'.charAt(place).repeat(21);
    await library.keep({
      meeting: meetingId.parse(`${id}A`),
      title: '',
      path: `/m/${id}A#${'B'.repeat(50)}`,
      role: 'host',
      created: now + place,
      sequence: 0,
      ended: false,
      schedule: null,
      series: null,
      passphrase: false,
      rules: own,
      ...change,
    });
  }
}

/** The real library over a store in memory, in one of some states. */
export async function fixtureLibrary(state: string): Promise<Library> {
  const store = memoryKeyStore();
  const library = new Library(store, Date.now);
  switch (state) {
    case 'presets': {
      const { id } = await library.keepPreset('三年乙班', own);
      await library.keepPreset('Parents’ evening', { ...own, label: 'Internal' });
      await library.rememberChoice({ source: { kind: 'saved', id }, rules: own });
      return library;
    }
    case 'lost':
      await store.put('library:choice:last', utf8('{'));
      await store.put('library:preset:AAAAAAAAAAAAAAAAAAAAAA', utf8('{'));
      return library;
    case 'custom':
      await library.rememberChoice({ source: { kind: 'builtin', preset: 'open' }, rules: own });
      return library;
    case 'meetings':
      await fillMeetings(library, store);
      await store.put('library:meeting:damaged', utf8('{'));
      return library;
    case 'refused':
      throw new Error('storage is refused');
    default:
      return library;
  }
}
