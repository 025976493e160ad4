import type { MeetingId, ReportId } from '../../shared/ids.ts';

/** What is known of a report without its key. */
export interface StoredReport {
  readonly id: ReportId;
  readonly meeting: MeetingId;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Length of the sealed report, in bytes. */
  readonly bytes: number;
}

export interface NewReport extends Omit<StoredReport, 'bytes'> {
  readonly sealed: Uint8Array;
}

/** Reports, as ciphertext. Every method throws what the database throws when it fails. */
export interface ReportStore {
  /** Keeps a report unless its meeting has `most` already. */
  add(report: NewReport, most: number): Promise<'added' | 'full'>;
  /** All that are kept, oldest first. */
  list(): Promise<StoredReport[]>;
  /** False where there is none. */
  remove(id: ReportId): Promise<boolean>;
  find(id: ReportId): Promise<NewReport | null>;
  /** Deletes those received before a time, and says how many. */
  forget(before: number): Promise<number>;
}
