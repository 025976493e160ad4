import { concat, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import { randomBytes, sodium } from '../sodium.ts';
import type { HostSecrets } from './hostSecrets.ts';

/** Crockford's base 32: no letter that looks like a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_CHARACTERS = 24;
const CHECK_CHARACTERS = 1;
const GROUP = 5;

/** A code that restores the host's keys: 120 random bits and a check character, in groups of five. */
export function newRecoveryCode(): string {
  const characters = [...randomBytes(SECRET_CHARACTERS)].map((byte) => ALPHABET[byte & 31]).join('');
  return grouped(characters + checkOf(characters));
}

/** The code as it is derived from, or null where characters are missing, foreign, or mistyped. */
export function parseRecoveryCode(typed: string): string | null {
  const characters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (characters.length !== SECRET_CHARACTERS + CHECK_CHARACTERS) return null;
  if ([...characters].some((character) => !ALPHABET.includes(character))) return null;
  const secret = characters.slice(0, SECRET_CHARACTERS);
  return checkOf(secret) === characters.slice(SECRET_CHARACTERS) ? grouped(characters) : null;
}

/** The host's keys for the record chain, sealed under a code; base64url. */
export function sealBackup(code: string, meeting: MeetingId, secrets: HostSecrets): string {
  const nonce = randomBytes(chacha20Poly1305.nonceLength);
  const plaintext = concat(secrets.hostSeed, secrets.lobbySeed);
  return toBase64Url(concat(nonce, aeadSeal(keyOf(code, meeting), nonce, LABEL, plaintext)));
}

/** The keys in a backup, or null where the code is another one. */
export function openBackup(code: string, meeting: MeetingId, sealed: string): HostSecrets | null {
  const split = chacha20Poly1305.nonceLength;
  try {
    const bytes = fromBase64Url(sealed);
    const plaintext = aeadOpen(keyOf(code, meeting), bytes.subarray(0, split), LABEL, bytes.subarray(split));
    return { hostSeed: plaintext.slice(0, 32), lobbySeed: plaintext.slice(32, 64) };
  } catch {
    return null;
  }
}

const LABEL = utf8('Sealroom 1.0 Host Backup');

/** 120 bits need no stretching. */
function keyOf(code: string, meeting: MeetingId): Uint8Array {
  const prk = hkdfSha512.extract(fromBase64Url(meeting), utf8(code));
  return hkdfSha512.expand(prk, LABEL, chacha20Poly1305.keyLength);
}

function checkOf(characters: string): string {
  const [byte = 0] = sodium().crypto_generichash(16, utf8(characters), null);
  return ALPHABET[byte & 31] ?? '';
}

function grouped(characters: string): string {
  return characters.replace(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-');
}
