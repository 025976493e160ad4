import type { InvitationKey } from '../../shared/ids.ts';
import type { InvitationOver } from '../../shared/records/invitation.ts';

/** One way into the meeting. */
export interface InvitationView {
  readonly key: InvitationKey;
  /** What the host called it; empty for the link for all, null where this device cannot read it. */
  readonly name: string | null;
  /** The link, or null where this device does not hold its secret. */
  readonly link: string | null;
  readonly passphrase: boolean;
  readonly personal: boolean;
  readonly straightIn: boolean;
  readonly uses: number | null;
  readonly used: number;
  /** Devices that came or knocked by it while this device was there; at least `used`. */
  readonly tried: number;
  /** Milliseconds since 1970. */
  readonly expires: number | null;
  /** Why it lets nobody new in; null while it does. */
  readonly over: InvitationOver | null;
}

/** What a new invitation is to be. */
export interface InvitationWish {
  /** Whom it is for; the hosts alone see it. */
  readonly name: string;
  readonly uses: number | null;
  readonly expires: number | null;
  readonly straightIn: boolean;
  readonly personal: boolean;
  readonly passphrase?: string;
}
