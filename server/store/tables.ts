/** One meeting: no title, no names, no people. */
export interface MeetingTable {
  id: string;
  /** Milliseconds since 1970, the server's clock. */
  created_at: number;
  ended_at: number | null;
  /** Hash of the last record. */
  head: string;
}

/** A breakout room: a meeting that lives no longer than another. */
export interface RoomTable {
  meeting: string;
  main: string;
}

/** Signed records exactly as they were signed. */
export interface RecordTable {
  meeting: string;
  seq: number;
  bytes: Uint8Array;
  signature: Uint8Array;
  hash: string;
}

/** A sealed file on disk: no name, no type. */
export interface BlobTable {
  id: string;
  meeting: string;
  /** Device that uploads it. */
  owner: string;
  /** Bytes of ciphertext. */
  size: number;
  created_at: number;
  expires_at: number;
  /** 1 once all bytes are on disk. */
  complete: number;
}

/** A piece of a sealed file, where several servers share the database: the bytes from `at` up to `until`. */
export interface BlobPartTable {
  blob: string;
  at: number;
  until: number;
  came_at: number;
  bytes: Uint8Array;
}

/** Someone who signs in: by the organisation's provider, or locally. Guests have no account. */
export interface AccountTable {
  id: string;
  /** Both null for local accounts. */
  issuer: string | null;
  subject: string | null;
  name: string;
  role: string;
  created_at: number;
}

/** One signed-in browser. Tokens are kept as hashes only. */
export interface SessionTable {
  id: string;
  account: string;
  token: string;
  /** The token before the last rotation, good until the new one has been seen. */
  previous: string | null;
  rotated_at: number;
  /** When the newest token was first presented; null while it was not. */
  confirmed_at: number | null;
  device: string;
  created_at: number;
  seen_at: number;
  proven_at: number | null;
  expires_at: number;
}

export interface PasskeyTable {
  /** The credential's id, base64url. */
  id: string;
  account: string;
  public_key: Uint8Array;
  counter: number;
  name: string;
  created_at: number;
  used_at: number | null;
}

/** A one-time link, by the hash of its token. Deleted when used. */
export interface InviteTable {
  token: string;
  /** The account it opens again, or null to make a new one. */
  account: string | null;
  name: string;
  role: string;
  expires_at: number;
}

/** A step of a sign-in that waits for its next one; taken out once. */
export interface CeremonyTable {
  /** Hash of what the next step presents. */
  id: string;
  kind: string;
  /** JSON. */
  data: string;
  expires_at: number;
}

/** An account's own list of meetings: one ciphertext, which its devices alone open. */
export interface LibraryTable {
  account: string;
  version: number;
  sealed: Uint8Array;
}

/** A report, which only its operator's private key opens. Who sent it is sealed inside. */
export interface ReportTable {
  id: string;
  meeting: string;
  /** Milliseconds since 1970, the server's clock. */
  received_at: number;
  sealed: Uint8Array;
}

/** One entry of the audit log, as the text that was hashed. */
export interface AuditTable {
  seq: number;
  line: string;
}

export interface AuditHeadTable {
  id: number;
  seq: number;
  hash: string;
  signature: string;
}

export interface Tables {
  meetings: MeetingTable;
  records: RecordTable;
  rooms: RoomTable;
  blobs: BlobTable;
  blob_parts: BlobPartTable;
  accounts: AccountTable;
  sessions: SessionTable;
  passkeys: PasskeyTable;
  invites: InviteTable;
  ceremonies: CeremonyTable;
  libraries: LibraryTable;
  reports: ReportTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
}
