/** What a sender's own statistics say left the device, summed over its encodings. */
export interface WireCount {
  /** RTP packets without retransmissions. */
  readonly packets: number;
  /** Payload bytes without retransmissions. */
  readonly bytes: number;
}

/** What the frame worker says it let through for the same sender, read after the wire count. */
export interface SealedCount {
  readonly frames: number;
  readonly bytes: number;
}

/** RTP payload descriptors and aggregation headers per packet, generously. Audio has none. */
const perPacketBytes = { audio: 0, video: 32 } as const;
/** Excess must show this many times in a row: statistics are gathered in steps. */
const patience = 2;

/**
 * Notices media that leaves a sender without having passed the frame worker: any payload while the
 * worker has sealed nothing, at once; more payload than was sealed, twice in a row. It goes by bytes,
 * not packets, as browsers also send empty packets to probe the bandwidth.
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
    const over = wire.bytes > sealed.bytes + wire.packets * this.#perPacketBytes;
    this.#excess = over ? this.#excess + 1 : 0;
    return this.#excess >= patience;
  }
}

/** Sums the outbound streams of one sender's statistics report. */
export function wireCount(report: RTCStatsReport): WireCount {
  let packets = 0;
  let bytes = 0;
  report.forEach((entry: RTCStats) => {
    if (entry.type !== 'outbound-rtp') return;
    const read = (name: string) => {
      const value: unknown = Object.getOwnPropertyDescriptor(entry, name)?.value;
      return typeof value === 'number' ? value : 0;
    };
    packets += read('packetsSent') - read('retransmittedPacketsSent');
    bytes += read('bytesSent') - read('retransmittedBytesSent');
  });
  return { packets, bytes };
}
