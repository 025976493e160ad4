import { concat, equalBytes } from '../../../shared/bytes.ts';
import { SFrameError } from './error.ts';
import { decodeHeader, encodeHeader } from './header.ts';
import { sframeKeyLabel, sframeSaltLabel } from './labels.ts';
import { type SFrameSuite, suiteOf } from './suite.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What section 4.4.2 derives for one KID. */
export interface SFrameKeys {
  readonly suite: SFrameSuite;
  readonly kid: bigint;
  readonly secret: Bytes;
  readonly key: Bytes;
  readonly salt: Bytes;
}

function own(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

async function hmac(suite: SFrameSuite, key: Uint8Array, data: Uint8Array): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: suite.hash };
  const imported = await crypto.subtle.importKey('raw', own(key), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, own(data)));
}

async function expand(suite: SFrameSuite, secret: Bytes, info: Bytes, length: number): Promise<Bytes> {
  let block: Bytes = new Uint8Array(0);
  let out: Bytes = new Uint8Array(0);
  for (let i = 1; out.length < length; i++) {
    block = await hmac(suite, secret, concat(block, info, Uint8Array.of(i)));
    out = own(concat(out, block));
  }
  return out.slice(0, length);
}

/** Key and salt of one KID from a base key (RFC 9605 section 4.4.2). Throws `unknown-suite`. */
export async function deriveKeys(suiteId: number, kid: bigint, baseKey: Uint8Array): Promise<SFrameKeys> {
  const suite = suiteOf(suiteId);
  // HKDF-Extract with an empty salt is HMAC under a block of zeros.
  const secret = await hmac(suite, new Uint8Array(suite.Nh), baseKey);
  const key = await expand(suite, secret, sframeKeyLabel(kid, suiteId), suite.Nk);
  const salt = await expand(suite, secret, sframeSaltLabel(kid, suiteId), suite.Nn);
  return { suite, kid, secret, key, salt };
}

/** The salt with the counter, as Nn bytes big-endian, XORed in (RFC 9605 section 4.4.3). */
export function nonceOf(salt: Uint8Array, ctr: bigint): Bytes {
  const nonce = own(salt);
  let rest = ctr;
  for (let i = nonce.length - 1; i >= 0 && rest > 0n; i--, rest >>= 8n) {
    nonce[i] = (nonce[i] ?? 0) ^ Number(rest & 255n);
  }
  return nonce;
}

function bigEndian64(...values: number[]): Bytes {
  const out = new Uint8Array(8 * values.length);
  const view = new DataView(out.buffer);
  values.forEach((value, i) => {
    view.setBigUint64(8 * i, BigInt(value));
  });
  return out;
}

async function aesCtr(key: Bytes, nonce: Bytes, data: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt']);
  const counter = own(concat(nonce, new Uint8Array(4)));
  return new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 32 }, imported, data),
  );
}

/** AEAD_encrypt of the AES suites (RFC 9605 sections 4.5 and 4.5.1). Throws `unknown-suite`. */
export async function aeadSeal(
  suite: SFrameSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Bytes> {
  if (suite.cipher === 'aes-gcm') {
    const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, ['encrypt']);
    const parameters = { name: 'AES-GCM', iv: own(nonce), additionalData: own(aad), tagLength: suite.Nt * 8 };
    return new Uint8Array(await crypto.subtle.encrypt(parameters, imported, own(plaintext)));
  }
  if (suite.cipher !== 'aes-ctr-hmac') throw new SFrameError('unknown-suite', 'not a WebCrypto suite');
  const ciphertext = await aesCtr(own(key.subarray(0, suite.Nka)), own(nonce), own(plaintext));
  return own(concat(ciphertext, await ctrTag(suite, key, nonce, aad, ciphertext)));
}

async function ctrTag(
  suite: SFrameSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Bytes> {
  const lengths = bigEndian64(aad.length, ciphertext.length, suite.Nt);
  const tag = await hmac(suite, key.subarray(suite.Nka), concat(lengths, nonce, aad, ciphertext));
  return tag.slice(0, suite.Nt);
}

/** AEAD_decrypt of the AES suites. Throws `unauthenticated`. */
export async function aeadOpen(
  suite: SFrameSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Bytes> {
  const refused = new SFrameError('unauthenticated', 'SFrame ciphertext does not authenticate');
  if (sealed.length < suite.Nt) throw refused;
  if (suite.cipher === 'aes-gcm') {
    const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, ['decrypt']);
    const parameters = { name: 'AES-GCM', iv: own(nonce), additionalData: own(aad), tagLength: suite.Nt * 8 };
    const opened = await crypto.subtle.decrypt(parameters, imported, own(sealed)).catch(() => null);
    if (opened === null) throw refused;
    return new Uint8Array(opened);
  }
  if (suite.cipher !== 'aes-ctr-hmac') throw new SFrameError('unknown-suite', 'not a WebCrypto suite');
  const ciphertext = own(sealed.subarray(0, sealed.length - suite.Nt));
  const tag = await ctrTag(suite, key, nonce, aad, ciphertext);
  if (!equalBytes(tag, sealed.subarray(ciphertext.length))) throw refused;
  return aesCtr(own(key.subarray(0, suite.Nka)), own(nonce), ciphertext);
}

/** Seals one SFrame ciphertext: header, ciphertext, tag (RFC 9605 section 4.4.3). */
export async function sealSFrame(
  keys: SFrameKeys,
  ctr: bigint,
  metadata: Uint8Array,
  plaintext: Uint8Array,
): Promise<Bytes> {
  const header = encodeHeader(keys.kid, ctr);
  const aad = concat(header, metadata);
  return own(concat(header, await aeadSeal(keys.suite, keys.key, nonceOf(keys.salt, ctr), aad, plaintext)));
}

/** Opens one SFrame ciphertext made for the KID of `keys`. Throws `malformed`, `bad-key`, `unauthenticated`. */
export async function openSFrame(
  keys: SFrameKeys,
  metadata: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Bytes> {
  const header = decodeHeader(ciphertext);
  if (header.kid !== keys.kid) throw new SFrameError('bad-key', 'these keys are for another KID');
  const aad = concat(ciphertext.subarray(0, header.length), metadata);
  const nonce = nonceOf(keys.salt, header.ctr);
  return aeadOpen(keys.suite, keys.key, nonce, aad, ciphertext.subarray(header.length));
}
