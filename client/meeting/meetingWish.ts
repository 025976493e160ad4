import type { MeetingId } from '../../shared/ids.ts';
import type { GroupSuite } from '../../shared/records/record.ts';
import type { Policy } from '../../shared/roles.ts';
import type { SeriesId } from './library/entry.ts';

/** What a new meeting is to be. */
export interface MeetingWish {
  readonly policy: Policy;
  /** X25519 for very large meetings; X-Wing otherwise. */
  readonly suite: GroupSuite;
  /** Asked of whoever opens the link. */
  readonly passphrase?: string;
  /** Classification shown on every page. */
  readonly label?: string;
  /** The series it continues: whoever is barred from that is kept out from the start. */
  readonly series?: SeriesId;
}

/** The link of a meeting just founded on this device. */
export interface FoundedMeeting {
  readonly meeting: MeetingId;
  readonly link: string;
}
