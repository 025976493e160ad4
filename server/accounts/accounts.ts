import type { CreateRule, SiteAccounts } from '../../shared/protocol/accounts.ts';
import type { AccountStore } from '../store/accountStore.ts';
import { Passkeys } from './passkeys.ts';
import { Provider, type ProviderConfig } from './provider.ts';
import { type SessionRules, sessionRules } from './session.ts';
import { Sessions } from './sessions.ts';
import { ProviderSignIn } from './signIn.ts';

/** The operator's settings about who may do what. */
export interface AccountsConfig {
  readonly create: CreateRule;
  readonly provider: ProviderConfig | null;
}

/** Everything about accounts that the routes use. */
export class Accounts {
  readonly store: AccountStore;
  readonly create: CreateRule;
  readonly provider: Provider | null;
  readonly signIn: ProviderSignIn | null;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly now: () => number;

  constructor(
    config: AccountsConfig,
    store: AccountStore,
    now: () => number,
    rules: SessionRules = sessionRules,
  ) {
    this.store = store;
    this.now = now;
    this.create = config.create;
    this.provider = config.provider && new Provider(config.provider, now);
    this.signIn = this.provider && new ProviderSignIn(this.provider, store, now);
    this.sessions = new Sessions(store, now, rules);
    this.passkeys = new Passkeys(store, now);
  }

  /** What the page needs to know of this site. */
  async site(): Promise<Omit<SiteAccounts, 'policies'>> {
    const { provider } = this;
    return {
      create: this.create,
      signIn: {
        provider: provider && { name: provider.config.name },
        passkey: await this.store.hasPasskeys(),
      },
      staff: (await provider?.staff()) ?? null,
    };
  }
}
