import type { AccountId, AccountRole, SessionId } from '../../shared/protocol/accounts.ts';

/** Someone who signs in. Times in milliseconds since 1970, here and below. */
export interface Account {
  readonly id: AccountId;
  /** Who vouches for the person: the provider, by its name for them; null for a local account. */
  readonly subject: { readonly issuer: string; readonly subject: string } | null;
  readonly name: string;
  readonly role: AccountRole;
  readonly createdAt: number;
}

/** One signed-in browser. `token` and `previous` are hashes. */
export interface Session {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly token: string;
  readonly previous: string | null;
  readonly rotatedAt: number;
  readonly confirmedAt: number | null;
  readonly device: string;
  readonly createdAt: number;
  readonly seenAt: number;
  /** When a passkey or the provider last showed in this session who it is; null where only a one-time link did. */
  readonly provenAt: number | null;
  readonly expiresAt: number;
}

export interface Passkey {
  /** base64url. */
  readonly id: string;
  readonly account: AccountId;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
}

export interface Invite {
  /** Hash of the link's token. */
  readonly token: string;
  readonly account: AccountId | null;
  readonly name: string;
  readonly role: AccountRole;
  readonly expiresAt: number;
}

export type CeremonyKind = 'provider' | 'id-token' | 'passkey-add' | 'passkey-sign-in';

/** A step that waits for its next one. */
export interface Ceremony {
  /** Hash of what the next step must present. */
  readonly id: string;
  readonly kind: CeremonyKind;
  readonly data: string;
  readonly expiresAt: number;
}

/** An account's own list of meetings, as its devices sealed it. */
export interface SealedLibrary {
  /** From 1, one more with each replacement. */
  readonly version: number;
  readonly sealed: Uint8Array;
}

/** Accounts and how they sign in. Every method throws what the database throws when it fails. */
export interface AccountStore {
  /** The account of a provider's subject, made or brought up to date; its id stays. */
  keepProviderAccount(account: Account & { readonly subject: object }): Promise<Account>;
  addAccount(account: Account): Promise<void>;
  account(id: AccountId): Promise<Account | null>;
  /** All accounts, oldest first. */
  accounts(): Promise<readonly Account[]>;
  /** Gives a local account another role; false where there is none of that id, or a provider gives it its role. */
  setRole(id: AccountId, role: AccountRole): Promise<boolean>;
  /** With its sessions, passkeys, unused links and sealed list; false where there is none. */
  removeAccount(id: AccountId): Promise<boolean>;

  addSession(session: Session): Promise<void>;
  /** By the hash of its current or previous token. */
  sessionByToken(hash: string): Promise<Session | null>;
  /** Replaces a session as it was read (compare-and-set on its token); false where another was quicker. */
  updateSession(before: Session, after: Session): Promise<boolean>;
  sessions(account: AccountId): Promise<readonly Session[]>;
  deleteSession(id: SessionId): Promise<void>;
  deleteSessions(account: AccountId): Promise<void>;

  addPasskey(passkey: Passkey): Promise<'added' | 'exists'>;
  passkey(id: string): Promise<Passkey | null>;
  passkeys(account: AccountId): Promise<readonly Passkey[]>;
  hasPasskeys(): Promise<boolean>;
  /** Notes a use. The counter never goes back; false where it would. */
  usePasskey(id: string, counter: number, at: number): Promise<boolean>;
  deletePasskey(account: AccountId, id: string): Promise<boolean>;

  library(account: AccountId): Promise<SealedLibrary | null>;
  /** Replaces a version by the next one (compare-and-set; 0 where there is none); otherwise changes nothing. */
  putLibrary(account: AccountId, replaces: number, sealed: Uint8Array): Promise<'put' | 'conflict'>;

  addInvite(invite: Invite): Promise<void>;
  /** Links that wait to be used, those that expire first in front. */
  invites(now: number): Promise<readonly Invite[]>;
  /** By the hash of its token. */
  deleteInvite(token: string): Promise<boolean>;
  /** Takes an invite out, so that nobody else can; null where there is none or it is too late. */
  takeInvite(token: string, now: number): Promise<Invite | null>;

  addCeremony(ceremony: Ceremony): Promise<void>;
  /** Takes a waiting step out; null where there is none of that kind, or it is too late. */
  takeCeremony(id: string, kind: CeremonyKind, now: number): Promise<string | null>;

  /** Forgets sessions, invites and steps that are over. */
  sweep(now: number): Promise<void>;
}
