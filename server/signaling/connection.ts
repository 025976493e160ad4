import { randomBytes, randomUUID } from 'node:crypto';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import type { RequestName, Stage } from '../../shared/protocol/requests.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { NodeId } from '../cluster/cluster.ts';
import type { Place } from '../cluster/place.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaRooms } from '../media/rooms.ts';
import type { Caller } from '../meeting/commands.ts';
import type { CloseReason } from '../meeting/effects.ts';
import type { BreakoutRooms } from './breakoutRooms.ts';
import type { ClientSocket } from './clientSocket.ts';
import type { Clock } from './clock.ts';
import { dispatch, failureOf, isRequestName } from './dispatch.ts';
import type { Doors } from './doors.ts';
import type { Context } from './handler.ts';
import type { SignalingLimits } from './limits.ts';
import { Meter } from './meter.ts';
import type { MeetingRuntime } from './runtime.ts';

export interface ConnectionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: SignalingLimits;
  readonly doors: Doors;
  readonly media: Pick<MediaRooms, 'probe'>;
  readonly address: string;
  /** The node that holds the socket. */
  readonly near: NodeId;
  readonly place: Place;
  readonly blobs: Blobs | null;
  readonly rooms: Pick<BreakoutRooms, 'found'>;
  /** Throws ProtocolError where the operator's policies do not allow these rules. */
  readonly checkRules: (rules: Policy) => void;
  /** Whether the operator's policies let anybody record. */
  readonly recording: boolean;
  /** Told of each refusal. */
  readonly onRefused: (request: RequestName | 'unknown', code: ErrorCode) => void;
}

type Acknowledge = (result: unknown) => void;

/** One socket at one meeting: greets it, and takes its requests within its limits. */
export class Connection {
  readonly #socket: ClientSocket;
  readonly #meeting: MeetingId;
  readonly #runtime: Promise<MeetingRuntime>;
  readonly #parts: ConnectionParts;
  readonly #log: Log;
  readonly #nonce = new Uint8Array(randomBytes(32));
  readonly #cancelIdentify: () => void;
  readonly #meter: Meter;
  #asked = 0;
  #refusedInARow = 0;
  /** Whether its address asked for too much, at the last request. */
  #isInCrowd = false;
  #loaded: MeetingRuntime | null = null;
  #device: DeviceKey | null = null;

  constructor(
    socket: ClientSocket,
    meeting: MeetingId,
    runtime: Promise<MeetingRuntime>,
    parts: ConnectionParts,
  ) {
    const { clock, limits } = parts;
    this.#socket = socket;
    this.#meeting = meeting;
    this.#runtime = runtime;
    runtime.then(
      (loaded) => {
        this.#loaded = loaded;
      },
      // Met where the meeting is served.
      () => undefined,
    );
    this.#parts = parts;
    this.#log = parts.log.child({ meeting: logTag(meeting) });
    const now = clock.now();
    this.#meter = new Meter(limits, () => clock.now());
    this.#cancelIdentify = clock.at(now + limits.identifyWithinMs, () => {
      if (this.#device === null) this.close('abuse');
    });
    socket.onAny((name: unknown, ...given: unknown[]) => {
      void this.#take(name, given);
    });
    socket.on('disconnect', () => this.#lost());
    socket.emit('session:challenge', { nonce: this.#nonce, protocol: PROTOCOL_VERSION, serverTime: now });
  }

  /** Says why and ends the connection. */
  close(reason: CloseReason): void {
    this.#socket.emit('session:closed', { reason });
    this.#socket.disconnect(true);
  }

  async #take(name: unknown, given: readonly unknown[]): Promise<void> {
    const { doors, address, limits } = this.#parts;
    this.#asked += 1;
    const isMember = this.#loaded !== null && this.#stage(this.#loaded) === 'member';
    const waitMs = doors.request(address, isMember || this.#asked <= limits.newcomerRequests);
    this.#isInCrowd = waitMs > 0;
    const last = given.at(-1);
    // Without a way to answer there is nothing a refusal could reach.
    if (typeof last !== 'function') {
      this.#refused('unknown', 'bad-request');
      return;
    }
    // socket.io hands the acknowledgement over as a bare function.
    const acknowledge = last as Acknowledge;
    try {
      if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
      this.#meter.request();
      if (typeof name !== 'string' || !isRequestName(name) || given.length !== 2) {
        throw new ProtocolError('bad-request');
      }
      const runtime = await this.#runtime;
      const context = this.#context(runtime);
      await dispatch(name, given[0], () => this.#stage(runtime), context, acknowledge);
      this.#refusedInARow = 0;
    } catch (error) {
      const { failure, defect } = failureOf(error);
      const request = typeof name === 'string' && isRequestName(name) ? name : 'unknown';
      if (defect) {
        const id = randomUUID();
        this.#log.error({ error, id, request }, 'request failed');
      }
      acknowledge({ ok: false, failure });
      this.#refused(request, failure.code);
    }
  }

  #context(runtime: MeetingRuntime): Context {
    return {
      runtime,
      nonce: this.#nonce,
      caller: () => this.#caller(),
      claim: (device) => {
        if (this.#device !== null && this.#device !== device) throw new ProtocolError('bad-request');
        this.#device = device;
        this.#cancelIdentify();
        return this.#caller();
      },
      blobs: this.#parts.blobs,
      near: this.#parts.near,
      place: this.#parts.place,
      checkRules: this.#parts.checkRules,
      recording: this.#parts.recording,
      count: (name, body) => this.#meter.parsed(name, body),
      takeKnock: (invitation) => this.#parts.doors.knock(this.#parts.address, this.#meeting, invitation),
      foundRoom: async (records) => {
        this.#parts.doors.room(this.#meeting);
        await this.#parts.rooms.found(this.#meeting, records);
      },
      probe: () => {
        this.#parts.doors.probe(this.#parts.address);
        return this.#parts.media.probe();
      },
    };
  }

  #caller(): Caller {
    if (this.#device === null) throw new ProtocolError('not-identified');
    return { session: this.#socket.id, device: this.#device };
  }

  #stage(runtime: MeetingRuntime): Stage {
    return this.#device === null ? 'connected' : runtime.stageOf(this.#caller());
  }

  /** Closes a socket that keeps asking for what it is refused. */
  #refused(request: RequestName | 'unknown', code: ErrorCode): void {
    const { limits, doors, address, onRefused } = this.#parts;
    onRefused(request, code);
    this.#log.debug({ code }, 'request refused');
    this.#refusedInARow += 1;
    const isGuessing = code === 'bad-signature' && doors.wrongSecret(address);
    const most = this.#isInCrowd ? limits.refusalsInACrowd : limits.refusalsInARow;
    if (this.#socket.disconnected || (this.#refusedInARow <= most && !isGuessing)) return;
    this.#log.warn({ code }, 'socket closed after too many refused requests');
    this.close('abuse');
  }

  #lost(): void {
    this.#cancelIdentify();
    if (this.#device === null) return;
    const caller = this.#caller();
    this.#runtime
      .then((runtime) => runtime.submit({ type: 'disconnect', ...caller }, () => undefined))
      .catch((error: unknown) => {
        // A meeting being closed has no grace to give.
        if (!(error instanceof ProtocolError)) this.#log.error({ error }, 'disconnect failed');
      });
  }
}
