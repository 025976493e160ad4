import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { type MeetingId, type ReportId, type ReportKey, reportId } from '../../shared/ids.ts';
import { decodeReportDelivery, reportDeliveryInput } from '../../shared/protocol/report.ts';
import { verifyDetached } from '../meeting/recordCrypto.ts';
import { Buckets } from '../signaling/bucket.ts';
import type { ReportStore } from '../store/reportStore.ts';
import type { MeetingStore } from '../store/store.ts';
import { mayReport } from './standing.ts';

export interface ReportDeskParts {
  readonly meetings: Pick<MeetingStore, 'records'>;
  readonly reports: ReportStore;
  /** Null where the operator takes no reports. */
  readonly key: ReportKey | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Reports of one device in one meeting. */
const PER_DEVICE = { burst: 3, perSecond: 3 / 3_600 };
/** Reports in one meeting: a class has thirty, and few meetings are reported by all. */
const PER_MEETING = { burst: 40, perSecond: 40 / 3_600 };
/** What a meeting may fill of the disk. */
const MOST_PER_MEETING = 200;

/** Takes sealed reports in. The server cannot open them and keeps nothing of who brought them. */
export class ReportDesk {
  readonly #parts: ReportDeskParts;
  readonly #devices = new Buckets(PER_DEVICE);
  readonly #meetings = new Buckets(PER_MEETING);

  constructor(parts: ReportDeskParts) {
    this.#parts = parts;
  }

  /** Throws `no-report-key` where this site takes none. */
  requireKey(): void {
    if (this.#parts.key === null) throw new ProtocolError('no-report-key');
  }

  /**
   * Keeps one delivery. Throws ProtocolError: `no-report-key`, `bad-request`, `bad-signature`, `not-found`,
   * `not-admitted`, `rate-limited`, `full`.
   */
  async take(meeting: MeetingId, body: Uint8Array): Promise<ReportId> {
    this.requireKey();
    const delivery = decodeReportDelivery(body);
    if (!delivery) throw new ProtocolError('bad-request');
    const { device, signature, sealed } = delivery;
    if (!verifyDetached(signature, reportDeliveryInput(meeting, sealed), device)) {
      throw new ProtocolError('bad-signature');
    }
    const { meetings, reports, now } = this.#parts;
    const records = await meetings.records(meeting);
    if (records.length === 0) throw new ProtocolError('not-found');
    if (!mayReport(records, device)) throw new ProtocolError('not-admitted');
    this.#limit(this.#devices, `${meeting} ${device}`);
    this.#limit(this.#meetings, meeting);
    const id = reportId.parse(toBase64Url(randomBytes(16)));
    const kept = await reports.add({ id, meeting, receivedAt: now(), sealed }, MOST_PER_MEETING);
    if (kept === 'full') throw new ProtocolError('full');
    return id;
  }

  #limit(buckets: Buckets, key: string): void {
    const waitMs = buckets.take(key, this.#parts.now());
    if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
  }
}
