import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { TransformStats } from '../e2ee/frames/messages.ts';
import type { Layers } from './layers.ts';
import { type NetworkPath, pathOf } from './networkPath.ts';
import { entriesOf, type StatsEntry } from './statsReport.ts';

/** What the statistics panel shows of one RTP stream; null where the browser does not tell. */
export interface StreamStats {
  readonly direction: 'send' | 'receive';
  /** Null for one's own streams. */
  readonly device: DeviceKey | null;
  readonly source: Source;
  /** `rid` of a simulcast encoding; null otherwise. */
  readonly rid: string | null;
  /** For instance `video/VP9`. */
  readonly codec: string | null;
  readonly scalabilityMode: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  /** Bits per second since the reading before; null at the first. */
  readonly bitrate: number | null;
  /** Share of packets lost since the reading before, 0 to 1; null at the first. */
  readonly loss: number | null;
  /** Seconds. */
  readonly jitter: number | null;
  /** Milliseconds to the server. */
  readonly rttMs: number | null;
  /** Why the encoder holds back: `cpu`, `bandwidth`, `other`, `none`. */
  readonly limitation: string | null;
  /** Null until it is found. */
  readonly path: NetworkPath | null;
}

/** One row of statistics with what the engine itself knows of the stream. */
export interface EngineStats extends StreamStats {
  /** Layers that the server forwards now; null for one's own streams and those without layers. */
  readonly layer: Layers | null;
  /** Frames sealed (sending) or opened (receiving) so far, and those dropped; null while unknown. */
  readonly frames: FrameCount | null;
}

export interface FrameCount {
  readonly passed: number;
  readonly dropped: number;
}

/** What a transform let pass and what not. */
export function framesOf(transform: TransformStats | undefined): FrameCount | null {
  if (transform === undefined) return null;
  const dropped = Object.values(transform.dropped).reduce((sum, count) => sum + count, 0);
  return { passed: transform.framesOut, dropped };
}

/** Counters of one stream at one reading. */
interface Reading {
  readonly at: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
}

interface Subject {
  readonly device: DeviceKey | null;
  readonly source: Source;
}

/** Turns the browser's counters into rates: keeps the reading before of each stream. */
export class StatsReader {
  #before = new Map<string, Reading>();
  #now = new Map<string, Reading>();

  /** One row per RTP stream in `report`. Call `turn` once after all reports of one moment. */
  read(report: RTCStatsReport, subject: Subject): readonly StreamStats[] {
    const entries = entriesOf(report);
    const rows: StreamStats[] = [];
    for (const [id, entry] of entries) {
      const type = entry.text('type');
      if (type === 'outbound-rtp' && entry.number('packetsSent') !== null) {
        rows.push(this.#row('send', `${subject.source}/${id}`, entry, entries, subject));
      }
      if (type === 'inbound-rtp') {
        rows.push(this.#row('receive', `${subject.device}/${subject.source}/${id}`, entry, entries, subject));
      }
    }
    return rows;
  }

  /** Makes the readings since the last call the ones to compare with. */
  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  #row(
    direction: 'send' | 'receive',
    key: string,
    entry: StatsEntry,
    entries: ReadonlyMap<string, StatsEntry>,
    subject: Subject,
  ): StreamStats {
    const remote = entries.get(entry.text('remoteId') ?? '');
    const codec = entries.get(entry.text('codecId') ?? '');
    const sending = direction === 'send';
    const now: Reading = {
      at: entry.number('timestamp') ?? 0,
      bytes: entry.number(sending ? 'bytesSent' : 'bytesReceived') ?? 0,
      packets: entry.number(sending ? 'packetsSent' : 'packetsReceived') ?? 0,
      lost: (sending ? remote : entry)?.number('packetsLost') ?? 0,
    };
    this.#now.set(key, now);
    const before = this.#before.get(key);
    const rtt = remote?.number('roundTripTime') ?? pairRtt(entries);
    return {
      direction,
      ...subject,
      rid: entry.text('rid'),
      codec: codec?.text('mimeType') ?? null,
      scalabilityMode: entry.text('scalabilityMode'),
      width: entry.number('frameWidth'),
      height: entry.number('frameHeight'),
      framesPerSecond: entry.number('framesPerSecond'),
      bitrate: bitrateBetween(before, now),
      loss: lossBetween(before, now, sending),
      jitter: (sending ? remote : entry)?.number('jitter') ?? null,
      rttMs: rtt === null ? null : rtt * 1000,
      limitation: entry.text('qualityLimitationReason'),
      path: pathOf(entries),
    };
  }
}

function bitrateBetween(before: Reading | undefined, now: Reading): number | null {
  if (before === undefined || now.at <= before.at) return null;
  return Math.max(0, ((now.bytes - before.bytes) * 8 * 1000) / (now.at - before.at));
}

/** Received packets do not include the lost ones, sent packets do. */
function lossBetween(before: Reading | undefined, now: Reading, sending: boolean): number | null {
  if (before === undefined) return null;
  const lost = Math.max(0, now.lost - before.lost);
  const passed = Math.max(0, now.packets - before.packets);
  const all = sending ? passed : passed + lost;
  return all === 0 ? 0 : Math.min(1, lost / all);
}

function pairRtt(entries: ReadonlyMap<string, StatsEntry>): number | null {
  for (const entry of entries.values()) {
    if (entry.text('type') !== 'candidate-pair' || entry.text('state') !== 'succeeded') continue;
    const rtt = entry.number('currentRoundTripTime');
    if (rtt !== null) return rtt;
  }
  return null;
}
