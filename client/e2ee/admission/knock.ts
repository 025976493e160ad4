import { z } from 'zod';
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { type KnockKind, type KnockRequest, knockSignatureInput } from '../../../shared/protocol/lobby.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { sign, verify } from '../crypto/ed25519.ts';
import { CryptoError } from '../crypto/error.ts';
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.ts';
import { type Access, meetingKey } from '../link/access.ts';
import { randomBytes } from '../sodium.ts';

/** What a knock holds once opened. The name and device behind it are in the key package's credential. */
export interface KnockContent {
  readonly keyPackage: Uint8Array;
  /** A word to the host. */
  readonly message: string;
  /** What those who open the knock seal their words to the waiting device with; 32 bytes. */
  readonly replyKey: Uint8Array;
}

export type KnockRefusal = 'bad-signature' | 'not-openable' | 'malformed';

/** Why a knock is not answered: `refusal` says which of its checks failed. */
export class KnockError extends Error {
  readonly refusal: KnockRefusal;

  constructor(refusal: KnockRefusal, options?: ErrorOptions) {
    super(`Knock refused: ${refusal}`, options);
    this.name = 'KnockError';
    this.refusal = refusal;
  }
}

const content = z.strictObject({
  keyPackage: z.string().max(limits.knockBytes * 2),
  message: z.string().max(limits.knockMessageCharacters),
  replyKey: z.string().length(43),
});

const INFO = utf8('Sealroom 1.0 Knock');

/** Binds a sealed knock to meeting, device and key package, whoever relays it. */
function associatedData(access: Access, device: DeviceKey, keyPackageRef: Uint8Array): Uint8Array {
  return concat(fromBase64Url(access.meeting), fromBase64Url(device), keyPackageRef);
}

/**
 * Seals a knock: to the lobby key, or for a device that may enter already under the meeting's return
 * key. Signed with the invitation's key.
 */
export function sealKnock(
  access: Access,
  device: DeviceKey,
  keyPackageRef: Uint8Array,
  { keyPackage, message, replyKey }: KnockContent,
  to: { readonly kind: 'lobby'; readonly lobbyKey: Uint8Array } | { readonly kind: 'return' },
): KnockRequest {
  const json = { keyPackage: toBase64Url(keyPackage), message, replyKey: toBase64Url(replyKey) };
  const plaintext = pad(utf8(JSON.stringify(json)));
  const aad = associatedData(access, device, keyPackageRef);
  let sealed: Uint8Array;
  if (to.kind === 'lobby') {
    sealed = hpkeSeal(to.lobbyKey, INFO, aad, plaintext);
  } else {
    const nonce = randomBytes(chacha20Poly1305.nonceLength);
    sealed = concat(nonce, aeadSeal(meetingKey(access, 'return-knock'), nonce, aad, plaintext));
  }
  const knock = { kind: to.kind, keyPackageRef, sealed };
  const { key: invitation, pair } = access.invitation;
  const signature = sign(pair.privateKey, knockSignatureInput(access.meeting, device, knock));
  return { ...knock, invitation, signature };
}

/**
 * Opens a knock. `lobbySeeds`, newest first, are needed for those sealed to the lobby key.
 * Throws KnockError: `bad-signature` for senders without the invitation they name, `not-openable`,
 * `malformed`.
 */
export function openKnock(
  access: Access,
  device: DeviceKey,
  knock: KnockRequest,
  lobbySeeds: readonly Uint8Array[],
): KnockContent {
  const input = knockSignatureInput(access.meeting, device, knock);
  if (!verify(fromBase64Url(knock.invitation), input, knock.signature)) throw new KnockError('bad-signature');
  const aad = associatedData(access, device, knock.keyPackageRef);
  let plaintext: Uint8Array;
  try {
    plaintext = openSealed(access, knock.kind, aad, knock.sealed, lobbySeeds);
  } catch (cause) {
    throw new KnockError('not-openable', { cause });
  }
  try {
    const parsed = content.parse(JSON.parse(fromUtf8(plaintext).trimEnd()));
    return {
      keyPackage: fromBase64Url(parsed.keyPackage),
      message: parsed.message,
      replyKey: fromBase64Url(parsed.replyKey),
    };
  } catch (cause) {
    throw new KnockError('malformed', { cause });
  }
}

function openSealed(
  access: Access,
  kind: KnockKind,
  aad: Uint8Array,
  sealed: Uint8Array,
  lobbySeeds: readonly Uint8Array[],
): Uint8Array {
  if (kind === 'lobby') {
    for (const seed of lobbySeeds) {
      try {
        return hpkeOpen(seed, INFO, aad, sealed);
      } catch (error) {
        if (!(error instanceof CryptoError)) throw error;
      }
    }
    throw new CryptoError('open-failed', 'This device does not hold the lobby key');
  }
  const split = chacha20Poly1305.nonceLength;
  return aeadOpen(meetingKey(access, 'return-knock'), sealed.subarray(0, split), aad, sealed.subarray(split));
}

/** Blanks to the next 2 KiB, so that the length of a name or message does not show. */
function pad(plaintext: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(plaintext.length / 2048) * 2048).fill(0x20);
  padded.set(plaintext);
  return padded;
}
