import { z } from 'zod';
import { concat, equalBytes, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import type { KnockKind, KnockRequest } from '../../../shared/protocol/lobby.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { CryptoError } from '../crypto/error.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.ts';
import type { MeetingLink } from '../link/link.ts';
import { linkKey } from '../link/linkKeys.ts';
import { randomBytes } from '../sodium.ts';

/** What a knock holds once opened. The name and device behind it are in the key package's credential. */
export interface KnockContent {
  readonly keyPackage: Uint8Array;
  /** A word to the host. */
  readonly message: string;
}

export type KnockRefusal = 'bad-mac' | 'not-openable' | 'malformed';

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
});

const INFO = utf8('Sealroom 1.0 Knock');

/** Binds a sealed knock to meeting, device and key package, whoever relays it. */
function associatedData(link: MeetingLink, device: DeviceKey, keyPackageRef: Uint8Array): Uint8Array {
  return concat(fromBase64Url(link.meeting), fromBase64Url(device), keyPackageRef);
}

function knockMac(
  link: MeetingLink,
  device: DeviceKey,
  knock: Pick<KnockRequest, 'kind' | 'keyPackageRef' | 'sealed'>,
) {
  const input = concat(
    utf8(knock.kind),
    new Uint8Array([0]),
    associatedData(link, device, knock.keyPackageRef),
    knock.sealed,
  );
  return hkdfSha512.hmac(linkKey(link, 'knock-mac'), input).slice(0, 32);
}

/** Seals a knock: to the lobby key, or for a device that may enter already under the link's return key. */
export function sealKnock(
  link: MeetingLink,
  device: DeviceKey,
  keyPackageRef: Uint8Array,
  { keyPackage, message }: KnockContent,
  to: { readonly kind: 'lobby'; readonly lobbyKey: Uint8Array } | { readonly kind: 'return' },
): KnockRequest {
  const plaintext = pad(utf8(JSON.stringify({ keyPackage: toBase64Url(keyPackage), message })));
  const aad = associatedData(link, device, keyPackageRef);
  let sealed: Uint8Array;
  if (to.kind === 'lobby') {
    sealed = hpkeSeal(to.lobbyKey, INFO, aad, plaintext);
  } else {
    const nonce = randomBytes(chacha20Poly1305.nonceLength);
    sealed = concat(nonce, aeadSeal(linkKey(link, 'return-knock'), nonce, aad, plaintext));
  }
  const knock = { kind: to.kind, keyPackageRef, sealed };
  return { ...knock, mac: knockMac(link, device, knock) };
}

/**
 * Opens a knock. `lobbySeeds`, newest first, are needed for those sealed to the lobby key.
 * Throws KnockError: `bad-mac` for senders without the link, `not-openable`, `malformed`.
 */
export function openKnock(
  link: MeetingLink,
  device: DeviceKey,
  knock: KnockRequest,
  lobbySeeds: readonly Uint8Array[],
): KnockContent {
  if (!equalBytes(knockMac(link, device, knock), knock.mac)) throw new KnockError('bad-mac');
  const aad = associatedData(link, device, knock.keyPackageRef);
  let plaintext: Uint8Array;
  try {
    plaintext = openSealed(link, knock.kind, aad, knock.sealed, lobbySeeds);
  } catch (cause) {
    throw new KnockError('not-openable', { cause });
  }
  try {
    const parsed = content.parse(JSON.parse(fromUtf8(plaintext).trimEnd()));
    return { keyPackage: fromBase64Url(parsed.keyPackage), message: parsed.message };
  } catch (cause) {
    throw new KnockError('malformed', { cause });
  }
}

function openSealed(
  link: MeetingLink,
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
  return aeadOpen(linkKey(link, 'return-knock'), sealed.subarray(0, split), aad, sealed.subarray(split));
}

/** Blanks to the next 512 bytes, so that the length of a name or message does not show. */
function pad(plaintext: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(plaintext.length / 512) * 512).fill(0x20);
  padded.set(plaintext);
  return padded;
}
