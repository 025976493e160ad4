import { fromBase64Url, toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, type HostKey, type MeetingId, recordHash } from '../../../shared/ids.ts';
import type { Chain, RecordCrypto } from '../../../shared/records/chain.ts';
import {
  encodeRecord,
  type RecordBody,
  recordHashInput,
  recordSignatureInput,
  type SignedRecord,
} from '../../../shared/records/record.ts';
import { type SignatureKeyPair, sign, verify } from '../crypto/ed25519.ts';
import { sodium } from '../sodium.ts';

/** BLAKE2b-256 and Ed25519 from libsodium, for reading chains. */
export const recordCrypto: RecordCrypto = {
  hash: (record) =>
    recordHash.parse(toBase64Url(sodium().crypto_generichash(32, recordHashInput(record), null))),
  verifyMessage: (message, signature, by) => verify(fromBase64Url(by), message, signature),
  verify: (record, by) => verify(fromBase64Url(by), recordSignatureInput(record.bytes), record.signature),
};

/** Who signs: a device in the meeting, or the host key itself. */
export interface RecordSigner {
  readonly by: DeviceKey | HostKey;
  readonly pair: SignatureKeyPair;
}

/** Signs the record that follows `chain`, or genesis where there is none yet. `at` in milliseconds since 1970. */
export function signRecord(
  place: { readonly meeting: MeetingId; readonly chain: Pick<Chain, 'length' | 'head'> | null },
  signer: RecordSigner,
  at: number,
  body: RecordBody,
): SignedRecord {
  const bytes = encodeRecord({
    v: 1,
    meeting: place.meeting,
    seq: place.chain?.length ?? 0,
    prev: place.chain?.head ?? null,
    at,
    by: signer.by,
    body,
  });
  return { bytes, signature: sign(signer.pair.privateKey, recordSignatureInput(bytes)) };
}
