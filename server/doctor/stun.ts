import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';

const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlling: 0x802a,
} as const;

/** Credentials of an ICE agent (RFC 8445), to be asked as its peer would. */
export interface IceTarget {
  readonly usernameFragment: string;
  readonly password: string;
}

function attribute(type: number, value: Uint8Array): Buffer {
  const out = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(value.length, 2);
  out.set(value, 4);
  return out;
}

/** A binding request (RFC 8489), signed as ICE does it where there are credentials. */
export function bindingRequest(id: Buffer, ice: IceTarget | null): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt32BE(COOKIE, 4);
  header.set(id, 8);
  const withLength = (body: Buffer, more: number) => {
    header.writeUInt16BE(body.length + more, 2);
    return Buffer.concat([header, body]);
  };
  if (ice === null) return withLength(Buffer.alloc(0), 0);
  let body = Buffer.concat([
    attribute(attributes.username, Buffer.from(`${ice.usernameFragment}:doctor`)),
    attribute(attributes.priority, Buffer.from([0x6e, 0x7f, 0x1e, 0xff])),
    attribute(attributes.controlling, randomBytes(8)),
    attribute(attributes.useCandidate, Buffer.alloc(0)),
  ]);
  const mac = createHmac('sha1', ice.password).update(withLength(body, 24)).digest();
  body = Buffer.concat([body, attribute(attributes.integrity, mac)]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE((crc32(withLength(body, 8)) ^ 0x5354554e) >>> 0);
  return withLength(Buffer.concat([body, attribute(attributes.fingerprint, check)]), 0);
}

/** Whether this answers the request with success; with credentials, also that it was signed with them. */
export function isBindingSuccess(message: Buffer, id: Buffer, ice: IceTarget | null): boolean {
  if (message.length < 20 || message.readUInt16BE(0) !== BINDING_SUCCESS) return false;
  if (!message.subarray(8, 20).equals(id)) return false;
  if (ice === null) return true;
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    if (message.readUInt16BE(at) === attributes.integrity) {
      const signed = Buffer.from(message.subarray(0, at));
      signed.writeUInt16BE(at - 20 + 24, 2);
      const mac = createHmac('sha1', ice.password).update(signed).digest();
      return message.subarray(at + 4, at + 4 + length).equals(mac);
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return false;
}

const ID_LENGTH = 12;
const PATIENCE_MS = 2_000;
const AGAIN_MS = 400;

/** Asks over UDP, again and again for a moment; whether an answer came that holds. */
export async function askByUdp(host: string, port: number, ice: IceTarget | null): Promise<boolean> {
  const id = randomBytes(ID_LENGTH);
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const request = bindingRequest(id, ice);
  const send = () => socket.send(request, port, host, () => undefined);
  const again = setInterval(send, AGAIN_MS);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    send();
    for (;;) {
      const [message] = await once(socket, 'message', { signal: patience });
      if (Buffer.isBuffer(message) && isBindingSuccess(message, id, ice)) return true;
    }
  } catch {
    return false;
  } finally {
    clearInterval(again);
    socket.close();
  }
}

/** Asks over TCP; framed by length as ICE does it (RFC 4571). */
export async function askByTcp(host: string, port: number, ice: IceTarget): Promise<boolean> {
  const id = randomBytes(ID_LENGTH);
  const socket = connect({ host, port });
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    await once(socket, 'connect', { signal: patience });
    const request = bindingRequest(id, ice);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(request.length);
    socket.write(Buffer.concat([length, request]));
    let received = Buffer.alloc(0);
    for (;;) {
      const [chunk] = await once(socket, 'data', { signal: patience });
      received = Buffer.concat([received, chunk]);
      const size = received.length >= 2 ? received.readUInt16BE(0) : Number.POSITIVE_INFINITY;
      if (received.length >= 2 + size) return isBindingSuccess(received.subarray(2, 2 + size), id, ice);
    }
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Whether something takes TCP connections there. */
export async function acceptsTcp(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
