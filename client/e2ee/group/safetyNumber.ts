import { utf8 } from '../../../shared/bytes.ts';
import { digitsOf } from '../../../shared/digits.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';

const LABEL = utf8('Sealroom 1.0 safety number');
const GROUPS = 6;

/**
 * Thirty decimal digits (about 99.6 bits) from the epoch authenticator (RFC 9420 section 8.7): six
 * groups of five, each 40 bits of HKDF output modulo 100,000. Equal at all members of one epoch, and
 * different, but for chance, in any fork.
 */
export function safetyNumberOf(epochAuthenticator: Uint8Array): string {
  return digitsOf(hkdfSha512.expand(epochAuthenticator, LABEL, 5 * GROUPS), GROUPS);
}
