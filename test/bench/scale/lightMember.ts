import { io, type Socket } from 'socket.io-client';
import * as socketParser from 'socket.io-parser';
import type { MeetingId } from '../../../shared/ids.ts';
import type { EventName, EventOf } from '../../../shared/protocol/events.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import { MAX_ATTACHMENTS, type Result, SOCKET_PATH } from '../../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import { identifyInput } from '../../integration/signaling/client.ts';
import { newSigner, type Signer } from '../../unit/records/signing.ts';

class Decoder extends socketParser.Decoder {
  constructor() {
    super({ maxAttachments: MAX_ATTACHMENTS });
  }
}

/** What came over the wire: WebSocket messages with their bytes, pings left out. */
export interface Received {
  readonly messages: number;
  readonly bytes: number;
}

const PATIENCE_MS = 60_000;

/**
 * A member as far as the server can see: speaks the protocol, with random bytes where the MLS messages go. A thousand fit
 * into one process, where real clients would measure their own cryptography.
 */
export class LightMember {
  readonly signer: Signer = newSigner();
  readonly #socket: Socket;
  #messages = 0;
  #bytes = 0;

  private constructor(origin: string, meeting: MeetingId) {
    this.#socket = io(origin, {
      path: SOCKET_PATH,
      auth: { protocol: PROTOCOL_VERSION, meeting },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      parser: { ...socketParser, Decoder },
      autoConnect: false,
    });
    this.#socket.io.on('open', () => {
      this.#socket.io.engine.on('packet', ({ type, data }: { type: string; data?: unknown }) => {
        if (type !== 'message') return;
        this.#messages += 1;
        this.#bytes += lengthOf(data);
      });
    });
  }

  /** Connected, and its key proven. */
  static async arrive(origin: string, meeting: MeetingId): Promise<LightMember> {
    const member = new LightMember(origin, meeting);
    const challenged = member.next('session:challenge');
    member.#socket.connect();
    const { nonce } = await challenged;
    const { device } = member.signer;
    const input = identifyInput(meeting, new Uint8Array(nonce));
    await member.ask('session:identify', { device, signature: member.signer.sign(input) });
    return member;
  }

  get device() {
    return this.signer.device;
  }

  /** A request that has to succeed. */
  async ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    // The server is this project's own: its answers are checked in the tests.
    const answer = (await this.#socket.timeout(PATIENCE_MS).emitWithAck(name, request)) as Result<
      ResponseOf<Name>
    >;
    if (!answer.ok) throw new Error(`${name} refused: ${answer.failure.code}`);
    return answer.value;
  }

  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void {
    const take = (event: unknown) => listener(event as EventOf<Name>); // As in ask().
    this.#socket.on(name as string, take);
    return () => this.#socket.off(name as string, take);
  }

  /** Whether its connection is lost: a process that is late by seconds answers no pings. */
  get lost(): boolean {
    return this.#socket.disconnected;
  }

  /** The next event of a name that fits. Rejects where none comes, or the connection is lost. */
  next<Name extends EventName>(
    name: Name,
    fits: (event: EventOf<Name>) => boolean = () => true,
  ): Promise<EventOf<Name>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        done();
        reject(new Error(`no ${name}: ${why}`));
      };
      const lost = () => fail('the connection is lost');
      const timer = setTimeout(() => fail('not in time'), PATIENCE_MS);
      const stop = this.on(name, (event) => {
        if (!fits(event)) return;
        done();
        resolve(event);
      });
      const done = () => {
        clearTimeout(timer);
        stop();
        this.#socket.off('disconnect', lost);
      };
      this.#socket.on('disconnect', lost);
    });
  }

  /** Counts since the last call. */
  received(): Received {
    const received = { messages: this.#messages, bytes: this.#bytes };
    this.#messages = 0;
    this.#bytes = 0;
    return received;
  }

  close(): void {
    this.#socket.disconnect();
  }
}

function lengthOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0;
}
