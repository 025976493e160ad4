import { concat, fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { sodium } from '../sodium.ts';
import type { LinkSecrets } from './link.ts';
import { normalPassphrase } from './passphraseRules.ts';

/** Argon2id (RFC 9106), three passes over 64 MiB in one lane: about a second on a phone. */
const COST = { t: 3, m: 64 * 1024, p: 1, dkLen: 32 } as const;

/** 32 bytes from a passphrase, of use with this one link only. */
export async function stretchPassphrase(
  meeting: MeetingId,
  { secret }: Pick<LinkSecrets, 'secret'>,
  passphrase: string,
): Promise<Uint8Array> {
  // Loaded when a passphrase is first used: most links have none. libsodium's standard build has no Argon2.
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  const salt = sodium().crypto_generichash(16, concat(secret, fromBase64Url(meeting)), null);
  return argon2idAsync(utf8(normalPassphrase(passphrase)), salt, COST);
}
