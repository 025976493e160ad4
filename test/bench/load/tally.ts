interface Stream {
  highest: number;
  first: number;
  received: number;
}

/** What arrived since the last look, and what is missing of it. */
export interface Arrived {
  readonly packets: number;
  readonly bytes: number;
  /** Packets that their numbers promised and that did not come. */
  readonly lost: number;
}

const RTP_HEADER = 12;
/** RTP's sequence numbers have 16 bits (RFC 3550 section 5.1). */
const CYCLE = 0x10000;
/** A jump further than this is a stream that begins anew, no loss (RFC 3550 appendix A.1). */
const DROPOUT = 3_000;
/** What is behind by no more than this came late. */
const DISORDER = 100;

/** Counts packets by the header that SRTP leaves in the clear. */
export class Tally {
  readonly #streams = new Map<number, Stream>();
  #packets = 0;
  #bytes = 0;
  #lostBefore = 0;
  /** Of streams that have begun anew since. */
  #lostFor = 0;

  take(packet: Buffer): void {
    if (packet.length < RTP_HEADER) return;
    this.#packets += 1;
    this.#bytes += packet.length;
    const sequence = packet.readUInt16BE(2);
    const ssrc = packet.readUInt32BE(8);
    const stream = this.#streams.get(ssrc);
    if (!stream) {
      this.#streams.set(ssrc, { first: sequence, highest: sequence, received: 1 });
      return;
    }
    const ahead = (sequence - (stream.highest % CYCLE) + CYCLE) % CYCLE;
    if (ahead >= DROPOUT && ahead < CYCLE - DISORDER) {
      this.#lostFor += lostOf(stream);
      this.#streams.set(ssrc, { first: sequence, highest: sequence, received: 1 });
      return;
    }
    stream.received += 1;
    if (ahead < DROPOUT) stream.highest += ahead;
  }

  /** Counts since the call before. */
  read(): Arrived {
    let lost = this.#lostFor;
    for (const stream of this.#streams.values()) lost += lostOf(stream);
    const arrived = { packets: this.#packets, bytes: this.#bytes, lost: lost - this.#lostBefore };
    this.#packets = 0;
    this.#bytes = 0;
    this.#lostBefore = lost;
    return arrived;
  }
}

function lostOf({ first, highest, received }: Stream): number {
  return Math.max(0, highest - first + 1 - received);
}
