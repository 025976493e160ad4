import type { ErrorCode } from '../../../shared/errors.ts';
import type { OwnAccount, SessionId, SiteAccounts } from '../../../shared/protocol/accounts.ts';
import type { SiteRegions } from '../../../shared/residency.ts';
import type { AdminDesk } from '../admin/adminDesk.ts';

/** What the interface has to know of what the site asks of whom. */
export interface SiteView extends Pick<SiteAccounts, 'create' | 'signIn'> {
  readonly policies: Pick<SiteAccounts['policies'], 'presets' | 'recording' | 'residency'>;
  /** Where its servers are; null where no operator signed for that. */
  readonly regions: SiteRegions | null;
}

/** Who is signed in here, and what the site asks of whom. */
export interface AccountView {
  /** Null until the site has said. */
  readonly site: SiteView | null;
  /** Null while nobody is signed in, or it is not known yet. */
  readonly account: OwnAccount | null;
  readonly known: boolean;
}

/** What the interface asks about accounts. Every promise rejects with an error that carries a `code`. */
export interface Accounts {
  getView(): AccountView;
  subscribe(listener: () => void): () => void;
  /** Goes to the organisation's sign-in; comes back to `returnTo`. */
  signIn(returnTo: string): Promise<void>;
  /** After the way back: keeps who this is; resolves to the path to go to. */
  finishSignIn(): Promise<string>;
  redeemInvite(token: string): Promise<void>;
  signInByPasskey(): Promise<void>;
  addPasskey(name: string): Promise<void>;
  removePasskey(id: string): Promise<void>;
  endSession(id: SessionId): Promise<void>;
  signOut(everywhere: boolean): Promise<void>;
  /** What administrators do; loaded when asked for. */
  openAdmin(): Promise<AdminDesk>;
}

/** Codes that the way back from a sign-in may carry in its fragment. */
export const signInProblems: readonly ErrorCode[] = ['sign-in-failed', 'not-entitled', 'unavailable'];

/** Whether somebody can sign in here at all. */
export function canSignIn({ site }: AccountView): boolean {
  return site !== null && (site.signIn.provider !== null || site.signIn.passkey);
}
