import { createHash } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TurnPlace } from '../turn/place.ts';
import { Listeners, type Path } from './path.ts';
import {
  attributes,
  decode,
  encode,
  lengthOf,
  messageTypes,
  newId,
  type StunMessage,
  xorAddress,
} from './stunMessage.ts';

export interface TurnCredential {
  readonly username: string;
  readonly credential: string;
}

/** The TURN server said no. `code`: of RFC 8489 section 14.8, 401 for credentials that do not hold. */
export class TurnError extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(`${code} ${reason}`.trim());
    this.name = 'TurnError';
    this.code = code;
  }
}

const PATIENCE_MS = 4_000;
const AGAIN_MS = 500;
/** Of request types that means an error in the answer's type (RFC 8489 section 5). */
const ERROR_BITS = 0x0110;
const SUCCESS_BITS = 0x0100;
const UDP = 17;

/** One allocation at a TURN server (RFC 8656), to find out whether it works. */
export class TurnClient {
  readonly #wire: Wire;
  readonly #credential: TurnCredential;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);
  #closed = false;
  readonly #listeners = new Set<(message: StunMessage) => void>();

  private constructor(wire: Wire, credential: TurnCredential) {
    this.#wire = wire;
    this.#credential = credential;
    wire.onMessage((bytes) => {
      const message = decode(bytes);
      if (message) for (const listener of [...this.#listeners]) listener(message);
    });
  }

  /**
   * Connects and has a relay allocated. Throws TurnError where the server refuses, and errors of the network or of
   * TLS. `family`: of the relay, where not the server's own choice.
   */
  static async allocate(
    place: TurnPlace,
    credential: TurnCredential,
    family: 4 | 6 = 4,
  ): Promise<TurnClient> {
    const client = new TurnClient(await openWire(place), credential);
    try {
      const wanted = [
        [attributes.transport, Buffer.from([UDP, 0, 0, 0])],
        ...(family === 6 ? [[attributes.addressFamily, Buffer.from([2, 0, 0, 0])] as const] : []),
      ] as const;
      const first = await client.#ask(messageTypes.allocateRequest, wanted);
      if (first.type !== (messageTypes.allocateRequest | ERROR_BITS))
        throw new TurnError(0, 'asks for no credentials');
      client.#realm = first.attributes.get(attributes.realm) ?? client.#realm;
      client.#nonce = first.attributes.get(attributes.nonce) ?? client.#nonce;
      await client.#command(messageTypes.allocateRequest, wanted);
      return client;
    } catch (error) {
      client.#wire.close();
      throw error;
    }
  }

  /**
   * A path through the relay to one port; closing it gives the relay back. Throws TurnError where the server lets
   * nothing pass to that address (403).
   */
  async pathTo(address: string, port: number): Promise<Path> {
    await this.#command(messageTypes.createPermissionRequest, (id) => [
      [attributes.peerAddress, xorAddress(address, port, id)],
    ]);
    const packets = new Listeners();
    this.#listeners.add(({ type, attributes: found }) => {
      const data = found.get(attributes.data);
      if (type === messageTypes.dataIndication && data) packets.tell(data);
    });
    return {
      send: (packet) => {
        const id = newId();
        const parts = [
          [attributes.peerAddress, xorAddress(address, port, id)],
          [attributes.data, packet],
        ] as const;
        this.#wire.send(encode({ type: messageTypes.sendIndication, id, attributes: parts }));
      },
      onPacket: packets.add,
      close: () => this.close(),
    };
  }

  /** Gives the relay back. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#command(messageTypes.refreshRequest, [[attributes.lifetime, Buffer.alloc(4)]]).catch(
      () => undefined,
    );
    this.#wire.close();
  }

  /** A signed request; a stale nonce is replaced once. */
  async #command(type: number, parts: Outgoing): Promise<void> {
    const { username, credential } = this.#credential;
    const key = createHash('md5').update(`${username}:${this.#realm.toString()}:${credential}`).digest();
    for (let tries = 0; ; tries++) {
      const answer = await this.#ask(
        type,
        (id) => [
          ...(typeof parts === 'function' ? parts(id) : parts),
          [attributes.username, Buffer.from(username)],
          [attributes.realm, this.#realm],
          [attributes.nonce, this.#nonce],
        ],
        key,
      );
      if (answer.type === (type | SUCCESS_BITS)) return;
      const code = errorOf(answer);
      const stale = answer.attributes.get(attributes.nonce);
      if (code.number !== 438 || stale === undefined || tries > 0)
        throw new TurnError(code.number, code.reason);
      this.#nonce = stale;
    }
  }

  #ask(type: number, parts: Outgoing, key?: Buffer): Promise<StunMessage> {
    const id = newId();
    const list = typeof parts === 'function' ? parts(id) : parts;
    const request = encode({ type, id, attributes: list, ...(key === undefined ? {} : { key }) });
    // A stream loses nothing, and a request that arrives twice would be answered as a second allocation.
    const again = this.#wire.reliable ? null : AGAIN_MS;
    return this.#await(
      (message) => message.id.equals(id),
      () => this.#wire.send(request),
      again,
    );
  }

  /** Sends, until a message comes that is meant. Rejects after a while, and when the connection breaks. */
  #await(
    meant: (message: StunMessage) => boolean,
    send: () => void,
    againMs: number | null,
  ): Promise<StunMessage> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(patience);
        if (again !== null) clearInterval(again);
        this.#listeners.delete(listener);
        settle();
      };
      const patience = setTimeout(() => done(() => reject(new Error('does not answer'))), PATIENCE_MS);
      const again = againMs === null ? null : setInterval(send, againMs);
      const listener = (message: StunMessage) => {
        if (meant(message)) done(() => resolve(message));
      };
      this.#listeners.add(listener);
      this.#wire.onEnd(() => done(() => reject(new Error('ends the connection'))));
      send();
    });
  }
}

