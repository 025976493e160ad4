import type { MeetingId } from '../../../shared/ids.ts';
import type { FrameToGroup, GroupToFrame } from '../../e2ee/frames/messages.ts';
import { type DeviceIdentity, deviceIdentity } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { Pins } from '../../e2ee/identity/pins.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { ready } from '../../e2ee/sodium.ts';
import type { Clock } from '../clock.ts';
import { SeriesBans } from '../library/bans.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { ChainMemory } from './chainMemory.ts';
import { deviceSeed } from './deviceSeed.ts';
import { LinkAccess } from './linkAccess.ts';
import { Records } from './records.ts';
import { Serial } from './serial.ts';
import { type CoreState, CoreStore } from './state.ts';

/** The channel to the frame worker: media keys go out, lists of sent frames to be signed come in. */
export interface FramePort {
  post(message: GroupToFrame): void;
  onMessage(listener: (message: FrameToGroup) => void): void;
}

/** What surrounds one meeting's core. */
export interface Surroundings {
  readonly link: MeetingLink;
  /** Where the server is, `https://host`. */
  readonly origin: string;
  readonly signaling: Signaling;
  /** Another connection, to one of the meeting's breakout rooms. */
  readonly connect: (room: MeetingId) => Signaling;
  /** The main meeting, in a breakout room: this device acts there under the same key. */
  readonly main?: MeetingId;
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly frames: FramePort;
}

/** What the parts of one meeting's core share. */
export interface CoreContext extends Surroundings {
  /** The link opened; see `LinkAccess`. */
  readonly access: LinkAccess;
  readonly identity: DeviceIdentity;
  readonly pins: Pins;
  /** Whom this device barred from the series of meetings that this one belongs to. */
  readonly bans: SeriesBans;
  readonly records: Records;
  readonly store: CoreStore;
  /** The group's operations, one at a time. */
  readonly serial: Serial;
}

/** Reads this device's keys and what it knows of the meeting. `publish` gets the parts of the state that changed. */
export async function openContext(
  around: Surroundings,
  publish: (change: Partial<CoreState>) => void,
): Promise<CoreContext> {
  await ready();
  const { clock, keyStore, link, main, signaling } = around;
  const identity = deviceIdentity(await deviceSeed(keyStore), main ?? link.meeting);
  const pins = await Pins.open(keyStore);
  const bans = await SeriesBans.open(keyStore, link.meeting);
  const memory = await ChainMemory.open(keyStore, link.meeting);
  return {
    ...around,
    access: await LinkAccess.open(link, keyStore),
    identity,
    pins,
    bans,
    records: new Records(link, signaling, clock, memory),
    store: new CoreStore(publish),
    serial: new Serial(),
  };
}
