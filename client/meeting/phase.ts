import type { ErrorCode } from '../../shared/errors.ts';
import type { InvitationOver } from '../../shared/records/invitation.ts';
import type { Policy, Role } from '../../shared/roles.ts';

/** Where the person is on the way from link to meeting. Every state has a page. */
export type Phase =
  /** Looking the meeting up. */
  | { readonly name: 'opening' }
  /** The browser cannot hold an encrypted meeting. */
  | {
      readonly name: 'unsupported';
      readonly reason: 'insecure-context' | 'no-webrtc' | 'no-encoded-transform';
    }
  /** The link is damaged, or its host key does not match the meeting the server shows. */
  | { readonly name: 'bad-link'; readonly reason: BadLink }
  /** The link asks for a passphrase; `wrong` after one that was not it. */
  | { readonly name: 'passphrase'; readonly wrong: boolean; readonly busy: boolean }
  /** Preview, name, devices; nothing is sent yet. */
  | { readonly name: 'prejoin'; readonly running: boolean; readonly lobby: boolean; readonly role: Role }
  /** Waiting for a host's commit. */
  | {
      readonly name: 'waiting';
      readonly position: number;
      readonly attended: boolean;
      readonly locked: boolean;
      /** A host put this person back to the lobby. */
      readonly sentBack: boolean;
    }
  /** Welcomed or founding; keys are being set up. */
  | { readonly name: 'joining' }
  | { readonly name: 'meeting' }
  /** By a host, or by the meeting's rule about who may come at all. */
  | { readonly name: 'denied'; readonly banned: boolean; readonly rule?: Exclude<Policy['who'], 'anyone'> }
  | { readonly name: 'removed'; readonly banned: boolean }
  /** `by` is null where only the server's word is known that it is over. */
  | { readonly name: 'ended'; readonly by: 'host' | 'operator' | null }
  /** Over for now: the last host was gone for as long as the rules wait. */
  | { readonly name: 'host-gone' }
  | { readonly name: 'left' }
  /** Opened in another tab of this device. */
  | { readonly name: 'replaced' }
  | { readonly name: 'failed'; readonly code: ErrorCode };

/** Why a link does not lead into a meeting. */
export type BadLink =
  | 'malformed'
  | 'wrong-host'
  | 'unknown-meeting'
  /** The secret in it belongs to no invitation of this meeting. */
  | 'unknown-invitation'
  | InvitationOver;

const over: ReadonlySet<Phase['name']> = new Set([
  'left',
  'removed',
  'ended',
  'host-gone',
  'denied',
  'replaced',
  'failed',
  'bad-link',
]);

/** Whether there is no way on from a phase but to open the meeting anew. */
export function isOver({ name }: Phase): boolean {
  return over.has(name);
}
