/** What a sender's own statistics say left the device, summed over its encodings. */
export interface WireCount {
  /** Encoded frames handed to the network; null for audio, whose statistics do not count them. */
  readonly frames: number | null;
  /** RTP packets without retransmissions. */
  readonly packets: number;
  /** Payload bytes without retransmissions. */
  readonly bytes: number;
}

/** What the frame worker says of the same sender, read after the wire count. */
export interface SealedCount {
  /** Frames that reached the worker, dropped ones included. */
  readonly frames: number;
  /** Bytes that it handed on. */
  readonly bytes: number;
}

/** RTP payload descriptors and aggregation headers per packet, generously. Audio has none. */
const perPacketBytes = { audio: 0, video: 32 } as const;
/** Excess must show this many times in a row: statistics are gathered in steps. */
const patience = 2;

/**
 * Notices media that leaves a sender without having passed the frame worker: any payload while the
 * worker has seen nothing, at once; more than has passed it, twice in a row. Bytes alone prove nothing
 * for video, as browsers probe the bandwidth by sending old payload again; frames alone do not either,
 * as they may still wait for a busy worker. A leak shows in both.
 */
export class BypassDetector {
  readonly #perPacketBytes: number;
  #excess = 0;

  constructor(kind: 'audio' | 'video') {
    this.#perPacketBytes = perPacketBytes[kind];
  }

  /** Takes one pair of counts; true when media bypassed the worker. */
  check(wire: WireCount, sealed: SealedCount): boolean {
    if (wire.bytes > 0 && sealed.frames === 0) return true;
    const over =
      wire.bytes > sealed.bytes + wire.packets * this.#perPacketBytes &&
      (wire.frames === null || wire.frames > sealed.frames);
    this.#excess = over ? this.#excess + 1 : 0;
    return this.#excess >= patience;
  }
}

/** Sums the outbound streams of one sender's statistics report. */
export function wireCount(report: RTCStatsReport): WireCount {
  let frames: number | null = null;
  let packets = 0;
  let bytes = 0;
  report.forEach((entry: RTCStats) => {
    if (entry.type !== 'outbound-rtp') return;
    const read = (name: string) => {
      const value: unknown = Object.getOwnPropertyDescriptor(entry, name)?.value;
      return typeof value === 'number' ? value : null;
    };
    const sent = read('framesSent');
    if (sent !== null) frames = (frames ?? 0) + sent;
    packets += (read('packetsSent') ?? 0) - (read('retransmittedPacketsSent') ?? 0);
    bytes += (read('bytesSent') ?? 0) - (read('retransmittedBytesSent') ?? 0);
  });
  return { frames, packets, bytes };
}
