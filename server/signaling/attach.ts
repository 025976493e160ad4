import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server, type Socket } from 'socket.io';
import { ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { handshake, SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaRooms } from '../media/rooms.ts';
import { loadRecordCrypto } from '../meeting/recordCrypto.ts';
import type { MeetingStore } from '../store/store.ts';
import { Buckets } from './bucket.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import { failureOf } from './dispatch.ts';
import { defaultLimits, type SignalingLimits } from './limits.ts';
import { Meetings } from './meetings.ts';
import { isOwnOrigin } from './origin.ts';
import type { Outbox } from './runtime.ts';

export interface SignalingOptions {
  readonly httpServer: HttpServer | HttpsServer;
  readonly store: MeetingStore;
  readonly media: MediaRooms;
  /** Sealed files; without them the server takes none. */
  readonly blobs?: Blobs;
  readonly log: Log;
  /** Origins that the page is served from, asked at each connection; scheme, host and port as browsers write them. */
  readonly origins: () => readonly string[];
  readonly clock?: Clock;
  readonly limits?: SignalingLimits;
  /** Throws ProtocolError where the operator's policies keep a connection out. */
  readonly admit?: (request: IncomingMessage, version: string | undefined) => Promise<void>;
  /** Whether the operator's policies allow rules that a host signed later. */
  readonly allows?: (rules: Policy) => boolean;
  /** The address a connection is counted under; the peer's own unless a trusted proxy stands before us. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

export interface Signaling {
  /** Sockets connected now. */
  readonly sockets: number;
  /** Meetings in memory. */
  readonly meetings: number;
  /** Says `stopping` to everyone and takes no new connection; the HTTP server is left to its owner. Idempotent. */
  close(): Promise<void>;
}

/** How long sockets may take to hear that the server stops, in milliseconds. */
const FAREWELL_MS = 1_000;

/** Puts the socket of the protocol on an HTTP server. */
export async function attachSignaling(options: SignalingOptions): Promise<Signaling> {
  const { httpServer, store, media, log, origins } = options;
  const clock = options.clock ?? systemClock;
  const limits = options.limits ?? defaultLimits;
  const addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? 'unknown');
  const crypto = await loadRecordCrypto();
  let stopping: Promise<void> | null = null;

  const io = new Server(httpServer, {
    path: SOCKET_PATH,
    serveClient: false,
    // Polling stays as the way through proxies that break WebSockets.
    transports: ['websocket', 'polling'],
    // A lost peer is noticed within 8 s; with the grace its leaf is gone within seconds more.
    pingInterval: 4_000,
    pingTimeout: 4_000,
    maxHttpBufferSize: limits.messageBytes,
    // Content is ciphertext: it does not compress, and compressing it beside plain fields would leak lengths.
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest: (request, decide) => {
      decide(null, stopping === null && isOwnOrigin(request.headers, origins()));
    },
  });

  const outbox: Outbox = {
    send: (to, { name, data }) => {
      io.to([...to]).emit(name, data);
    },
    close: (session, reason) => {
      const socket = io.of('/').sockets.get(session);
      socket?.emit('session:closed', { reason });
      socket?.disconnect(true);
    },
  };
  const blobs = options.blobs ?? null;
  const onEnded = (meeting: MeetingId) => {
    blobs?.meetingEnded(meeting).catch((error: unknown) => {
      // The sweep finds them as well.
      log.error({ error, meeting: logTag(meeting) }, 'files of an ended meeting stayed');
    });
  };
  const meetings = new Meetings({ outbox, store, media, clock, log, crypto, rules: limits.rules, onEnded });
  blobs?.attach({
    isMember: async (meeting, device) => (await meetings.current(meeting))?.stayOf(device) != null,
    maySend: async (meeting, device) => (await meetings.current(meeting))?.may(device, 'files') ?? false,
  });
  const doors = {
    addresses: new Buckets(limits.knocksPerAddress),
    invitations: new Buckets(limits.knocksPerInvitation),
  };
  const probing = new Buckets(limits.probesPerAddress);

  const admitted = new WeakMap<Socket, MeetingId>();
  io.use((socket, next) => {
    const hasRoom = (meeting: MeetingId) => meetings.users(meeting) < limits.socketsPerMeeting;
    checkHandshake(socket, store, hasRoom, options.admit).then(
      (meeting) => {
        admitted.set(socket, meeting);
        next();
      },
      (error: unknown) => {
        const { failure, defect } = failureOf(error);
        if (defect) log.error({ error }, 'handshake failed');
        next(Object.assign(new Error(failure.code), { data: failure }));
      },
    );
  });

  io.on('connection', (socket) => {
    const meeting = admitted.get(socket);
    if (!meeting || stopping) {
      socket.disconnect(true);
      return;
    }
    const { runtime, release } = meetings.acquire(meeting);
    const address = addressOf(socket.request);
    const connection = new Connection(socket, meeting, runtime, {
      clock,
      log,
      limits,
      doors,
      media,
      probing,
      address,
      blobs,
      allows: options.allows ?? (() => true),
    });
    log.debug({ meeting: logTag(meeting) }, 'socket connected');
    runtime.catch((error: unknown) => {
      log.error({ error, meeting: logTag(meeting) }, 'meeting did not load');
      connection.close('stopping');
    });
    socket.on('disconnect', (reason) => {
      log.debug({ meeting: logTag(meeting), reason }, 'socket disconnected');
      release();
    });
  });

  return {
    get sockets() {
      return io.of('/').sockets.size;
    },
    get meetings() {
      return meetings.size;
    },
    close() {
      stopping ??= stop(io, meetings);
      return stopping;
    },
  };
}

/** The meeting a handshake is for. Throws ProtocolError; its failure becomes the `data` of connect_error. */
async function checkHandshake(
  socket: Socket,
  store: MeetingStore,
  hasRoom: (meeting: MeetingId) => boolean,
  admit: SignalingOptions['admit'],
): Promise<MeetingId> {
  const { auth } = socket.handshake;
  // Looked at first: another version may shape the rest differently.
  if (typeof auth.protocol === 'number' && auth.protocol !== PROTOCOL_VERSION) {
    throw new ProtocolError('version-mismatch');
  }
  const parsed = handshake.safeParse(auth);
  if (!parsed.success) throw new ProtocolError('bad-request');
  const { meeting, version } = parsed.data;
  await admit?.(socket.request, version);
  const stored = await store.find(meeting);
  if (!stored) throw new ProtocolError('not-found');
  if (stored.endedAt !== null) throw new ProtocolError('ended');
  if (!hasRoom(meeting)) throw new ProtocolError('full');
  return meeting;
}

async function stop(io: Server, meetings: Meetings): Promise<void> {
  io.emit('session:closed', { reason: 'stopping' });
  io.disconnectSockets(true);
  const deadline = Date.now() + FAREWELL_MS;
  while (io.engine.clientsCount > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  io.engine.close();
  await meetings.close();
}
