import type { OwnAccount, SessionId } from '../../../shared/protocol/accounts.ts';
import type { Accounts, AccountView } from '../../ui/account/accounts.ts';
import type { AdminDesk } from '../../ui/admin/adminDesk.ts';
import type { LoadServices } from '../../ui/services.ts';
import { askSimply, isNobody, readSiteView } from './siteView.ts';

type Calls = typeof import('./siteCalls.ts');

/**
 * The accounts of the site this page is from. The calls with their schemas are loaded for those who are signed in or
 * about to, and what needs this device's keys is asked of the services, loaded when someone signs in.
 */
export class SiteAccountsClient implements Accounts {
  readonly #services: LoadServices;
  readonly #listeners = new Set<() => void>();
  #view: AccountView = { site: null, account: null, known: false };

  constructor(services: LoadServices) {
    this.#services = services;
  }

  readonly getView = (): AccountView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks the site. Where it does not answer, the page is as on a site without accounts. */
  async load(): Promise<void> {
    const [site, account] = await Promise.all([askSimply('/api/site'), askAccount()]);
    this.#set({ site: readSiteView(site), account, known: true });
  }

  async signIn(returnTo: string): Promise<void> {
    const { beginSignIn } = await this.#services();
    const nonce = await beginSignIn(returnTo);
    location.assign(await (await calls()).beginSignIn(nonce));
  }

  async finishSignIn(): Promise<string> {
    const { finishSignIn } = await this.#services();
    const returnTo = await finishSignIn(await (await calls()).takeIdToken());
    await this.load();
    return returnTo;
  }

  redeemInvite(token: string): Promise<void> {
    return this.#change(({ redeemInvite }) => redeemInvite(token));
  }

  signInByPasskey(): Promise<void> {
    return this.#change(({ signInByPasskey }) => signInByPasskey());
  }

  addPasskey(name: string): Promise<void> {
    return this.#change(({ addPasskey }) => addPasskey(name));
  }

  removePasskey(id: string): Promise<void> {
    return this.#change(({ removePasskey }) => removePasskey(id));
  }

  endSession(id: SessionId): Promise<void> {
    return this.#change(({ endSession }) => endSession(id));
  }

  async signOut(everywhere: boolean): Promise<void> {
    await (await this.#services()).forgetSignIn();
    await this.#change(({ signOut }) => signOut(everywhere));
  }

  async openAdmin(): Promise<AdminDesk> {
    return (await import('./adminCalls.ts')).adminCalls;
  }

  async #change(work: (calls: Calls) => Promise<void>): Promise<void> {
    await work(await calls());
    await this.load();
  }

  #set(view: AccountView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

/** Who is signed in; null also where the site does not answer. */
async function askAccount(): Promise<OwnAccount | null> {
  const answer = await askSimply('/api/account');
  if (answer === null || isNobody(answer)) return null;
  try {
    return (await calls()).readAccount(answer);
  } catch {
    return null;
  }
}

function calls(): Promise<Calls> {
  return import('./siteCalls.ts');
}
