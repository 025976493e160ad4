import { concat, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import { IDENTIFY_LABEL } from '../../../shared/protocol/version.ts';
import { type SignatureKeyPair, sign, signatureKeyPair } from '../crypto/ed25519.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { randomBytes, wipe } from '../sodium.ts';

/** A device as members know it, and as it appears in one meeting. */
export interface DeviceIdentity {
  /** Lasting key, shown to members only; what pins and verifications are about. */
  readonly lasting: SignatureKeyPair;
  /** Key in this meeting: MLS leaf signature key, and what the server knows the device by. */
  readonly meeting: SignatureKeyPair;
  /** `meeting.publicKey` in base64url. */
  readonly key: DeviceKey;
}

export const DEVICE_SEED_LENGTH = 32;

/** A new device's seed. Rests wrapped; see `KeyStore`. */
export function newDeviceSeed(): Uint8Array {
  return randomBytes(DEVICE_SEED_LENGTH);
}

/** One of the key pairs that come from a device's seed. */
function derived(seed: Uint8Array, info: Uint8Array): SignatureKeyPair {
  const prk = hkdfSha512.extract(utf8('Sealroom 1.0 device'), seed);
  const keySeed = hkdfSha512.expand(prk, info, 32);
  const pair = signatureKeyPair(keySeed);
  wipe(keySeed);
  wipe(prk);
  return pair;
}

/** The key that members know a device by, in every meeting. */
export function lastingKey(seed: Uint8Array): SignatureKeyPair {
  return derived(seed, utf8('lasting'));
}

/**
 * The keys a device uses in a meeting. The meeting key is derived per meeting, so that the server
 * cannot recognise a device from one meeting in another.
 */
export function deviceIdentity(seed: Uint8Array, meeting: MeetingId): DeviceIdentity {
  const inMeeting = derived(seed, concat(utf8('meeting '), fromBase64Url(meeting)));
  return {
    lasting: lastingKey(seed),
    meeting: inMeeting,
    key: deviceKey.parse(toBase64Url(inMeeting.publicKey)),
  };
}

/** What a device signs to prove its key to the server: label, zero byte, meeting id, nonce. */
export function identifyInput(meeting: MeetingId, nonce: Uint8Array): Uint8Array {
  return concat(utf8(IDENTIFY_LABEL), new Uint8Array([0]), fromBase64Url(meeting), nonce);
}

/** The answer to the server's challenge. */
export function signChallenge(identity: DeviceIdentity, meeting: MeetingId, nonce: Uint8Array): Uint8Array {
  return sign(identity.meeting.privateKey, identifyInput(meeting, nonce));
}
