import type { DeviceKey } from '../../../shared/ids.ts';
import type { ReportReason } from '../../e2ee/reports/limits.ts';
import type { ReportDraft } from '../../meeting/reportView.ts';

/** A report while its person is at it: everything stays until it is sent. */
export interface Draft extends Omit<ReportDraft, 'reason'> {
  readonly reason: ReportReason | null;
}

export const emptyDraft: Draft = { reason: null, text: '', about: [], chat: [], still: null };

/** What can be sent; null while it lacks its reason. */
export function complete({ reason, ...rest }: Draft): ReportDraft | null {
  return reason === null ? null : { ...rest, reason };
}

/** The draft, about one person more. */
export function withAbout(draft: Draft, device: DeviceKey | null): Draft {
  if (device === null || draft.about.includes(device)) return draft;
  return { ...draft, about: [...draft.about, device] };
}
