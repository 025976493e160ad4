import type { FrameToGroup, GroupToFrame } from '../../e2ee/frames/messages.ts';
import type { DeviceIdentity } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import type { Pins } from '../../e2ee/identity/pins.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import type { Clock } from '../clock.ts';
import type { SeriesBans } from '../library/bans.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { LinkAccess } from './linkAccess.ts';
import type { Records } from './records.ts';
import type { Serial } from './serial.ts';
import type { CoreStore } from './state.ts';

/** The channel to the frame worker: media keys go out, lists of sent frames to be signed come in. */
export interface FramePort {
  post(message: GroupToFrame): void;
  onMessage(listener: (message: FrameToGroup) => void): void;
}

/** What the parts of one meeting's core share. */
export interface CoreContext {
  readonly link: MeetingLink;
  /** Where the server is, `https://host`. */
  readonly origin: string;
  /** The link opened; see `LinkAccess`. */
  readonly access: LinkAccess;
  readonly identity: DeviceIdentity;
  readonly signaling: Signaling;
  readonly clock: Clock;
  readonly keyStore: KeyStore;
  readonly pins: Pins;
  /** Whom this device barred from the series of meetings that this one belongs to. */
  readonly bans: SeriesBans;
  readonly records: Records;
  readonly store: CoreStore;
  readonly frames: FramePort;
  /** The group's operations, one at a time. */
  readonly serial: Serial;
}
