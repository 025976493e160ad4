import type { Capabilities, ClientConfig, Extension, LeafNode } from 'ts-mls';
import { defaultKeyPackageEqualityConfig } from 'ts-mls/keyPackageEqualityConfig.js';
import { limits } from '../../../shared/limits.ts';
import { ed25519 } from '../crypto/ed25519.ts';
import { GroupError } from './error.ts';
import { type GroupSuite, hpkePublicKeyLength, suiteName } from './suite.ts';

/** GroupContext extension that carries the meeting's own parameters; private-use number. */
export const CONTEXT_EXTENSION = 0xf053;

/** Bounds of the profile of RFC 9420 that this project speaks. Bytes, counts, milliseconds. */
export const bounds = {
  credentialBytes: 12 * 1024,
  keyPackageBytes: 16 * 1024,
  contextBytes: 4 * 1024,
  groupIdBytes: 64,
  pskIdBytes: 64,
  aadBytes: 1024,
  /** Largest plaintext of one application message: fills the largest padding bucket. */
  plaintextBytes: 64 * 1024 - 70,
  messageBytes: limits.messageBytes,
  commitBytes: limits.commitBytes,
  welcomeBytes: limits.welcomeBytes,
  proposals: 2 * limits.commitBatch + 1,
  leaves: 1024,
  capabilities: 64,
  /** A key package serves one join; the margin forgives a clock that is wrong by a time zone. */
  lifetimeMs: 24 * 60 * 60 * 1000,
  /** Past epochs whose messages can still be opened. */
  pastEpochs: 2,
  /** Keys kept for messages that were skipped in one sender's sequence. */
  skippedMessages: 32,
  /** How far ahead of the last received message a sender may be. */
  aheadMessages: 1000,
} as const;

/** Exactly what our leaves claim to support; no GREASE, so that all members look alike. */
export function capabilities(suite: GroupSuite): Capabilities {
  return {
    versions: ['mls10'],
    ciphersuites: [suiteName(suite)],
    extensions: [CONTEXT_EXTENSION],
    proposals: [],
    credentials: ['basic'],
  };
}

/** The extension that carries the meeting's parameters; `contextOf` reads it. */
export function contextExtension(context: Uint8Array): Extension {
  return { extensionType: CONTEXT_EXTENSION, extensionData: context };
}

/** The meeting's parameters, from the one extension the profile allows. Throws GroupError. */
export function contextOf(extensions: readonly Extension[]): Uint8Array {
  const [extension, ...others] = extensions;
  if (extension?.extensionType !== CONTEXT_EXTENSION || others.length > 0) {
    throw new GroupError('invalid', 'the group context must carry exactly the meeting extension');
  }
  if (extension.extensionData.length > bounds.contextBytes) {
    throw new GroupError('too-large', 'group context extension too large');
  }
  return extension.extensionData;
}

/** The credential bytes of a leaf that keeps the profile. Throws GroupError with `code` otherwise. */
export function checkLeaf(
  leaf: LeafNode,
  suite: GroupSuite,
  code: 'bad-key-package' | 'bad-tree' | 'invalid',
): Uint8Array {
  const { credential, capabilities: supported } = leaf;
  const lists = Object.values(supported);
  const sound =
    leaf.signaturePublicKey.length === ed25519.publicKeyLength &&
    leaf.hpkePublicKey.length === hpkePublicKeyLength(suite) &&
    leaf.extensions.length === 0 &&
    lists.every((list) => list.length <= bounds.capabilities) &&
    supported.versions.includes('mls10') &&
    supported.ciphersuites.includes(suiteName(suite)) &&
    supported.extensions.includes(CONTEXT_EXTENSION) &&
    supported.credentials.includes('basic');
  if (!sound) throw new GroupError(code, 'a leaf outside the profile');
  // The library's type allows one string for every credential type; only `basic` has an identity.
  if (credential.credentialType !== 'basic') throw new GroupError(code, 'only basic credentials are allowed');
  if (credential.identity.length === 0 || credential.identity.length > bounds.credentialBytes) {
    throw new GroupError(code, 'credential empty or too large');
  }
  return credential.identity;
}

/**
 * The library's settings. Lifetimes are checked where a key package is admitted and not again by every
 * receiver: members with different clocks must never disagree about a commit.
 */
export const clientConfig: ClientConfig = {
  keyRetentionConfig: {
    retainKeysForEpochs: bounds.pastEpochs,
    retainKeysForGenerations: bounds.skippedMessages,
    maximumForwardRatchetSteps: bounds.aheadMessages,
  },
  lifetimeConfig: { maximumTotalLifetime: BigInt(bounds.lifetimeMs / 500), validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
  paddingConfig: { kind: 'padUntilLength', padUntilLength: 256 },
  authService: { validateCredential: async (credential) => credential.credentialType === 'basic' },
};
