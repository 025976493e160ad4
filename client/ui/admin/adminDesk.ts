import type { AccountId, AccountRole } from '../../../shared/protocol/accounts.ts';
import type {
  AdminAccount,
  AdminInvite,
  AdminReport,
  AuditPage,
  AuditQuery,
  AuditState,
  Diagnosis,
  FoundMeetingView,
  MakeInvite,
  Overview,
  SitePoliciesView,
} from '../../../shared/protocol/admin.ts';

/** What the administration page asks of the site. Every promise rejects with an error that carries a `code`. */
export interface AdminDesk {
  overview(): Promise<Overview>;
  /** One of the list by its name there, or any by its number. */
  endMeeting(which: { readonly meeting: string } | { readonly id: string }): Promise<void>;
  findMeeting(id: string): Promise<FoundMeetingView>;
  /** By when people on a server are told that it restarts, in minutes from now; null calls it off. */
  drain(node: string, minutes: number | null): Promise<void>;
  accounts(): Promise<readonly AdminAccount[]>;
  setRole(id: AccountId, role: AccountRole): Promise<void>;
  revokeSessions(id: AccountId): Promise<void>;
  removeAccount(id: AccountId): Promise<void>;
  invites(): Promise<readonly AdminInvite[]>;
  /** Resolves to the link. */
  makeInvite(invite: MakeInvite): Promise<string>;
  withdrawInvite(id: string): Promise<void>;
  policies(): Promise<SitePoliciesView>;
  reports(): Promise<readonly AdminReport[]>;
  /** As it was sealed. */
  fetchReport(id: string): Promise<Blob>;
  removeReport(id: string): Promise<void>;
  audit(query: AuditQuery): Promise<AuditPage>;
  /** As JSON lines. */
  exportAudit(): Promise<Blob>;
  verifyAudit(): Promise<AuditState>;
  diagnose(): Promise<Diagnosis>;
}
