import type { MeetingId } from '../../../shared/ids.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { parseLink } from '../../e2ee/link/link.ts';
import type { Clock } from '../clock.ts';
import { meetingEntry, type SeriesId } from '../library/entry.ts';
import { Shelf } from '../library/shelf.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { errand } from './errand.ts';

/** Further back, whoever was banned is in the list by a later visit. */
const MEETINGS_LOOKED_AT = 4;

export interface GatherOptions {
  readonly origin: string;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  /** Whether this device is in a meeting at this moment: a visit would put it out, and it reads the records itself. */
  readonly isIn: (meeting: MeetingId) => Promise<boolean>;
  readonly signalingFor: (meeting: MeetingId) => Signaling;
}

/**
 * Reads in the newest meetings of a series, founded here, whom their hosts banned while this device was away, into
 * the list of the series. Meetings that cannot be reached any more are passed over. Throws where storage fails.
 */
export async function gatherBans(series: SeriesId, options: GatherOptions): Promise<void> {
  const { clock, isIn, keyStore, origin, signalingFor } = options;
  const { things } = await new Shelf(keyStore, 'library:meeting:', async () => meetingEntry).all();
  const earlier = things
    .filter((entry) => entry.role === 'host' && (entry.series ?? entry.meeting) === series)
    .toSorted((one, other) => other.created - one.created)
    .slice(0, MEETINGS_LOOKED_AT);
  for (const { meeting, path } of earlier) {
    if (await isIn(meeting)) continue;
    const link = parseLink(new URL(path, origin).href);
    const visit = errand(
      { link, origin, signaling: signalingFor(meeting), connect: signalingFor, keyStore, clock },
      ({ phase }, core) => (phase.name === 'opening' ? null : core.seriesBars.settled),
    );
    await visit.catch(() => undefined);
  }
}
