import { concat, fromBase64Url, utf8 } from '../../shared/bytes.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import { IDENTIFY_LABEL } from '../../shared/protocol/version.ts';
import { verifyDetached } from '../meeting/recordCrypto.ts';

const LABEL = utf8(IDENTIFY_LABEL);

/** The bytes a device signs to prove its key on one connection. */
export function identifyInput(meeting: MeetingId, nonce: Uint8Array): Uint8Array {
  return concat(LABEL, new Uint8Array([0]), fromBase64Url(meeting), nonce);
}

/** Whether the signature proves the device key for this meeting and connection. */
export function provesDevice(
  signature: Uint8Array,
  device: DeviceKey,
  meeting: MeetingId,
  nonce: Uint8Array,
): boolean {
  return verifyDetached(signature, identifyInput(meeting, nonce), device);
}
