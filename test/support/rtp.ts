/** An RTP packet's parts (RFC 3550 section 5.1), padding and extensions taken off. */
export interface RtpPacket {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly sequence: number;
  readonly marker: boolean;
  readonly payload: Buffer;
  /** The packet as it came. */
  readonly whole: Buffer;
}

export function readRtp(packet: Buffer): RtpPacket {
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  let at = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) at += 4 + 4 * packet.readUInt16BE(at + 2);
  const padding = (first & 0x20) !== 0 ? packet.readUInt8(packet.length - 1) : 0;
  return {
    marker: (second & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(at, packet.length - padding),
    whole: packet,
  };
}

interface Described {
  /** Bytes of the payload descriptor. */
  readonly length: number;
  /** Begins a frame; for VP9 a frame of one layer. */
  readonly begins: boolean;
}

/** RFC 7741 section 4.2. */
function describeVp8(payload: Buffer): Described {
  const first = payload.readUInt8(0);
  let length = 1;
  if ((first & 0x80) !== 0) {
    const extensions = payload.readUInt8(1);
    length = 2;
    if ((extensions & 0x80) !== 0) length += (payload.readUInt8(2) & 0x80) !== 0 ? 2 : 1;
    if ((extensions & 0x40) !== 0) length += 1;
    if ((extensions & 0x30) !== 0) length += 1;
  }
  return { length, begins: (first & 0x10) !== 0 && (first & 0x07) === 0 };
}

/** RFC 9628 section 4.2. */
function describeVp9(payload: Buffer): Described {
  const first = payload.readUInt8(0);
  const has = (bit: number) => (first & bit) !== 0;
  const flexible = has(0x10);
  let length = 1;
  if (has(0x80)) length += (payload.readUInt8(length) & 0x80) !== 0 ? 2 : 1;
  if (has(0x20)) length += flexible ? 1 : 2;
  if (has(0x40) && flexible) {
    while ((payload.readUInt8(length) & 1) !== 0) length += 1;
    length += 1;
  }
  if (has(0x02)) {
    const structure = payload.readUInt8(length);
    length += 1;
    if ((structure & 0x10) !== 0) length += 4 * ((structure >> 5) + 1);
    if ((structure & 0x08) !== 0) {
      const pictures = payload.readUInt8(length);
      length += 1;
      for (let i = 0; i < pictures; i += 1) length += 1 + ((payload.readUInt8(length) >> 2) & 3);
    }
  }
  return { length, begins: has(0x08) };
}

/** The encoded frames that a stream's packets carry, in order; frames with a packet missing are left out. */
export function framesOf(mimeType: string, packets: readonly RtpPacket[]): Buffer[] {
  const carried = packets.filter(({ payload }) => payload.length > 0);
  if (mimeType.toLowerCase() === 'audio/opus') return carried.map(({ payload }) => payload);
  const describe = mimeType.toLowerCase() === 'video/vp9' ? describeVp9 : describeVp8;
  const frames: Buffer[] = [];
  for (const ssrc of new Set(carried.map((packet) => packet.ssrc))) {
    let parts: Buffer[] | null = null;
    let expected: number | null = null;
    const finish = () => {
      if (parts !== null) frames.push(Buffer.concat(parts));
      parts = null;
    };
    for (const packet of carried) {
      if (packet.ssrc !== ssrc) continue;
      const { length, begins } = describe(packet.payload);
      if (begins) finish();
      else if (packet.sequence !== expected) parts = null;
      if (begins) parts = [];
      parts?.push(packet.payload.subarray(length));
      expected = (packet.sequence + 1) & 0xffff;
      if (packet.marker) finish();
    }
  }
  return frames;
}
