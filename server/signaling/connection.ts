import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, InvitationKey, MeetingId } from '../../shared/ids.ts';
import type { Stage } from '../../shared/protocol/requests.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { type Log, logTag } from '../log.ts';
import type { MediaRooms } from '../media/rooms.ts';
import type { Caller } from '../meeting/commands.ts';
import type { CloseReason } from '../meeting/effects.ts';
import { type Bucket, type Buckets, fullBucket, take } from './bucket.ts';
import type { Clock } from './clock.ts';
import { dispatch, failureOf, isRequestName } from './dispatch.ts';
import type { Context } from './handler.ts';
import type { SignalingLimits } from './limits.ts';
import type { MeetingRuntime } from './runtime.ts';

export interface ConnectionParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: SignalingLimits;
  /** Knocks by address and meeting, and by meeting and invitation. */
  readonly doors: { readonly addresses: Buckets; readonly invitations: Buckets };
  readonly media: Pick<MediaRooms, 'probe'>;
  /** Connection tests by address. */
  readonly probing: Buckets;
  readonly address: string;
  readonly blobs: Blobs | null;
  readonly allows: (rules: Policy) => boolean;
}

type Acknowledge = (result: unknown) => void;

/** One socket at one meeting: greets it, and takes its requests within its limits. */
export class Connection {
  readonly #socket: Socket;
  readonly #meeting: MeetingId;
  readonly #runtime: Promise<MeetingRuntime>;
  readonly #parts: ConnectionParts;
  readonly #nonce = new Uint8Array(randomBytes(32));
  readonly #cancelIdentify: () => void;
  #requests: Bucket;
  #knocks: Bucket;
  #probes: Bucket;
  #refusedInARow = 0;
  #device: DeviceKey | null = null;

  constructor(socket: Socket, meeting: MeetingId, runtime: Promise<MeetingRuntime>, parts: ConnectionParts) {
    const { clock, limits } = parts;
    this.#socket = socket;
    this.#meeting = meeting;
    this.#runtime = runtime;
    this.#parts = parts;
    const now = clock.now();
    this.#requests = fullBucket(limits.requests, now);
    this.#knocks = fullBucket(limits.knocks, now);
    this.#probes = fullBucket(limits.probes, now);
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
    const last = given.at(-1);
    // Without a way to answer there is nothing a refusal could reach.
    if (typeof last !== 'function') {
      this.#count('bad-request');
      return;
    }
    // socket.io hands the acknowledgement over as a bare function.
    const acknowledge = last as Acknowledge;
    try {
      this.#takeRequest();
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
        this.#parts.log.error({ error, id, request, meeting: logTag(this.#meeting) }, 'request failed');
      }
      acknowledge({ ok: false, failure });
      this.#count(failure.code);
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
      allows: (rules) => this.#parts.allows(rules),
      takeKnock: (invitation) => this.#takeKnock(invitation),
      probe: () => {
        this.#takeProbe();
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

  #takeRequest(): void {
    const { clock, limits } = this.#parts;
    const { bucket, waitMs } = take(this.#requests, limits.requests, clock.now());
    this.#requests = bucket;
    if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
  }

  #takeKnock(invitation: InvitationKey): void {
    const { clock, limits, doors, address } = this.#parts;
    const now = clock.now();
    const { bucket, waitMs } = take(this.#knocks, limits.knocks, now);
    this.#knocks = bucket;
    const wait =
      waitMs ||
      doors.addresses.take(`${this.#meeting} ${address}`, now) ||
      doors.invitations.take(`${this.#meeting} ${invitation}`, now);
    if (wait > 0) throw new ProtocolError('rate-limited', { retryAfterMs: wait });
  }

  #takeProbe(): void {
    const { clock, limits, probing, address } = this.#parts;
    const now = clock.now();
    const { bucket, waitMs } = take(this.#probes, limits.probes, now);
    this.#probes = bucket;
    const wait = waitMs > 0 ? waitMs : probing.take(address, now);
    if (wait > 0) throw new ProtocolError('rate-limited', { retryAfterMs: wait });
  }

  /** Closes a socket that keeps asking for what it is refused. */
  #count(code: ErrorCode): void {
    const { limits, log } = this.#parts;
    log.debug({ code, meeting: logTag(this.#meeting) }, 'request refused');
    this.#refusedInARow += 1;
    if (this.#refusedInARow <= limits.refusalsInARow || this.#socket.disconnected) return;
    log.warn({ code, meeting: logTag(this.#meeting) }, 'socket closed after too many refused requests');
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
        if (!(error instanceof ProtocolError)) this.#parts.log.error({ error }, 'disconnect failed');
      });
  }
}
