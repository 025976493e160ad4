import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';

/** A server that speaks socket.io and nothing else of what it should: answers and events are made up by the test. */
export interface FalseServer {
  readonly origin: string;
  /** Sends an event with any payload to everybody connected. */
  emit(name: string, ...payload: unknown[]): void;
  /** Sends an event whose payload is any text, however deep: no writer of objects stands in between. */
  emitText(name: string, json: string): void;
  /** Decides the answer to each request; undefined for none. */
  answer(rule: (name: string, request: unknown) => unknown): void;
  readonly asked: readonly string[];
  readonly connected: number;
  close(): Promise<void>;
}

export async function startFalseServer(): Promise<FalseServer> {
  const http = createServer();
  const io = new Server(http, { path: SOCKET_PATH, maxHttpBufferSize: 1e8, serveClient: false });
  const asked: string[] = [];
  let rule: (name: string, request: unknown) => unknown = () => undefined;
  io.on('connection', (socket: Socket) => {
    socket.onAny((name: string, ...given: unknown[]) => {
      asked.push(name);
      const acknowledge = given.at(-1);
      const reply = rule(name, given[0]);
      if (reply !== undefined && typeof acknowledge === 'function') acknowledge(reply);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = http.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    get connected() {
      return io.sockets.sockets.size;
    },
    emit: (name, ...payload) => {
      io.emit(name, ...payload);
    },
    emitText: (name, json) => {
      // Engine.io adds its own type in front; 2 is an event of socket.io.
      for (const socket of io.sockets.sockets.values()) socket.conn.send(`2["${name}",${json}]`);
    },
    answer: (next) => {
      rule = next;
    },
    async close() {
      io.disconnectSockets(true);
      await io.close();
    },
  };
}
