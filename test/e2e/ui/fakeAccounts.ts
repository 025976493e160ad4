import type { Accounts, AccountView } from '../../../client/ui/account/accounts.ts';
import { accountId, type OwnAccount, sessionId } from '../../../shared/protocol/accounts.ts';
import { operatorKey, type SiteRegions } from '../../../shared/residency.ts';
import { sitePolicies } from '../../support/sitePolicies.ts';
import { fakeAdmin } from './fakeAdmin.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const id = (letter: string) => sessionId.parse(`${letter.repeat(21)}A`);

const local: OwnAccount = {
  id: accountId.parse('A'.repeat(22)),
  name: '林美華 Lin Mei-hua',
  role: 'host',
  kind: 'local',
  mayCreate: true,
  sessions: [
    { id: id('a'), current: true, device: 'Firefox, Linux', since: NOW, seen: NOW },
    { id: id('b'), current: false, device: 'Safari, iOS', since: NOW - 86_400_000, seen: NOW - 7_200_000 },
    { id: id('c'), current: false, device: '', since: NOW - 86_400_000, seen: NOW - 80_000_000 },
  ],
  passkeys: [{ id: 'one', name: 'Work laptop', since: NOW - 86_400_000, used: null }],
};

const site = (
  create: 'anyone' | 'signed-in',
  name: string | null,
  passkey: boolean,
  regions: SiteRegions | null = null,
): AccountView => ({
  site: {
    create,
    signIn: { provider: name === null ? null : { name }, passkey },
    policies: sitePolicies,
    regions,
  },
  account: null,
  known: true,
});
const both = site('signed-in', 'Ministry account', true);

/** Who is signed in, by the name that the page's address gives. */
const views: Readonly<Record<string, AccountView>> = {
  none: site('anyone', null, false),
  out: both,
  spread: site('anyone', null, false, {
    operator: operatorKey.parse('A'.repeat(43)),
    names: ['Taichung', 'Taipei'],
  }),
  offered: site('anyone', 'Ministry account', false),
  local: { ...both, account: local },
  fresh: { ...both, account: { ...local, passkeys: [] } },
  admin: { ...both, account: { ...local, role: 'admin' } },
  member: {
    ...both,
    account: { ...local, kind: 'provider', role: 'member', mayCreate: false, passkeys: [] },
  },
};

/** Accounts that note what was asked and change nothing. */
export function fakeAccounts(name: string | null, note: (action: string) => void): Accounts {
  const view = views[name ?? 'none'] ?? both;
  const noted = (action: string) => async () => note(action);
  return {
    getView: () => view,
    subscribe: () => () => undefined,
    signIn: noted('signIn'),
    finishSignIn: () => new Promise(() => undefined),
    redeemInvite: () => new Promise(() => undefined),
    signInByPasskey: noted('signInByPasskey'),
    addPasskey: async (passkey) => note(`addPasskey ${passkey}`),
    removePasskey: async (passkey) => note(`removePasskey ${passkey}`),
    endSession: async (session) => note(`endSession ${session}`),
    signOut: async (everywhere) => note(`signOut ${everywhere}`),
    openAdmin: async () => fakeAdmin(note),
  };
}
