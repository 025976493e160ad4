import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server, type Socket } from 'socket.io';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { handshake, SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs, Standing } from '../blobs/blobs.ts';
import { type CallMessage, Calls } from '../cluster/calls.ts';
import {
  type Cluster,
  type ClusterListener,
  ClusterUnavailable,
  type Node,
  type NodeId,
  NotOwner,
} from '../cluster/cluster.ts';
import { SoloCluster } from '../cluster/memory.ts';
import { chooseNode } from '../cluster/nodes.ts';
import { Place } from '../cluster/place.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaMessage, MediaQuestion } from '../media/nodes/messages.ts';
import { SpreadMedia } from '../media/nodes/spreadMedia.ts';
import type { MediaRooms } from '../media/rooms.ts';
import { loadRecordCrypto } from '../meeting/recordCrypto.ts';
import type { MeetingStore, StoredMeeting } from '../store/store.ts';
import { BreakoutRooms } from './breakoutRooms.ts';
import { type Bucket, fullBucket, take } from './bucket.ts';
import type { ClientSocket } from './clientSocket.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import { failureOf } from './dispatch.ts';
import { Doors } from './doors.ts';
import { defaultLimits, type SignalingLimits } from './limits.ts';
import { type LiveMeeting, Meetings } from './meetings.ts';
import { isOwnOrigin } from './origin.ts';
import { breakOff, Relay, type RelayMessage } from './relay.ts';
import { RemoteSockets } from './remoteSockets.ts';
import { RuleBook } from './ruleBook.ts';
import type { Outbox } from './runtime.ts';
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
  /** Whether the operator's policies allow rules that a host signed later. */
  readonly allows?: (rules: Policy) => boolean;
  /** Told of a breakout room before it is stored. */
  readonly onFounding?: (room: MeetingId) => Promise<void>;
  /** Told of each refusal. */
  readonly onRefused?: (request: RequestName | 'connect' | 'unknown', code: ErrorCode) => void;
  /** The address a connection is counted under; the peer's own unless a trusted proxy stands before us. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

/** Whether a device may have files, asked of the server that owns its meeting. */
interface FileQuestion {
  readonly about: 'files';
  readonly meeting: MeetingId;
  readonly device: DeviceKey;
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

/** How often a server tells the others how loaded it is, in milliseconds. */
const REPORT_MS = 1_000;

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
  const standing = async ({
    meeting,
    device,
  }: Pick<FileQuestion, 'meeting' | 'device'>): Promise<Standing> => {
    const runtime = await meetings.current(meeting);
    return {
      isMember: runtime?.stayOf(device) != null,
      maySend: runtime?.may(device, 'files') ?? false,
    };
  };
  const calls = new Calls<MediaQuestion | FileQuestion | AdminQuestion>(
    cluster,
    (from, question) => {
      switch (question.about) {
        case 'files':
          return standing(question);
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
  /** Sockets whose meetings are run here. */
  const served = new Set<ClientSocket>();
  const flood = new WeakMap<Socket, Bucket>();
  const relay = new Relay(cluster, log, (socket) => {
    const now = clock.now();
    const taken = take(flood.get(socket) ?? fullBucket(limits.requests, now), limits.requests, now);
    flood.set(socket, taken.bucket);
    return taken.waitMs;
  });
  const remote = new RemoteSockets(cluster, log, (socket, meeting, address) => {
    // The node that holds it could count its own only.
    if (meetings.users(meeting) >= limits.socketsPerMeeting) socket.breakOff();
    else serve(socket, meeting, address, socket.node, () => socket.breakOff());
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
  blobs?.attach({
    self: cluster.self,
    standing: async ({ meeting, device, node }) => {
      if (node === cluster.self) return standing({ meeting, device });
      // A server that is gone cannot say; the device asks the meeting's next owner for another token.
      if (!cluster.nodes().some(({ id }) => id === node)) return { isMember: false, maySend: false };
      // As `standing` answers at the other end.
      return (await calls.ask(node, { about: 'files', meeting, device })) as Standing;
    },
  });
  const rooms = new BreakoutRooms({
    store,
    crypto,
    clock,
    log,
    allows: (rules) => (options.allows?.(rules) ?? true) && place.canServe(rules),
    onFounding: async (room) => {
      if (options.draining?.()) throw new ProtocolError('draining');
      await options.onFounding?.(room);
    },
    stop: (room) => siteNodes.stop(room),
  });
  const doors = new Doors(limits, () => clock.now());

  const admitted = new WeakMap<Socket, { readonly meeting: MeetingId; readonly owner: NodeId }>();
  io.use((socket, next) => {
    const takes = (meeting: MeetingId) => {
      const users = meetings.users(meeting) + relay.users(meeting);
      const isAlone = cluster.nodes().length < 2;
      if (users === 0 && isAlone && options.draining?.()) throw new ProtocolError('draining');
      if (users >= limits.socketsPerMeeting) throw new ProtocolError('full');
    };
    const admission = async () => {
      doors.connect(addressOf(socket.request));
      const stored = await checkHandshake(socket, store, takes, options.admit);
      const meeting = stored.id;
      // A meeting that people are in here was looked at when it was loaded.
      const isHere = meetings.users(meeting) > 0;
      const owner = isHere ? cluster.self : await ownerOf(stored);
      admitted.set(socket, { meeting, owner });
    };
    admission().then(
      () => next(),
      (error: unknown) => {
        const { failure, defect } = failureOf(error);
        if (defect) log.error({ error }, 'handshake failed');
        options.onRefused?.('connect', failure.code);
        next(Object.assign(new Error(failure.code), { data: failure }));
      },
    );
  });

  /** The node that runs a meeting. Throws ProtocolError where no node may, or one that must not claims to. */
  const ownerOf = async (stored: StoredMeeting): Promise<NodeId> => {
    const rules = await ruleBook.of(stored);
    const allowed = (node: Node) => place.allows(node.name, rules);
    const refusal = rules.residency ? 'region-unavailable' : 'unavailable';
    const candidate = chooseNode(cluster.nodes(), cluster.self, allowed);
    if (candidate === null) throw new ProtocolError(refusal);
    const { node: owner } = await cluster.own(stored.id, candidate);
    const node = cluster.nodes().find(({ id }) => id === owner);
    // Who can write to Redis can name any owner.
    if (node && !allowed(node)) throw new ProtocolError(refusal);
    return owner;
  };

  const serve = (
    socket: ClientSocket,
    meeting: MeetingId,
    address: string,
    near: NodeId,
    comeBack: () => void,
  ) => {
    const { runtime, release } = meetings.acquire(meeting, comeBack);
    const connection = new Connection(socket, meeting, runtime, {
      clock,
      log,
      limits,
      doors,
      media,
      address,
      near,
      place,
      blobs,
      rooms,
      allows: options.allows ?? (() => true),
      onRefused: (request, code) => options.onRefused?.(request, code),
    });
    log.debug({ meeting: logTag(meeting) }, 'socket connected');
    runtime.catch((error: unknown) => {
      if (error instanceof NotOwner || error instanceof ClusterUnavailable) return comeBack();
      log.error({ error, meeting: logTag(meeting) }, 'meeting did not load');
      connection.close('stopping');
    });
    const until = options.drainsBy?.() ?? null;
    if (until !== null) socket.emit('server:draining', { until });
    served.add(socket);
    socket.on('disconnect', (reason) => {
      log.debug({ meeting: logTag(meeting), reason }, 'socket disconnected');
      served.delete(socket);
      release();
    });
  };

  io.on('connection', (socket) => {
    const admission = admitted.get(socket);
    if (!admission || stopping) {
      socket.disconnect(true);
      return;
    }
    const { meeting, owner } = admission;
    const address = addressOf(socket.request);
    if (owner === cluster.self) serve(socket, meeting, address, cluster.self, () => breakOff(socket));
    else relay.open(socket, owner, meeting, address);
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
      for (const socket of served) socket.emit('server:draining', { until });
    },
    close() {
      rooms.close();
      stopping ??= stop(io, meetings, remote, spread, cluster).finally(stopReporting);
      return stopping;
    },
  };
}

/** The meeting that a handshake is for. Throws ProtocolError; its failure becomes the `data` of connect_error. */
async function checkHandshake(
  socket: Socket,
  store: MeetingStore,
  takes: (meeting: MeetingId) => void,
  admit: SignalingOptions['admit'],
): Promise<StoredMeeting> {
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
  takes(meeting);
  return stored;
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
