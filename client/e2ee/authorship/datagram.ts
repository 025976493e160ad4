import { concat, utf8 } from '../../../shared/bytes.ts';
import { sign, verify } from '../crypto/ed25519.ts';

/** What members relay to each other outside the ordered stream. */
export type Datagram =
  /** An MLS application message. */
  | { readonly kind: 'sealed'; readonly message: Uint8Array }
  /**
   * A list of frames the sender states to have sent, signed by its leaf key. It names counters and
   * hashes of ciphertext that the server forwards anyway, so it needs no encryption.
   */
  | { readonly kind: 'checkpoint'; readonly signature: Uint8Array; readonly bytes: Uint8Array };

const SEALED = 0;
const CHECKPOINT = 1;
const SIGNATURE_LENGTH = 64;
const LABEL = utf8('Sealroom 1.0 Frame Checkpoint');

/** The bytes that are relayed; `decodeDatagram` reads them. */
export function encodeDatagram(datagram: Datagram): Uint8Array {
  return datagram.kind === 'sealed'
    ? concat(new Uint8Array([SEALED]), datagram.message)
    : concat(new Uint8Array([CHECKPOINT]), datagram.signature, datagram.bytes);
}

/** Null for anything else. */
export function decodeDatagram(bytes: Uint8Array): Datagram | null {
  if (bytes[0] === SEALED) return { kind: 'sealed', message: bytes.subarray(1) };
  if (bytes[0] !== CHECKPOINT || bytes.length <= 1 + SIGNATURE_LENGTH) return null;
  return {
    kind: 'checkpoint',
    signature: bytes.slice(1, 1 + SIGNATURE_LENGTH),
    bytes: bytes.slice(1 + SIGNATURE_LENGTH),
  };
}

/** Label, zero byte, group id, statement: a checkpoint of one group says nothing in another. */
function checkpointInput(groupId: Uint8Array, bytes: Uint8Array): Uint8Array {
  return concat(LABEL, new Uint8Array([0]), groupId, bytes);
}

/** States frames under the leaf key (Ed25519), bound to the group. */
export function signCheckpoint(privateKey: Uint8Array, groupId: Uint8Array, bytes: Uint8Array): Datagram {
  return { kind: 'checkpoint', signature: sign(privateKey, checkpointInput(groupId, bytes)), bytes };
}

/** Whether a checkpoint was signed by this leaf key for this group. */
export function verifyCheckpoint(
  publicKey: Uint8Array,
  groupId: Uint8Array,
  checkpoint: Datagram & { kind: 'checkpoint' },
): boolean {
  return verify(publicKey, checkpointInput(groupId, checkpoint.bytes), checkpoint.signature);
}
