import { createDecipheriv, createHash, createHmac } from 'node:crypto';

/**
 * A decryptor of captured frames written from RFC 9605 and RFC 9420 alone, on node:crypto: it shares
 * no line with the client. Suite 0xF001: ChaCha20-Poly1305, HKDF-SHA-512, Nk = 32, Nn = 12, Nt = 16.
 */
const SUITE = { id: 0xf001, Nk: 32, Nn: 12, Nt: 16 };

function extract(salt: Buffer, secret: Buffer): Buffer {
  return createHmac('sha512', salt).update(secret).digest();
}

function expand(prk: Buffer, info: Buffer, length: number): Buffer {
  let block = Buffer.alloc(0);
  let out = Buffer.alloc(0);
  for (let i = 1; out.length < length; i++) {
    block = createHmac('sha512', prk).update(block).update(info).update(Buffer.of(i)).digest();
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
}

/** RFC 9420 section 2.1.2: a vector with its length in front, as a QUIC integer. */
function vector(bytes: Buffer): Buffer {
  const length =
    bytes.length < 64 ? Buffer.of(bytes.length) : Buffer.of(0x40 | (bytes.length >> 8), bytes.length & 255);
  return Buffer.concat([length, bytes]);
}

/** RFC 9420 section 8: ExpandWithLabel. */
function expandWithLabel(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(length);
  const kdfLabel = Buffer.concat([size, vector(Buffer.from(`MLS 1.0 ${label}`)), vector(context)]);
  return expand(secret, kdfLabel, length);
}

/** RFC 9420 section 8.5 with the label of RFC 9605 section 5.2: from an epoch's exporter secret to base_key. */
export function baseKeyOf(exporterSecret: Uint8Array): Buffer {
  const derived = expandWithLabel(Buffer.from(exporterSecret), 'SFrame 1.0 Base Key', Buffer.alloc(0), 64);
  return expandWithLabel(derived, 'exported', createHash('sha512').digest(), SUITE.Nk);
}

interface Header {
  readonly kid: bigint;
  readonly ctr: bigint;
  readonly bytes: Buffer;
}

/** RFC 9605 section 4.3: config byte X KKK Y CCC, then KID and CTR where they do not fit it. */
function readHeader(ciphertext: Buffer): Header {
  const config = ciphertext.readUInt8(0);
  let at = 1;
  const field = (extended: boolean, value: number): bigint => {
    if (!extended) return BigInt(value);
    const bytes = ciphertext.subarray(at, at + value + 1);
    at += value + 1;
    return BigInt(`0x${bytes.toString('hex')}`);
  };
  const kid = field((config & 0x80) !== 0, (config >> 4) & 7);
  const ctr = field((config & 0x08) !== 0, config & 7);
  return { kid, ctr, bytes: ciphertext.subarray(0, at) };
}

/** A frame as it was captured, and what anyone can read of it. */
export interface Captured {
  /** SFrame header, ciphertext, tag. */
  readonly sealed: Buffer;
  /** Codec number (VP8 1, VP9 2, Opus 4) and 1 for a key frame. */
  readonly metadata: Buffer;
  /** RFC 9605 section 5.2 with E = 8 and S = 16. */
  readonly context: number;
  readonly leaf: number;
  /** The epoch modulo 256. */
  readonly epoch: number;
  /** Bytes behind the SFrame header, tag included. */
  readonly body: Buffer;
}

const VP8_KEY = Buffer.from('1000009d012a10001000', 'hex');

/**
 * Takes off the synthetic codec header: for VP8 one of two constants, for VP9 and Opus nothing. Throws where
 * anything else stands there.
 */
export function readCaptured(mimeType: string, frame: Buffer): Captured {
  const [start, metadata] = beginningOf(mimeType, frame);
  const sealed = frame.subarray(start);
  const { kid, bytes } = readHeader(sealed);
  return {
    sealed,
    metadata,
    context: Number(kid >> 24n),
    leaf: Number((kid >> 8n) & 0xffffn),
    epoch: Number(kid & 0xffn),
    body: sealed.subarray(bytes.length),
  };
}

function beginningOf(mimeType: string, frame: Buffer): [start: number, metadata: Buffer] {
  if (mimeType === 'audio/opus') return [0, Buffer.of(4, 0)];
  if (mimeType === 'video/VP9') return [0, Buffer.of(2, 0)];
  if (mimeType !== 'video/VP8') throw new Error(`unknown codec: ${mimeType}`);
  if (frame[0] === 0x01) return [1, Buffer.of(1, 0)];
  if (frame.subarray(0, VP8_KEY.length).equals(VP8_KEY)) return [VP8_KEY.length, Buffer.of(1, 1)];
  throw new Error(`unknown beginning: ${frame.toString('hex', 0, 12)}`);
}

/** RFC 9605 sections 4.4.2 and 4.4.4. Throws where the frame does not authenticate. */
export function decryptFrame(baseKey: Uint8Array, frame: Uint8Array, metadata: Uint8Array): Buffer {
  const ciphertext = Buffer.from(frame);
  const { kid, ctr, bytes } = readHeader(ciphertext);
  const label = Buffer.alloc(10);
  label.writeBigUInt64BE(kid);
  label.writeUInt16BE(SUITE.id, 8);
  const secret = extract(Buffer.alloc(0), Buffer.from(baseKey));
  const key = expand(secret, Buffer.concat([Buffer.from('SFrame 1.0 Secret key '), label]), SUITE.Nk);
  const nonce = Buffer.from(
    expand(secret, Buffer.concat([Buffer.from('SFrame 1.0 Secret salt '), label]), SUITE.Nn),
  );
  const counter = Buffer.alloc(SUITE.Nn);
  counter.writeBigUInt64BE(ctr, SUITE.Nn - 8);
  for (let i = 0; i < SUITE.Nn; i++) nonce[i] = nonce.readUInt8(i) ^ counter.readUInt8(i);
  const body = ciphertext.subarray(bytes.length, -SUITE.Nt);
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: SUITE.Nt });
  decipher.setAAD(Buffer.concat([bytes, metadata]), { plaintextLength: body.length });
  decipher.setAuthTag(ciphertext.subarray(-SUITE.Nt));
  return Buffer.concat([decipher.update(body), decipher.final()]);
}
