import type { Failure } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { EventName, EventOf } from '../../../shared/protocol/events.ts';
import type { RequestName } from '../../../shared/protocol/requests.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import type { ElementsPatch } from '../boardView.ts';
import type { CoreCommand } from '../core/command.ts';
import type { CoreState } from '../core/state.ts';
import type { MeetingWish } from '../meetingWish.ts';
import type { ChatPatch } from './chatPatch.ts';

/** Requests about media, which the page makes through the worker's connection. */
export type MediaRequestName = Extract<RequestName, `media:${string}`>;
/** Events about media, which the worker passes on to the page. */
export type MediaEventName = Extract<EventName, `media:${string}`>;

export const mediaEventNames = [
  'media:producers',
  'media:consumerClosed',
  'media:consumerLayers',
  'media:consumerScore',
  'media:producerStopped',
  'media:reset',
] as const satisfies readonly MediaEventName[];

/** Which of the worker's meetings is meant: the one of the link, or one visit to a breakout room of it. */
export type Place = number;
export const MAIN: Place = 0;

/** Page to meeting worker. Both ends are this build's own code, so the types are the contract. */
export type PageToWorker =
  | { readonly type: 'found'; readonly id: number; readonly wish: MeetingWish }
  /** Answered with the nonce of this device's sign-in, and after it with where the person was. */
  | { readonly type: 'sign-in'; readonly id: number; readonly returnTo: string }
  | { readonly type: 'signed-in'; readonly id: number; readonly idToken: string | null }
  | { readonly type: 'signed-out'; readonly id: number }
  | { readonly type: 'end'; readonly id: number; readonly link: MeetingLink }
  /** `link` is read by the worker; the frame worker's port comes in `ports[0]`. */
  | { readonly type: 'open'; readonly link: MeetingLink }
  /** Into a breakout room of the meeting that is open; ports as for `open`. */
  | { readonly type: 'enter'; readonly place: Place; readonly room: MeetingId }
  | { readonly type: 'command'; readonly place: Place; readonly command: CoreCommand }
  | {
      readonly type: 'request';
      readonly place: Place;
      readonly id: number;
      readonly name: MediaRequestName;
      readonly payload: unknown;
    }
  | { readonly type: 'close'; readonly place: Place }
  /** The device is on another network than before. */
  | { readonly type: 'network' };

/** A media event with its name, as one of its kinds. */
export type MediaEvent = {
  [Name in MediaEventName]: { readonly name: Name; readonly event: EventOf<Name> };
}[MediaEventName];

/** Meeting worker to page. Carries no key and no secret of the link. */
export type WorkerToPage =
  | {
      readonly type: 'state';
      readonly place: Place;
      readonly change: Partial<Omit<CoreState, 'chat' | 'boardElements'>>;
      readonly chat?: ChatPatch;
      readonly elements?: ElementsPatch;
    }
  /** A file that was fetched and verified, for the page to hand over as a download. */
  | { readonly type: 'file'; readonly place: Place; readonly name: string; readonly file: Blob }
  | { readonly type: 'media'; readonly place: Place; readonly media: MediaEvent }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly failure: Failure };
