import { concat, utf8 } from '../../../shared/bytes.ts';
import { digitsOf } from '../../../shared/digits.ts';
import { sodium } from '../sodium.ts';

const LABEL = utf8('Sealroom 1.0 Report Key');
const GROUPS = 6;

/** Names a report key among an operator's own; 8 bytes. */
export const KEY_ID_BYTES = 8;

function digest(publicKey: Uint8Array): Uint8Array {
  const input = concat(LABEL, new Uint8Array([0]), publicKey);
  return sodium().crypto_generichash(KEY_ID_BYTES + 5 * GROUPS, input, null);
}

/** Which key a report is sealed to. Not what people compare: see `reportFingerprint`. */
export function reportKeyId(publicKey: Uint8Array): Uint8Array {
  return digest(publicKey).slice(0, KEY_ID_BYTES);
}

/** Thirty decimal digits of a report key (BLAKE2b), to compare with those that its owner published. */
export function reportFingerprint(publicKey: Uint8Array): string {
  return digitsOf(digest(publicKey).subarray(KEY_ID_BYTES), GROUPS);
}