type Parts = readonly (readonly [type: number, value: Uint8Array])[];
type Outgoing = Parts | ((id: Buffer) => Parts);

function errorOf({ attributes: found }: StunMessage): { readonly number: number; readonly reason: string } {
  const value = found.get(attributes.errorCode) ?? Buffer.alloc(4);
  const number = value.length < 4 ? 0 : value.readUInt8(2) * 100 + value.readUInt8(3);
  return { number, reason: value.subarray(4).toString() };
}

interface Wire {
  /** Whether what is sent arrives without being sent again. */
  readonly reliable: boolean;
  send(bytes: Buffer): void;
  onMessage(take: (bytes: Buffer) => void): void;
  onEnd(end: () => void): void;
  close(): void;
}

async function openWire({ host, port, transport }: TurnPlace): Promise<Wire> {
  if (transport === 'udp') return udpWire(createSocket(isIPv6(host) ? 'udp6' : 'udp4'), host, port);
  const secure = transport === 'tls';
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
    : connect({ host, port });
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return streamWire(socket);
  } catch (error) {
    socket.destroy();
    throw error instanceof Error && error.name === 'AbortError' ? new Error('does not answer') : error;
  }
}

function udpWire(socket: UdpSocket, host: string, port: number): Wire {
  socket.on('error', () => undefined);
  return {
    reliable: false,
    send: (bytes) => socket.send(bytes, port, host, () => undefined),
    onMessage: (take) => void socket.on('message', take),
    onEnd: () => undefined,
    close: () => socket.close(),
  };
}

function streamWire(socket: Socket): Wire {
  socket.on('error', () => undefined);
  return {
    reliable: true,
    send: (bytes) => void socket.write(bytes),
    onMessage: (take) => {
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        for (let length = lengthOf(received); received.length >= length; length = lengthOf(received)) {
          take(received.subarray(0, length));
          received = received.subarray(length);
        }
      });
    },
    onEnd: (end) => void socket.once('close', end),
    close: () => socket.destroy(),
  };
}
