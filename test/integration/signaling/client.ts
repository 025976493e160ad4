import { io, type Socket } from 'socket.io-client';
import * as parser from 'socket.io-parser';
import { concat, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type Failure, failure } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { type EventName, type EventOf, events } from '../../../shared/protocol/events.ts';
import {
  type RequestName,
  type RequestOf,
  type ResponseOf,
  requests,
} from '../../../shared/protocol/requests.ts';
import { MAX_ATTACHMENTS, result, SOCKET_PATH } from '../../../shared/protocol/socket.ts';
import { newSigner, type Signer } from '../../unit/records/signing.ts';

class Decoder extends parser.Decoder {
  constructor() {
    super({ maxAttachments: MAX_ATTACHMENTS });
  }
}

interface Heard {
  readonly name: string;
  readonly data: unknown;
}

/** One socket, with everything it heard; what is heard has to fit the protocol's schemas. */
export class Client {
  readonly socket: Socket;
  readonly heard: Heard[] = [];
  /** What was heard that no schema knows. */
  readonly strange: Heard[] = [];
  #wake: (() => void)[] = [];

  constructor(port: number, auth: unknown, headers: Record<string, string> = {}) {
    this.socket = io(`http://127.0.0.1:${port}`, {
      path: SOCKET_PATH,
      // Sent as it is: some tests send what the type forbids.
      auth: auth as Record<string, unknown>,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      parser: { ...parser, Decoder },
      extraHeaders: headers,
    });
    this.socket.onAny((name: string, data: unknown) => {
      const schema = Object.hasOwn(events, name) ? events[name as EventName] : undefined;
      const parsed = schema?.safeParse(data);
      if (!parsed?.success) this.strange.push({ name, data });
      this.#hear({ name, data });
    });
    this.socket.on('disconnect', (reason) => this.#hear({ name: 'disconnect', data: reason }));
    this.socket.on('connect_error', (error) => this.#hear({ name: 'connect_error', data: error }));
  }

  #hear(heard: Heard): void {
    this.heard.push(heard);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The first event of a name that fits, heard already or to come. */
  async until<Name extends EventName>(
    name: Name,
    fits: (data: EventOf<Name>) => boolean = () => true,
  ): Promise<EventOf<Name>> {
    for (;;) {
      for (const data of this.all(name)) if (fits(data)) return data;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  all<Name extends EventName>(name: Name): EventOf<Name>[] {
    // Parsed when heard; misfits are in `strange`.
    return this.heard.filter((heard) => heard.name === name).map(({ data }) => data as EventOf<Name>);
  }

  async untilClosed(): Promise<void> {
    while (this.socket.connected || !this.heard.some(({ name }) => name === 'disconnect')) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** The failure of a handshake. */
  async refusedAtDoor(): Promise<Failure> {
    return failure.parse((await this.turnedAway()).data);
  }

  /** Waits until the server does not take the connection: for a reason it tells, or before it hears what it is for. */
  async turnedAway(): Promise<{ readonly data?: unknown }> {
    for (;;) {
      const refused = this.heard.find(({ name }) => name === 'connect_error');
      // An error of socket.io's.
      if (refused) return refused.data as { readonly data?: unknown };
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Sends anything and gives back the answer as it came. */
  raw(name: string, ...body: unknown[]): Promise<unknown> {
    return this.socket.timeout(20_000).emitWithAck(name, ...body);
  }

  /** A request that has to succeed. */
  async ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    const answer = result(requests[name].response).parse(await this.raw(name, request));
    if (!answer.ok) throw new Error(`${name} refused: ${answer.failure.code}`);
    // Parsed by the schema of this very name.
    return answer.value as ResponseOf<Name>;
  }

  /** The failure of a request, or null where it succeeds. */
  async refusal(name: string, ...body: unknown[]): Promise<Failure | null> {
    const answer = Object(await this.raw(name, ...body));
    if (answer.ok === true) return null;
    return failure.parse(answer.failure);
  }

  async code(name: string, ...body: unknown[]): Promise<string> {
    return (await this.refusal(name, ...body))?.code ?? 'ok';
  }

  async identify(meeting: MeetingId, signer: Signer = newSigner()): Promise<Person> {
    const { nonce } = await this.until('session:challenge');
    const request = { device: signer.device, signature: signer.sign(identifyInput(meeting, nonce)) };
    const greeting = await this.ask('session:identify', request);
    return { client: this, signer, device: signer.device, meeting, greeting };
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Written out here a second time on purpose: the server's own function is what is tested. */
export function identifyInput(meeting: MeetingId, nonce: Uint8Array): Uint8Array {
  return concat(utf8('Sealroom 1.0 Identify'), new Uint8Array(1), fromBase64Url(meeting), nonce);
}

export interface Person {
  readonly client: Client;
  readonly signer: Signer;
  readonly device: Signer['device'];
  readonly meeting: MeetingId;
  readonly greeting: ResponseOf<'session:identify'>;
}
