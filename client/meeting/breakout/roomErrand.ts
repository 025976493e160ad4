import { ProtocolError } from '../../../shared/errors.ts';
import { deviceIdentity, newDeviceSeed, signChallenge } from '../../e2ee/identity/device.ts';
import { memoryKeyStore } from '../../e2ee/identity/keyStore.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import type { Clock } from '../clock.ts';
import { ChainMemory } from '../core/chainMemory.ts';
import { Records } from '../core/records.ts';
import type { Signaling } from '../signaling/signaling.ts';

/** As long as a slow line may take to connect. */
const PATIENCE_MS = 15_000;

/**
 * Goes to the door of a meeting, reads its records and does something with them, such as to append more.
 * Comes under a key of its own: the device itself may be inside, and one device has one connection. Closes
 * the connection. Throws ProtocolError, `ended` where the meeting is over, and ChainError.
 */
export async function atRoomDoor<Result>(
  signaling: Signaling,
  link: Pick<MeetingLink, 'meeting' | 'fingerprint'>,
  clock: Clock,
  work: (records: Records) => Promise<Result>,
): Promise<Result> {
  const stranger = deviceIdentity(newDeviceSeed(), link.meeting);
  const memory = await ChainMemory.open(memoryKeyStore(), link.meeting);
  const records = new Records(link, signaling, clock, memory);
  let cancel: () => void = () => undefined;
  try {
    const nonce = await new Promise<Uint8Array>((resolve, reject) => {
      cancel = clock.after(PATIENCE_MS, () => reject(new ProtocolError('unavailable')));
      signaling.on('session:challenge', (challenge) => resolve(challenge.nonce));
      signaling.onRefused(reject);
      signaling.connect();
    });
    const signature = signChallenge(stranger, link.meeting, nonce);
    const door = await signaling.request('session:identify', { device: stranger.key, signature });
    records.read(door.records);
    return await work(records);
  } finally {
    cancel();
    signaling.close();
  }
}
