import type { KeyPackage, PrivateKeyPackage } from 'ts-mls';
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js';
import { equalBytes } from '../../../shared/bytes.ts';
import { assertSignatureKeyPair, type SignatureKeyPair } from '../crypto/ed25519.ts';
import { wipe } from '../sodium.ts';
import { GroupError } from './error.ts';
import { bounds, capabilities, checkLeaf } from './profile.ts';
import { refusing } from './refusal.ts';
import { ciphersuite, type GroupSuite, suiteFromName } from './suite.ts';

/** What a device joins with: one group, one identity, one suite. */
export interface LeafIdentity {
  /** Ed25519: public key 32 bytes, private key 64 bytes (libsodium's form). */
  readonly signature: SignatureKeyPair;
  /** Opaque to this layer; ends in a basic credential. 1 byte to 12 KiB. */
  readonly credential: Uint8Array;
  readonly suite: GroupSuite;
}

/** A key package and, out of reach of the caller, its private keys. Good for one join. */
export class KeyPackageBundle {
  /** The key package, ready to send (an MLSMessage). */
  readonly bytes: Uint8Array;
  /** Its KeyPackageRef (RFC 9420 section 5.2), 64 bytes: what a welcome names. */
  readonly ref: Uint8Array;
  readonly suite: GroupSuite;
  #keys: { publicPackage: KeyPackage; privatePackage: PrivateKeyPackage } | undefined;

  constructor(
    bytes: Uint8Array,
    ref: Uint8Array,
    suite: GroupSuite,
    keys: { publicPackage: KeyPackage; privatePackage: PrivateKeyPackage },
  ) {
    this.bytes = bytes;
    this.ref = ref;
    this.suite = suite;
    this.#keys = keys;
  }

  /** For this folder only: the keys. Throws GroupError('spent') after a join or close. */
  keys(): { publicPackage: KeyPackage; privatePackage: PrivateKeyPackage } {
    if (this.#keys === undefined) throw new GroupError('spent', 'this key package has been used');
    return this.#keys;
  }

  /** For this folder only: the join took the leaf's key; the init key is gone (RFC 9420 section 16.8). */
  spend(): void {
    if (this.#keys !== undefined) wipe(this.#keys.privatePackage.initPrivateKey);
    this.#keys = undefined;
  }

  /** Forgets the private keys. Idempotent. */
  close(): void {
    if (this.#keys !== undefined) {
      wipe(this.#keys.privatePackage.hpkePrivateKey, this.#keys.privatePackage.signaturePrivateKey);
    }
    this.spend();
  }
}

/** A fresh key package, valid for a day either side of `now` (ms). Throws CryptoError, GroupError. */
export async function createKeyPackage(identity: LeafIdentity, now = Date.now()): Promise<KeyPackageBundle> {
  const { signature, credential, suite } = identity;
  const cs = await ciphersuite(suite);
  assertSignatureKeyPair(signature);
  if (credential.length === 0 || credential.length > bounds.credentialBytes) {
    throw new GroupError('bad-argument', 'credential empty or too large');
  }
  const keys = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity: Uint8Array.from(credential) },
    capabilities(suite),
    { notBefore: seconds(now - bounds.lifetimeMs), notAfter: seconds(now + bounds.lifetimeMs) },
    [],
    // A copy: closing a group wipes its keys, and the caller keeps its own.
    { publicKey: Uint8Array.from(signature.publicKey), signKey: Uint8Array.from(signature.privateKey) },
    cs,
  );
  const bytes = encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_key_package',
    keyPackage: keys.publicPackage,
  });
  return new KeyPackageBundle(bytes, await makeKeyPackageRef(keys.publicPackage, cs.hash), suite, keys);
}

/** A key package that may be added: signatures, lifetime, suite and profile hold. */
export interface InspectedKeyPackage {
  readonly ref: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Uint8Array;
  readonly suite: GroupSuite;
}

/**
 * Checks a key package from outside (RFC 9420 section 10.1) at `now` (ms). Throws GroupError
 * 'too-large', 'malformed', 'wrong-wire-format', 'wrong-suite', 'bad-key-package',
 * 'expired-key-package' or 'not-authentic'.
 */
export async function inspectKeyPackage(bytes: Uint8Array, now = Date.now()): Promise<InspectedKeyPackage> {
  const { keyPackage: _, ...inspected } = await parseKeyPackage(bytes, now);
  return inspected;
}

/** `inspectKeyPackage` with the library's object; for this folder only. */
export async function parseKeyPackage(
  bytes: Uint8Array,
  now: number,
): Promise<InspectedKeyPackage & { keyPackage: KeyPackage }> {
  if (bytes.length > bounds.keyPackageBytes) throw new GroupError('too-large', 'key package too large');
  const decoded = await refusing('key package', () => decodeMlsMessage(bytes, 0));
  if (decoded === undefined || decoded[1] !== bytes.length) throw new GroupError('malformed', 'key package');
  const [message] = decoded;
  if (message.wireformat !== 'mls_key_package')
    throw new GroupError('wrong-wire-format', 'not a key package');
  const checked = await checkKeyPackage(message.keyPackage);
  const { notBefore, notAfter } = checked.lifetime;
  if (
    notAfter - notBefore > seconds(2 * bounds.lifetimeMs) ||
    seconds(now) < notBefore ||
    seconds(now) > notAfter
  ) {
    throw new GroupError('expired-key-package', 'key package outside its lifetime');
  }
  const { lifetime: _, ...inspected } = checked;
  return { ...inspected, keyPackage: message.keyPackage };
}

/** Everything about a key package but its lifetime; for this folder only. Throws GroupError. */
export async function checkKeyPackage(
  keyPackage: KeyPackage,
): Promise<InspectedKeyPackage & { lifetime: { notBefore: bigint; notAfter: bigint } }> {
  const suite = suiteFromName(keyPackage.cipherSuite);
  if (suite === undefined) throw new GroupError('wrong-suite', 'a suite this project does not use');
  const cs = await ciphersuite(suite);
  const { leafNode } = keyPackage;
  const credential = checkLeaf(leafNode, suite, 'bad-key-package');
  const { leafNodeSource } = leafNode;
  if (
    leafNodeSource !== 'key_package' ||
    keyPackage.version !== 'mls10' ||
    keyPackage.extensions.length > 0 ||
    keyPackage.initKey.length !== leafNode.hpkePublicKey.length ||
    equalBytes(keyPackage.initKey, leafNode.hpkePublicKey)
  ) {
    throw new GroupError('bad-key-package', 'a key package outside the profile');
  }
  const authentic = await refusing('key package', async () => {
    const leafHolds = await verifyLeafNodeSignatureKeyPackage(leafNode, cs.signature);
    return leafHolds && (await verifyKeyPackage(keyPackage, cs.signature));
  });
  if (!authentic) throw new GroupError('not-authentic', 'a key package with a wrong signature');
  const ref = await makeKeyPackageRef(keyPackage, cs.hash);
  return { ref, signatureKey: leafNode.signaturePublicKey, credential, suite, lifetime: leafNode.lifetime };
}

function seconds(milliseconds: number): bigint {
  return BigInt(Math.floor(milliseconds / 1000));
}
