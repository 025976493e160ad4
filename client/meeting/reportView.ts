import type { ErrorCode } from '../../shared/errors.ts';
import type { DeviceKey, ReportId } from '../../shared/ids.ts';
import type { ReportBundle, ReportStill } from '../e2ee/reports/bundle.ts';
import type { ReportReason } from '../e2ee/reports/limits.ts';

/** What the person puts into a report; names and the rest are added where it is sealed. */
export interface ReportDraft {
  readonly reason: ReportReason;
  readonly text: string;
  readonly about: readonly DeviceKey[];
  /** Ids of chat messages. */
  readonly chat: readonly string[];
  readonly still: (Omit<ReportStill, 'of'> & { readonly of: DeviceKey }) | null;
}

export type ReportProgress =
  | { readonly name: 'idle' | 'sending' }
  | { readonly name: 'sent'; readonly report: ReportId }
  | { readonly name: 'failed'; readonly code: ErrorCode }
  /** Put together for the person to save. */
  | { readonly name: 'packed'; readonly bundle: ReportBundle };

/** Reporting to the operator of the site. */
export interface ReportView {
  /** Thirty digits of the key that reports are sealed to; null where the meeting pins none. */
  readonly fingerprint: string | null;
  /** Others who were here while this device was. `here`: still, or when this device left. */
  readonly people: readonly { readonly device: DeviceKey; readonly name: string; readonly here: boolean }[];
  readonly progress: ReportProgress;
}
