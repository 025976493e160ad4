import { io } from 'socket.io-client';
import * as socketParser from 'socket.io-parser';
import { failure, fromFailure, ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { type EventName, type EventOf, events } from '../../../shared/protocol/events.ts';
import {
  type RequestName,
  type RequestOf,
  type ResponseOf,
  requests,
} from '../../../shared/protocol/requests.ts';
import { type Handshake, MAX_ATTACHMENTS, result, SOCKET_PATH } from '../../../shared/protocol/socket.ts';
import { CLIENT_VERSION, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import type { ConnectionState, Signaling } from './signaling.ts';

/** Chains and streams travel as many binary parts in one packet; the default takes ten. */
class ManyParts extends socketParser.Decoder {
  constructor() {
    super({ maxAttachments: MAX_ATTACHMENTS });
  }
}

const REQUEST_TIMEOUT_MS = 10_000;
/**
 * A request that is not answered for so long, with nothing else heard either, was sent into a way that is gone: after a
 * change of network, the system finds that out much later.
 */
const STALL_MS = 2_000;
/** The same, where the device is known to be on another network, or its media have lost their way already. */
const SOON_STALL_MS = 1_000;
/** First and longest wait before a server that could not do it just now is asked again. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 3_000;
const MAX_DEPTH = 12;

/** Socket.io from bytes or buffers alike: Node hands out Buffers, browsers ArrayBuffers. */
function normalize(value: unknown, depth = 0): unknown {
  // Deeper than any message of the protocol: the schema refuses what is left.
  if (depth > MAX_DEPTH) return null;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((inner) => normalize(inner, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, normalize(inner, depth + 1)]),
    );
  }
  return value;
}

type Listener = (event: unknown) => void;

/** Calls back whenever the device is on another network than before. Returns the way to stop. */
export type NetworkWatch = (onChange: () => void) => () => void;

const unwatched: NetworkWatch = () => () => undefined;

/** The way to a meeting over socket.io; once connected, reconnects by itself until closed or refused. */
export function socketSignaling(
  origin: string,
  meeting: MeetingId,
  watch: NetworkWatch = unwatched,
): Signaling {
  const auth: Handshake = { protocol: PROTOCOL_VERSION, meeting, version: CLIENT_VERSION };
  const socket = io(origin, {
    path: SOCKET_PATH,
    auth,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 3_000,
    // An attempt that began while the way was gone asks for it ever more rarely: a new one asks at once.
    timeout: 6_000,
    forceNew: true,
    parser: { ...socketParser, Decoder: ManyParts },
    autoConnect: false,
  });
  let state: ConnectionState = 'connecting';
  const stateListeners = new Set<(state: ConnectionState) => void>();
  const refusedListeners = new Set<(error: ProtocolError) => void>();
  const listeners = new Map<EventName, Set<Listener>>();

  const setState = (next: ConnectionState) => {
    if (state === next || state === 'closed') return;
    state = next;
    for (const listener of stateListeners) listener(next);
  };

  let heardAt = 0;
  socket.io.on('open', () => {
    socket.io.engine.on('packet', () => {
      heardAt = performance.now();
    });
  });
  const connectAnew = () => socket.disconnect().connect();
  /** Looks for another way, at once, where nothing came since `askedAt`. */
  const onStall = (askedAt: number) => {
    if (heardAt < askedAt && state === 'connected') connectAnew();
  };

  const stopWatching = watch(() => {
    if (state === 'connected') setTimeout(onStall, SOON_STALL_MS, performance.now());
    // What waits for its turn, or for an answer by the way of before, begins anew.
    else if (state === 'reconnecting') connectAnew();
  });

  let retryMs = FIRST_RETRY_MS;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** After a refusal in so many words, socket.io does not come back by itself. */
  const tryAgain = () => {
    const jitter = 1 + Math.random() / 2;
    retry = setTimeout(() => socket.connect(), retryMs * jitter);
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
  };

  socket.on('connect', () => {
    retryMs = FIRST_RETRY_MS;
    setState('connected');
  });
  socket.on('disconnect', (reason) => {
    setState('reconnecting');
    // The server closed the connection on purpose: socket.io does not come back by itself then.
    if (reason === 'io server disconnect' && state !== 'closed') socket.connect();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const refusal = failure.safeParse(error.data);
    if (!refusal.success) {
      if (state === 'connected') setState('reconnecting');
      return;
    }
    const refused = fromFailure(refusal.data);
    if (refused.code === 'unavailable') return tryAgain();
    if (refusal.data.retry !== 'later' && refusal.data.retry !== 'now') close();
    for (const listener of refusedListeners) listener(refused);
  });
  for (const name of Object.keys(events) as EventName[]) {
    // One generic receiver for all names: socket.io cannot type the pair of name and payload here.
    socket.on(name as string, (payload: unknown) => {
      const parsed = events[name].safeParse(normalize(payload));
      if (!parsed.success) return;
      for (const listener of listeners.get(name) ?? []) listener(parsed.data);
    });
  }

  function close(): void {
    if (state === 'closed') return;
    setState('closed');
    stopWatching();
    clearTimeout(retry);
    socket.close();
  }

  return {
    connect() {
      if (state !== 'closed') socket.connect();
    },
    get state() {
      return state;
    },
    async request<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
      if (state !== 'connected') throw new ProtocolError('unavailable');
      let answer: unknown;
      const stallMs = name === 'media:restartIce' ? SOON_STALL_MS : STALL_MS;
      const stalled = setTimeout(onStall, stallMs, performance.now());
      try {
        answer = await socket.timeout(REQUEST_TIMEOUT_MS).emitWithAck(name, request);
      } catch (cause) {
        throw new ProtocolError('unavailable', { cause });
      } finally {
        clearTimeout(stalled);
      }
      const parsed = result(requests[name].response).safeParse(normalize(answer));
      if (!parsed.success) throw new ProtocolError('unavailable', { cause: parsed.error });
      if (!parsed.data.ok) throw fromFailure(parsed.data.failure);
      // The schema looked up by `Name` has just accepted the value.
      return parsed.data.value as ResponseOf<Name>;
    },
    on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      // Only payloads that this name's schema accepted reach the set.
      const entry = listener as Listener;
      set.add(entry);
      return () => set.delete(entry);
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onRefused(listener) {
      refusedListeners.add(listener);
      return () => refusedListeners.delete(listener);
    },
    close,
  };
}
