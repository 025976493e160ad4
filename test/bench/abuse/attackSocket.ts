import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { MeetingId } from '../../../shared/ids.ts';
import { SOCKET_PATH } from '../../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';

/** Which loopback address attackers come from: another one than everybody else. */
const ATTACKER = '127.0.0.2';
/** How long one that was put out or not let in waits before it comes again, in milliseconds. */
const AGAIN_MS = 200;

/** A WebSocket text message as browsers send it, under a mask of zeros. Up to 125 bytes. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new RangeError('a short message has at most 125 bytes');
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

const PONG = frame('3');

/** What came of one attacker's efforts. */
export interface Efforts {
  connects: number;
  /** Connections that the server, or this machine, ended. */
  ended: number;
  requests: number;
  answers: number;
}

export const noEfforts = (): Efforts => ({ connects: 0, ended: 0, requests: 0, answers: 0 });

/** One attacker's connection, made with as little work as possible: bytes on a bare socket. */
export class AttackSocket {
  readonly #port: number;
  readonly #efforts: Efforts;
  readonly #hello: Buffer;
  #socket: Socket | null = null;
  #isIn = false;
  #isOver = false;
  #asked = 0;

  constructor(port: number, meeting: MeetingId, efforts: Efforts) {
    this.#port = port;
    this.#efforts = efforts;
    this.#hello = frame(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, meeting })}`);
    this.#connect();
  }

  /** Whether the server took the connection to the meeting. */
  get isIn(): boolean {
    return this.#isIn;
  }

  /** Asks for what needs a proven key, so many times at once. What the server does not read is not sent. */
  ask(times: number): void {
    const socket = this.#socket;
    if (!socket || !this.#isIn || socket.writableNeedDrain) return;
    const requests = Array.from({ length: times }, () =>
      frame(`42${++this.#asked}["record:list",{"from":0}]`),
    );
    this.#efforts.requests += times;
    socket.write(Buffer.concat(requests));
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress: ATTACKER });
    this.#socket = socket;
    this.#efforts.connects += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#efforts.ended += this.#isOver ? 0 : 1;
      this.#isIn = false;
      if (!this.#isOver) setTimeout(() => this.#isOver || this.#connect(), AGAIN_MS);
    });
    socket.on('data', (bytes) => this.#heard(bytes.toString('latin1')));
    socket.write(
      [
        `GET ${SOCKET_PATH}/?EIO=4&transport=websocket HTTP/1.1`,
        `Host: 127.0.0.1:${this.#port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
  }

  #heard(text: string): void {
    if (text.includes('40{"sid"')) this.#isIn = true;
    else if (text.includes('0{"sid"')) this.#socket?.write(this.#hello);
    // Not let in.
    if (text.includes('44{')) this.#socket?.destroy();
    this.#efforts.answers += text.split('"ok":').length - 1;
    // A ping.
    if (text.endsWith('\x012')) this.#socket?.write(PONG);
  }
}
