import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server, type Socket } from 'socket.io';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { MeetingId } from '../../shared/ids.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { type CallMessage, Calls } from '../cluster/calls.ts';
import type { Cluster, ClusterListener, NodeId } from '../cluster/cluster.ts';
import { SoloCluster } from '../cluster/memory.ts';
import { Place } from '../cluster/place.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaMessage, MediaQuestion } from '../media/nodes/messages.ts';
import { SpreadMedia } from '../media/nodes/spreadMedia.ts';
import type { MediaRooms } from '../media/rooms.ts';
import { loadRecordCrypto } from '../meeting/recordCrypto.ts';
import type { MeetingStore } from '../store/store.ts';
import { BreakoutRooms } from './breakoutRooms.ts';
import { Buckets } from './bucket.ts';
import { type Clock, systemClock } from './clock.ts';
import { failureOf } from './dispatch.ts';
import { Doors } from './doors.ts';
import { type Admission, Entrance } from './entrance.ts';
import { type FileQuestion, FileStandings } from './fileStandings.ts';
import { defaultLimits, type SignalingLimits } from './limits.ts';
import { type LiveMeeting, Meetings } from './meetings.ts';
import { isOwnOrigin } from './origin.ts';
import type { Outbox } from './outgoing.ts';
import { breakOff, Relay, type RelayMessage } from './relay.ts';
import { RemoteSockets } from './remoteSockets.ts';
import { RuleBook } from './ruleBook.ts';
import { ServedSockets } from './servedSockets.ts';
import { type AdminQuestion, SiteNodes, type Told } from './siteNodes.ts';

export interface SignalingOptions {
  readonly httpServer: HttpServer | HttpsServer;
  readonly store: MeetingStore;
  readonly media: MediaRooms;
  /** The other servers of this site; alone by default. */
  readonly cluster?: (listener: ClusterListener) => Promise<Cluster>;
  /** Which server of the site this is; one that has no name by default. */
  readonly place?: Place;
  /** How loaded this server is, 0 to 1. */
  readonly load?: () => number;
  /** Sealed files; without them the server takes none. */
  readonly blobs?: Blobs | null;
  readonly log: Log;
  /** Origins that the page is served from, asked at each connection; scheme, host and port as browsers write them. */
  readonly origins: () => readonly string[];
  readonly clock?: Clock;
  readonly limits?: SignalingLimits;
  /** Throws ProtocolError where the operator's policies keep a connection out. */
  readonly admit?: (request: IncomingMessage, version: string | undefined) => Promise<void>;
  /** Whether the server is about to restart: meetings that nobody is in are not begun then. */
  readonly draining?: () => boolean;
  /** By when it does, in milliseconds since 1970; null while it does not. */
  readonly drainsBy?: () => number | null;
  /** What this server says of itself when it is asked. */
  readonly about?: () => Promise<unknown>;
  /** An administrator wants this server to drain by so many minutes from now, or no more. */
  readonly onDrain?: (minutes: number | null) => void;
  /** Throws ProtocolError where the operator's policies do not allow rules that a host signed. */
  readonly checkRules?: (rules: Policy) => void;
  /** Whether they let anybody record; so unless given. */
  readonly recording?: boolean;
  /** Told of a breakout room before it is stored. */
  readonly onFounding?: (room: MeetingId) => Promise<void>;
  /** Told of each refusal. */
  readonly onRefused?: (request: RequestName | 'connect' | 'unknown', code: ErrorCode) => void;
  /** The address a connection is counted under; the peer's own unless a trusted proxy stands before us. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

export interface Signaling {
  /** Sockets connected now. */
  readonly sockets: number;
  /** Meetings in memory. */
  readonly meetings: number;
  /** What the servers of this site that are alive say of themselves (`about`), this one first. */
  everywhere(): Promise<readonly Told[]>;
  /** Has a server drain by so many minutes from now, or no more. Throws ProtocolError where it does not answer. */
  drain(node: NodeId, minutes: number | null): Promise<void>;
  /** Meetings that this server runs. */
  live(): Promise<readonly LiveMeeting[]>;
  /** Sends everybody in a meeting home, by the operator's will, after the store has ended it. */
  stop(meeting: MeetingId): Promise<void>;
  /** Tells everyone whose meeting is here by when this server restarts; null: it does not. */
  warn(until: number | null): void;
  /** Says `stopping` to everyone and takes no new connection; the HTTP server is left to its owner. Idempotent. */
  close(): Promise<void>;
}

