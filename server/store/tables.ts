/** One meeting: no title, no names, no people. */
export interface MeetingTable {
  id: string;
  /** Milliseconds since 1970, the server's clock. */
  created_at: number;
  ended_at: number | null;
  /** Hash of the last record. */
  head: string;
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

export interface Tables {
  meetings: MeetingTable;
  records: RecordTable;
  blobs: BlobTable;
}
