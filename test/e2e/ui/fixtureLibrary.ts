import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import type { MeetingRules } from '../../../client/meeting/library/entry.ts';
import { Library } from '../../../client/meeting/library/library.ts';
import { utf8 } from '../../../shared/bytes.ts';
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
    case 'refused':
      throw new Error('storage is refused');
    default:
      return library;
  }
}