/** How long sockets may take to hear that the server stops, in milliseconds. */
const FAREWELL_MS = 1_000;

type EngineSocket = Socket['conn'];

/** How often a server tells the others how loaded it is, in milliseconds. */
const REPORT_MS = 1_000;

/** How long the last words to a connection that was ended may take, in milliseconds. */
const LAST_WORDS_MS = 500;

/** A WebSocket waits half a minute for the other side's goodbye, and takes all that comes instead: nothing is read here. */
function cutWhenClosed(connection: EngineSocket): void {
  // Where it began by polling, this is a connection on which a proxy may bring the requests of others.
  if (connection.transport.name !== 'websocket') return;
  const { socket } = connection.request;
  connection.once('close', () => {
    socket.removeAllListeners('data').pause();
    setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  });
}

/** Puts the socket of the protocol on an HTTP server. */
export async function attachSignaling(options: SignalingOptions): Promise<Signaling> {
  const { httpServer, store, media, log, origins } = options;
  const clock = options.clock ?? systemClock;
  const limits = options.limits ?? defaultLimits;
  const addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? 'unknown');
  const crypto = await loadRecordCrypto();
  const checkRules = options.checkRules ?? (() => undefined);
  const doors = new Doors(limits, clock);
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
      if (!isOwnOrigin(request.headers, origins())) return decide(null, false);
      void doors.turn(addressOf(request)).then((mayCome) => {
        if (!mayCome) options.onRefused?.('connect', 'rate-limited');
        decide(null, mayCome && stopping === null);
      });
    },
  });
  io.engine.on('connection', cutWhenClosed);

  const place = options.place ?? new Place(null, null, false);
  const ruleBook = new RuleBook(store, crypto);
  const cluster =
    (await options.cluster?.({
      message: (from, message) => {
        // Sealed by another server of this site.
        relay.take(from, message as RelayMessage);
        remote.take(from, message as RelayMessage);
        spread.take(from, message as MediaMessage);
        calls.take(from, message as CallMessage);
      },
      gone: (node) => {
        relay.gone(node);
        remote.gone(node);
        calls.gone(node);
        spread.gone(node);
        if (node === cluster.self) meetings.dropAll();
      },
    })) ?? new SoloCluster(place.name, place.region);
  const load = options.load ?? (() => 0);
  const spread = new SpreadMedia({
    media,
    cluster,
    place,
    load,
    rulesOf: async (meeting) => {
      const stored = await store.find(meeting);
      if (!stored) throw new ProtocolError('not-found');
      return ruleBook.of(stored);
    },
    ask: (node, question) => calls.ask(node, question),
    log,
  });
  const calls = new Calls<MediaQuestion | FileQuestion | AdminQuestion>(
    cluster,
    (from, question) => {
      switch (question.about) {
        case 'files':
          return standings.here(question);
        case 'node':
        case 'drain':
        case 'stop':
          return siteNodes.answer(question);
        default:
          return spread.answer(from, question);
      }
    },
    log,
  );
  const siteNodes = new SiteNodes({
    cluster,
    ask: (node, question) => calls.ask(node, question),
    about: options.about ?? (async () => null),
    drain: options.onDrain ?? (() => undefined),
    stop: (meeting) => meetings.stop(meeting),
  });
  const report = () => cluster.report(load(), stopping !== null || (options.draining?.() ?? false));
  const reporting = setInterval(report, REPORT_MS);
  reporting.unref();
  const stopReporting = () => clearInterval(reporting);
  const flood = new Buckets(limits.requests);
  const relay = new Relay(cluster, log, (socket) => flood.take(socket.id, clock.now()));
  const remote = new RemoteSockets(cluster, log, (socket, meeting, address) => {
    // The node that holds it could count its own only.
    if (meetings.users(meeting) >= limits.socketsPerMeeting) socket.breakOff();
    else served.serve(socket, meeting, { address, near: socket.node, comeBack: () => socket.breakOff() });
  });

  const outbox: Outbox = {
    send: (to, event) => {
      io.to([...to]).emit(event.name, event.data);
      remote.send(to, event);
    },
    close: (session, reason) => {
      const socket = io.of('/').sockets.get(session) ?? remote.get(session);
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
  const meetings: Meetings = new Meetings({
    cluster,
    place,
    outbox,
    store,
    media: spread,
    clock,
    log,
    crypto,
    rules: limits.rules,
    onEnded,
  });
  const standings = new FileStandings({
    cluster,
    meetings,
    ask: (node, question) => calls.ask(node, question),
  });
  blobs?.attach(standings);
  const rooms = new BreakoutRooms({
    store,
    crypto,
    clock,
    log,
    checkRules: (rules) => {
      checkRules(rules);
      if (!place.canServe(rules)) throw new ProtocolError('region-unavailable');
    },
    onFounding: async (room) => {
      if (options.draining?.()) throw new ProtocolError('draining');
      await options.onFounding?.(room);
    },
    stop: (room) => siteNodes.stop(room),
  });
  const entrance = new Entrance({
    cluster,
    place,
    store,
    ruleBook,
    admit: options.admit ?? (async () => undefined),
    users: (meeting) => ({ served: meetings.users(meeting), relayed: relay.users(meeting) }),
    socketsPerMeeting: limits.socketsPerMeeting,
    draining: options.draining ?? (() => false),
  });
  const admitted = new WeakMap<Socket, Admission>();
  io.use((socket, next) => {
    entrance.admit(socket.request, socket.handshake.auth).then(
      (admission) => {
        admitted.set(socket, admission);
        next();
      },
      (error: unknown) => {
        const { failure, defect } = failureOf(error);
        if (defect) log.error({ error }, 'handshake failed');
        options.onRefused?.('connect', failure.code);
        // The failure becomes the `data` of connect_error.
        next(Object.assign(new Error(failure.code), { data: failure }));
      },
    );
  });

  const served = new ServedSockets({
    meetings,
    clock,
    log,
    limits,
    doors,
    media,
    place,
    blobs,
    rooms,
    checkRules,
    recording: options.recording ?? true,
    drainsBy: options.drainsBy ?? (() => null),
    onRefused: (request, code) => options.onRefused?.(request, code),
  });
  io.on('connection', (socket) => {
    const admission = admitted.get(socket);
    if (!admission || stopping) {
      socket.disconnect(true);
      return;
    }
    const { meeting, owner } = admission;
    const address = addressOf(socket.request);
    if (owner !== cluster.self) relay.open(socket, owner, meeting, address);
    else served.serve(socket, meeting, { address, near: owner, comeBack: () => breakOff(socket) });
  });

  return {
    get sockets() {
      return io.of('/').sockets.size;
    },
    get meetings() {
      return meetings.size;
    },
    everywhere: () => siteNodes.everywhere(),
    drain: (node, minutes) => siteNodes.drain(node, minutes),
    live: () => meetings.live(),
    stop: (meeting) => siteNodes.stop(meeting),
    warn(until) {
      // Not a moment later: meetings that begin now begin elsewhere.
      report();
      served.warn(until);
    },
    close() {
      rooms.close();
      stopping ??= stop(io, meetings, remote, spread, cluster).finally(stopReporting);
      return stopping;
    },
  };
}

async function stop(
  io: Server,
  meetings: Meetings,
  remote: RemoteSockets,
  spread: SpreadMedia,
  cluster: Cluster,
): Promise<void> {
  const isAlone = cluster.nodes().length < 2;
  // Where others take over, browsers come back to them by themselves.
  if (!isAlone) cluster.report(1, true);
  if (isAlone) io.emit('session:closed', { reason: 'stopping' });
  if (isAlone) io.disconnectSockets(true);
  const deadline = Date.now() + FAREWELL_MS;
  while (isAlone && io.engine.clientsCount > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  io.engine.close();
  await meetings.close();
  remote.breakOff();
  spread.close();
  await cluster.close();
}
