import { randomBytes } from 'node:crypto';
import { type Path, udpPath } from './path.ts';
import { addressIn, attributes, decode, encode, isSigned, messageTypes, newId } from './stunMessage.ts';

/** Credentials of an ICE agent (RFC 8445), to be asked as its peer would. */
export interface IceTarget {
  readonly usernameFragment: string;
  readonly password: string;
}

/** A binding request (RFC 8489), signed as ICE does it where there are credentials. */
export function bindingRequest(id: Buffer, ice: IceTarget | null): Buffer {
  if (ice === null) return encode({ type: messageTypes.bindingRequest, id, attributes: [] });
  return encode({
    type: messageTypes.bindingRequest,
    id,
    attributes: [
      [attributes.username, Buffer.from(`${ice.usernameFragment}:doctor`)],
      [attributes.priority, Buffer.from([0x6e, 0x7f, 0x1e, 0xff])],
      [attributes.controlling, randomBytes(8)],
      [attributes.useCandidate, Buffer.alloc(0)],
    ],
    key: ice.password,
    fingerprint: true,
  });
}

/** Whether this answers the request with success; with credentials, also that it was signed with them. */
export function isBindingSuccess(bytes: Buffer, id: Buffer, ice: IceTarget | null): boolean {
  const message = decode(bytes);
  if (message === null || message.type !== messageTypes.bindingSuccess || !message.id.equals(id))
    return false;
  return ice === null || isSigned(message, ice.password);
}

const PATIENCE_MS = 2_000;
const AGAIN_MS = 400;

/** Asks again and again for a moment; whether an answer came that holds. With credentials the path is then selected. */
export async function answers(path: Path, ice: IceTarget | null): Promise<boolean> {
  return (await binding(path, ice)) !== null;
}

/** The answer to a binding request. */
function binding(path: Path, ice: IceTarget | null): Promise<Buffer | null> {
  const id = newId();
  const request = bindingRequest(id, ice);
  return new Promise((resolve) => {
    const done = (answer: Buffer | null) => {
      clearTimeout(patience);
      clearInterval(again);
      stop();
      resolve(answer);
    };
    const patience = setTimeout(() => done(null), PATIENCE_MS);
    const again = setInterval(() => path.send(request), AGAIN_MS);
    const stop = path.onPacket((packet) => {
      if (isBindingSuccess(packet, id, ice)) done(packet);
    });
    path.send(request);
  });
}

/**
 * The address at which a STUN server at a UDP port sees this machine: another than its own behind a router that
 * translates. Null where it does not answer.
 */
export async function mappedAddress(host: string, port: number): Promise<string | null> {
  const path = udpPath(host, port);
  try {
    const message = decode((await binding(path, null)) ?? Buffer.alloc(0));
    return message && addressIn(message.attributes.get(attributes.mappedAddress), message.id);
  } finally {
    await path.close();
  }
}
