import type { AccountId } from '../../shared/protocol/accounts.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { FoundedMeeting, MeetingWish } from '../meeting/meetingWish.ts';

/** What the interface needs from the rest of the client; loaded when first needed. */
export interface Services {
  /** Founds a meeting with this device as its host. Rejects with an error that carries a `code` where the server refused. */
  foundMeeting(wish: MeetingWish): Promise<FoundedMeeting>;
  /** Ends a meeting for all, as its host and without going in. `path` is path and fragment of its link. */
  endMeeting(path: string): Promise<void>;
  /** Opens a meeting by its link; the phases of its view tell how far it got. `fragment` is without the `#`. */
  openMeeting(link: { readonly meetingId: string; readonly fragment: string }): Meeting;
  /** The nonce that binds a sign-in to this device. `returnTo` is kept, wrapped, for afterwards. */
  beginSignIn(returnTo: string): Promise<string>;
  /** Keeps the provider's statement on this device; resolves to where the person was. */
  finishSignIn(idToken: string | null): Promise<string>;
  openListSync(account: AccountId): Promise<ListSync>;
  /** Forgets the statement. */
  forgetSignIn(): Promise<void>;
}

/** Keeps the list of one's own meetings the same on all devices of an account. Rejects with errors that carry a `code`. */
export interface ListSync {
  /** Null while it is off here. */
  code(): Promise<string | null>;
  turnOn(anew?: boolean): Promise<void>;
  enter(code: string): Promise<void>;
  sync(): Promise<void>;
  turnOff(): Promise<void>;
}

/** Loads the services; called at the first action that needs them. */
export type LoadServices = () => Promise<Services>;
