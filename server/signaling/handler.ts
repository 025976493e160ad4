import type { DeviceKey, InvitationKey } from '../../shared/ids.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../shared/protocol/requests.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { Policy } from '../../shared/roles.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { NodeId } from '../cluster/cluster.ts';
import type { Place } from '../cluster/place.ts';
import type { Caller } from '../meeting/commands.ts';
import type { MeetingRuntime } from './runtime.ts';

declare const answered: unique symbol;
/** Proof that a request was answered; only the answer function makes one. */
export type Answered = { readonly [answered]: true };

/** What a handler knows of the connection a request came in on. */
export interface Context {
  readonly runtime: MeetingRuntime;
  /** The connection and its key. Throws `not-identified` before one is proven. */
  caller(): Caller;
  /** Takes over a key that was proven. Throws `bad-request` when the connection has another already. */
  claim(device: DeviceKey): Caller;
  /** What the device has to sign. */
  readonly nonce: Uint8Array;
  /** The server that the connection is to; this one may only own the meeting. */
  readonly near: NodeId;
  /** Which server of the site this is. */
  readonly place: Place;
  /** Sealed files; null where this server keeps none. */
  readonly blobs: Blobs | null;
  /** Throws ProtocolError where the operator's policies do not allow these rules. */
  checkRules(rules: Policy): void;
  /** Whether the operator's policies let anybody record. */
  readonly recording: boolean;
  /** Counts a request against what its socket may ask for. Throws `rate-limited`. */
  count(name: RequestName, body: unknown): void;
  /** Counts a knock against what its address and its invitation may. Throws `rate-limited`. */
  takeKnock(invitation: InvitationKey): void;
  /** Stores a breakout room of this meeting, within its limits. Throws ProtocolError. */
  foundRoom(records: readonly SignedRecord[]): Promise<void>;
  /** A transport for a connection test, within its limits. Throws `rate-limited`, `media-unavailable`. */
  probe(): Promise<ResponseOf<'media:probe'>>;
}

/** Handles one kind of request, parsed and at its stage. Throws ProtocolError to refuse. */
export type Handler<Name extends RequestName> = (
  context: Context,
  request: RequestOf<Name>,
  answer: (value: ResponseOf<Name>) => Answered,
) => Promise<Answered>;

/** One handler for each request: one that lacks is a type error. */
export type Handlers<Name extends RequestName = RequestName> = { readonly [Each in Name]: Handler<Each> };
