import type { MeetingId, RecordHash } from '../../shared/ids.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { BlobStore } from './blobStore.ts';

/** What is known of a meeting without reading its records. Times in milliseconds since 1970. */
export interface StoredMeeting {
  readonly id: MeetingId;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly head: RecordHash;
}

/** A breakout room that goes on. */
export interface StoredRoom {
  readonly id: MeetingId;
  readonly main: MeetingId;
  readonly createdAt: number;
}

/** A record and its hash, so that the store needs no crypto. */
export interface HashedRecord {
  readonly record: SignedRecord;
  readonly hash: RecordHash;
}

export interface NewMeeting {
  readonly id: MeetingId;
  readonly createdAt: number;
  /** The meeting that it is a breakout room of. */
  readonly main?: MeetingId;
  /** Genesis first; at least one. */
  readonly records: readonly HashedRecord[];
}

export interface Append extends HashedRecord {
  /** The head this record follows. */
  readonly prev: RecordHash;
  /** Position in the chain, from 0. */
  readonly seq: number;
  /** Set by the record that ends the meeting. */
  readonly endedAt?: number;
}

/**
 * Meetings and their signed records, and what is known of their sealed files. Implementations check no signature: callers
 * verify first. Every method throws what the database throws when it fails.
 */
export interface MeetingStore {
  readonly blobs: BlobStore;
  /** Adds a meeting with its first records, all or nothing. */
  create(meeting: NewMeeting): Promise<'created' | 'exists'>;
  find(id: MeetingId): Promise<StoredMeeting | null>;
  /** All records of a meeting, genesis first; empty for an unknown one. */
  records(id: MeetingId): Promise<SignedRecord[]>;
  /** Appends where `prev` still is the head (compare-and-set); otherwise changes nothing. */
  append(id: MeetingId, append: Append): Promise<'appended' | 'conflict'>;
  /** Breakout rooms that go on, of all meetings. */
  rooms(): Promise<StoredRoom[]>;
  /** Ends a meeting without a record, by the operator; false where there is none that goes on. */
  end(id: MeetingId, endedAt: number): Promise<boolean>;
  /**
   * Deletes meetings that ended before a time, with their records, and says how many. Those of which a report or
   * a file is still kept wait for it.
   */
  forget(before: number): Promise<number>;
  /** Idempotent. */
  close(): Promise<void>;
}
