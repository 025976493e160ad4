import type { ProtocolError } from '../../../shared/errors.ts';
import type { EventName, EventOf } from '../../../shared/protocol/events.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** The connection to a meeting's server, as the session sees it. */
export interface Signaling {
  readonly state: ConnectionState;
  /** Starts to connect. Listeners come first: the server speaks as soon as the connection stands. */
  connect(): void;
  /** Throws ProtocolError: the server's refusal, or `unavailable` when it cannot be reached in time. */
  request<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>>;
  /** Events arrive parsed; malformed ones are dropped. Returns the way to stop. */
  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void;
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Refusals of the connection itself: version, unknown or ended meeting. */
  onRefused(listener: (error: ProtocolError) => void): () => void;
  close(): void;
}
