import type { AccountId } from '../../../shared/protocol/accounts.ts';
import { keptLibrary } from '../../../shared/protocol/library.ts';
import { browserKeyStore } from '../../e2ee/identity/browserKeyStore.ts';
import { ready } from '../../e2ee/sodium.ts';
import { callServer } from '../core/rest.ts';
import { LibrarySync, type SyncServer } from './sync.ts';

const PATH = '/api/account/library';

/** The account's place on a site; the session goes along as the browser's cookie. */
export function siteLibrary(origin: string): SyncServer {
  return {
    get: () => callServer(origin, PATH, keptLibrary),
    async put(replaces, sealed) {
      const now = await callServer(origin, PATH, keptLibrary, { replaces, sealed }, 'PUT');
      return { kept: now.version === replaces + 1 && now.sealed === sealed, now };
    },
  };
}

/** Of this browser, for who is signed in here. Throws where the browser keeps nothing. */
export async function openLibrarySync(account: AccountId): Promise<LibrarySync> {
  await ready();
  return new LibrarySync(await browserKeyStore(), account, siteLibrary(location.origin), Date.now);
}
