import { concat, utf8 } from '../../../shared/bytes.ts';
import { wipe } from '../sodium.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from './aead.ts';
import { CryptoError } from './error.ts';
import { hkdfSha512, type Kdf } from './hkdf.ts';
import { type Kem, xWing } from './kem.ts';
import { type LabeledKdf, labeled } from './labeled.ts';

/** KEM and KDF of an HPKE suite; the AEAD is always ChaCha20-Poly1305. */
export interface HpkeSuite {
  readonly kem: Kem;
  readonly kdf: Kdf;
}

/** The suite of everything sealed outside the group: X-Wing, HKDF-SHA512, ChaCha20-Poly1305. */
export const defaultHpkeSuite: HpkeSuite = { kem: xWing, kdf: hkdfSha512 };

/** Key, nonce and exporter of one encapsulation (RFC 9180 section 5.1). */
export interface HpkeContext {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

export interface HpkeSealed {
  readonly encapsulation: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function suiteLabels({ kem, kdf }: HpkeSuite): LabeledKdf {
  const ids = [kem.id, kdf.id, chacha20Poly1305.id].flatMap((id) => [id >> 8, id & 0xff]);
  return labeled(kdf, concat(utf8('HPKE'), new Uint8Array(ids)));
}

const MODE_BASE = new Uint8Array([0]);
const EMPTY = new Uint8Array();

/** KeySchedule of base mode (RFC 9180 section 5.1). */
export function hpkeSchedule(suite: HpkeSuite, sharedSecret: Uint8Array, info: Uint8Array): HpkeContext {
  const labels = suiteLabels(suite);
  const context = concat(
    MODE_BASE,
    labels.extract(EMPTY, 'psk_id_hash', EMPTY),
    labels.extract(EMPTY, 'info_hash', info),
  );
  const secret = labels.extract(sharedSecret, 'secret', EMPTY);
  const key = labels.expand(secret, 'key', context, chacha20Poly1305.keyLength);
  const baseNonce = labels.expand(secret, 'base_nonce', context, chacha20Poly1305.nonceLength);
  const exporterSecret = labels.expand(secret, 'exp', context, suite.kdf.size);
  wipe(secret);
  return { key, baseNonce, exporterSecret };
}

/** Export from a context (RFC 9180 section 5.3). */
export function hpkeExport(
  suite: HpkeSuite,
  context: HpkeContext,
  exporterContext: Uint8Array,
  length: number,
): Uint8Array {
  return suiteLabels(suite).expand(context.exporterSecret, 'sec', exporterContext, length);
}

/** A sender's context for `publicKey`. Throws CryptoError('bad-key', 'bad-length'). */
export function hpkeSender(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
): { context: HpkeContext; encapsulation: Uint8Array } {
  const { sharedSecret, encapsulation } = suite.kem.encapsulate(publicKey);
  const context = hpkeSchedule(suite, sharedSecret, info);
  wipe(sharedSecret);
  return { context, encapsulation };
}

/** A receiver's context for an encapsulation. Throws CryptoError('bad-key', 'bad-length'). */
export function hpkeReceiver(
  suite: HpkeSuite,
  privateKey: Uint8Array,
  encapsulation: Uint8Array,
  info: Uint8Array,
): HpkeContext {
  const sharedSecret = suite.kem.decapsulate(privateKey, encapsulation);
  const context = hpkeSchedule(suite, sharedSecret, info);
  wipe(sharedSecret);
  return context;
}

/** Single-shot SealBase (RFC 9180 section 6.1). Throws CryptoError('bad-key', 'bad-length'). */
export function hpkeSealTo(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): HpkeSealed {
  const { context, encapsulation } = hpkeSender(suite, publicKey, info);
  const ciphertext = aeadSeal(context.key, context.baseNonce, aad, plaintext);
  wipe(context.key, context.exporterSecret);
  return { encapsulation, ciphertext };
}

/** Single-shot OpenBase (RFC 9180 section 6.1). Throws CryptoError. */
export function hpkeOpenFrom(
  suite: HpkeSuite,
  privateKey: Uint8Array,
  { encapsulation, ciphertext }: HpkeSealed,
  info: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const context = hpkeReceiver(suite, privateKey, encapsulation, info);
  try {
    return aeadOpen(context.key, context.baseNonce, aad, ciphertext);
  } finally {
    wipe(context.key, context.exporterSecret);
  }
}

/**
 * Seals to an X-Wing public key (1,216 bytes): encapsulation (1,120 bytes) then ciphertext, in one
 * array. Throws CryptoError('bad-key', 'bad-length').
 */
export function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const { encapsulation, ciphertext } = hpkeSealTo(defaultHpkeSuite, publicKey, info, aad, plaintext);
  return concat(encapsulation, ciphertext);
}

/** Opens what `hpkeSeal` made, with the 32-byte X-Wing private key. Throws CryptoError('open-failed'). */
export function hpkeOpen(
  privateKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const split = defaultHpkeSuite.kem.encapsulationLength;
  if (sealed.length < split + chacha20Poly1305.tagLength) {
    throw new CryptoError('open-failed', 'The ciphertext does not authenticate');
  }
  const parts = { encapsulation: sealed.subarray(0, split), ciphertext: sealed.subarray(split) };
  return hpkeOpenFrom(defaultHpkeSuite, privateKey, parts, info, aad);
}

/** A key pair for `hpkeSeal` and `hpkeOpen`, fresh or from a 32-byte seed. */
export function hpkeKeyPair(seed?: Uint8Array): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const { kem } = defaultHpkeSuite;
  return seed === undefined
    ? kem.generate()
    : { publicKey: kem.publicKey(seed), privateKey: Uint8Array.from(seed) };
}
