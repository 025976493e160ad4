import { createHmac, randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { crc32 } from 'node:zlib';

// The wire format of STUN (RFC 8489) and TURN (RFC 8656), as far as the doctor speaks them.

const COOKIE = 0x2112a442;
const FINGERPRINT_MASK = 0x5354554e;
const HEADER_BYTES = 20;

export const messageTypes = {
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  allocateRequest: 0x0003,
  refreshRequest: 0x0004,
  createPermissionRequest: 0x0008,
  sendIndication: 0x0016,
  dataIndication: 0x0017,
} as const;

export const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  peerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayedAddress: 0x0016,
  addressFamily: 0x0017,
  transport: 0x0019,
  priority: 0x0024,
  mappedAddress: 0x0020,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlling: 0x802a,
} as const;

export interface StunMessage {
  readonly type: number;
  /** 12 bytes. */
  readonly id: Buffer;
  /** The first of each type. */
  readonly attributes: ReadonlyMap<number, Buffer>;
  /** Attributes may be signed over this. */
  readonly bytes: Buffer;
}

export interface Outgoing {
  readonly type: number;
  readonly id: Buffer;
  readonly attributes: readonly (readonly [type: number, value: Uint8Array])[];
  /** Signs with MESSAGE-INTEGRITY (RFC 8489 section 14.5). */
  readonly key?: string | Buffer;
  /** Adds FINGERPRINT, as ICE demands it. */
  readonly fingerprint?: boolean;
}

/** A transaction id of 96 random bits (RFC 8489, section 5). */
export const newId = (): Buffer => randomBytes(12);

/** A message as it goes over the wire, with integrity and fingerprint where they are asked for (RFC 8489). */
export function encode({ type, id, attributes: parts, key, fingerprint }: Outgoing): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(COOKIE, 4);
  header.set(id, 8);
  const withLength = (body: Buffer, more: number) => {
    header.writeUInt16BE(body.length + more, 2);
    return Buffer.concat([header, body]);
  };
  let body = Buffer.concat(parts.map(([name, value]) => attribute(name, value)));
  if (key !== undefined) {
    const mac = createHmac('sha1', key).update(withLength(body, 24)).digest();
    body = Buffer.concat([body, attribute(attributes.integrity, mac)]);
  }
  if (fingerprint) {
    const check = Buffer.alloc(4);
    check.writeUInt32BE((crc32(withLength(body, 8)) ^ FINGERPRINT_MASK) >>> 0);
    body = Buffer.concat([body, attribute(attributes.fingerprint, check)]);
  }
  return withLength(body, 0);
}

function attribute(type: number, value: Uint8Array): Buffer {
  const out = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(value.length, 2);
  out.set(value, 4);
  return out;
}

/** Null for what is no whole STUN message. */
export function decode(bytes: Buffer): StunMessage | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(4) !== COOKIE) return null;
  const end = HEADER_BYTES + bytes.readUInt16BE(2);
  if (bytes.length < end) return null;
  const found = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 4 <= end; ) {
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    if (!found.has(type)) found.set(type, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return {
    type: bytes.readUInt16BE(0),
    id: bytes.subarray(8, 20),
    attributes: found,
    bytes: bytes.subarray(0, end),
  };
}

/** How long the first message in a stream is; infinite while that cannot be told. */
export function lengthOf(stream: Buffer): number {
  return stream.length < 4 ? Number.POSITIVE_INFINITY : HEADER_BYTES + stream.readUInt16BE(2);
}

/** Whether the message carries a signature made with this key. */
export function isSigned({ bytes }: StunMessage, key: string | Buffer): boolean {
  for (let at = HEADER_BYTES; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === attributes.integrity) {
      const signed = Buffer.from(bytes.subarray(0, at));
      signed.writeUInt16BE(at - HEADER_BYTES + 24, 2);
      const mac = createHmac('sha1', key).update(signed).digest();
      return bytes.subarray(at + 4, at + 4 + length).equals(mac);
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return false;
}

/** An address in the form of XOR-PEER-ADDRESS (RFC 8489 section 14.2). `address`: an IP address. */
export function xorAddress(address: string, port: number, id: Buffer): Buffer {
  const raw = isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
  const out = Buffer.alloc(4 + raw.length);
  out.writeUInt8(raw.length === 4 ? 1 : 2, 1);
  out.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  out.set(masked(raw, id), 4);
  return out;
}

/** The IP address in an attribute of that form; null where there is none. */
export function addressIn(value: Buffer | undefined, id: Buffer): string | null {
  if (value === undefined || (value.length !== 8 && value.length !== 20)) return null;
  const raw = masked(value.subarray(4), id);
  if (raw.length === 4) return raw.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => raw.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function masked(raw: Buffer, id: Buffer): Buffer {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  mask.set(id, 4);
  return Buffer.from(raw.map((byte, at) => byte ^ (mask[at] ?? 0)));
}

function ipv6Bytes(address: string): Buffer {
  // The URL parser writes every form of an address, mapped ones too, as hexadecimal groups.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((each) => Number.parseInt(each, 16));
  const [before, after] = [groups(head), tail === undefined ? [] : groups(tail)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  const out = Buffer.alloc(16);
  for (const [at, group] of all.entries()) out.writeUInt16BE(group, at * 2);
  return out;
}
