import { concat, equalBytes, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { SignatureKeyPair } from '../crypto/ed25519.ts';
import { hpkeKeyPair, hpkeOpen, hpkeSeal } from '../crypto/hpke.ts';
import { wipe } from '../sodium.ts';
import type { ReportBundle } from './bundle.ts';
import { decodeReport, encodeReport } from './encoding.ts';
import { ReportError } from './error.ts';
import { KEY_ID_BYTES, reportKeyId } from './key.ts';

const INFO = utf8('Sealroom 1.0 Report');

/** Binds a sealed report to its meeting and key, whoever stores it. */
function associatedData(meeting: MeetingId, keyId: Uint8Array): Uint8Array {
  return concat(fromBase64Url(meeting), keyId);
}

/**
 * Signs a report by its reporter's meeting key and seals it to the operator's X-Wing key: id of the key, then
 * what `hpkeSeal` makes. Throws ReportError, and CryptoError for a public key that is none.
 */
export function sealReport(publicKey: Uint8Array, bundle: ReportBundle, pair: SignatureKeyPair): Uint8Array {
  const plaintext = encodeReport(bundle, pair);
  const keyId = reportKeyId(publicKey);
  const sealed = hpkeSeal(publicKey, INFO, associatedData(bundle.meeting, keyId), plaintext);
  wipe(plaintext);
  return concat(keyId, sealed);
}

/** Opens and verifies a sealed report with the operator's 32-byte private key. Throws ReportError. */
export function openReport(privateKey: Uint8Array, meeting: MeetingId, sealed: Uint8Array): ReportBundle {
  const keyId = reportKeyId(hpkeKeyPair(privateKey).publicKey);
  if (!equalBytes(sealed.subarray(0, KEY_ID_BYTES), keyId)) throw new ReportError('other-key');
  let plaintext: Uint8Array;
  try {
    const rest = sealed.subarray(KEY_ID_BYTES);
    plaintext = hpkeOpen(privateKey, INFO, associatedData(meeting, keyId), rest);
  } catch (cause) {
    throw new ReportError('not-openable', { cause });
  }
  return decodeReport(plaintext, meeting);
}
