import type { DeviceKey, RecordHash } from '../../shared/ids.ts';
import type { EventName, EventOf } from '../../shared/protocol/events.ts';
import type { SignedRecord, Source } from '../../shared/records/record.ts';
import type { SessionId } from './state.ts';

/** Any event of the protocol with its content. */
export type ServerEvent = {
  [Name in EventName]: { readonly name: Name; readonly data: EventOf<Name> };
}[EventName];

export type CloseReason = EventOf<'session:closed'>['reason'];

/** Something that happens later unless cancelled. */
export type Timer =
  | { readonly kind: 'grace'; readonly device: DeviceKey }
  | { readonly kind: 'lobby' }
  /** The last host or co-host has been gone for as long as the rules wait. */
  | { readonly kind: 'hostGone' };

/** One name for each timer, to find it again. */
export function timerKey(timer: Timer): string {
  return timer.kind === 'grace' ? `grace:${timer.device}` : timer.kind;
}

/** What the edge has to do after a decision, in order. */
export type Effect =
  /** Always first: where it fails, the decision is void. */
  | {
      readonly type: 'persist';
      readonly record: SignedRecord;
      readonly hash: RecordHash;
      readonly prev: RecordHash;
      readonly seq: number;
      readonly ended: boolean;
    }
  | { readonly type: 'send'; readonly to: readonly SessionId[]; readonly event: ServerEvent }
  /** Says why and ends the connection. The state no longer knows the session. */
  | { readonly type: 'close'; readonly session: SessionId; readonly reason: CloseReason }
  | { readonly type: 'closeMedia'; readonly device: DeviceKey }
  | { readonly type: 'stopSources'; readonly device: DeviceKey; readonly sources: readonly Source[] }
  /** Nobody is in the group any more: the meeting's whole media room goes. */
  | { readonly type: 'closeRoom' }
  | { readonly type: 'schedule'; readonly timer: Timer; readonly at: number }
  | { readonly type: 'cancel'; readonly timer: Timer };
