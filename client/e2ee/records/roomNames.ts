import { z } from 'zod';
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { limits } from '../../../shared/limits.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { type Access, meetingKey } from '../link/access.ts';
import { randomBytes } from '../sodium.ts';

type Reader = Omit<Access, 'invitation'>;

const bound = (meeting: string) => concat(utf8('Sealroom 1.0 Room Names'), fromBase64Url(meeting));
const names = z.array(z.string().max(limits.roomNameCharacters)).max(limits.breakoutRooms);
/** One length whatever the rooms are called: three bytes for each UTF-16 unit, and JSON's own characters. */
const PADDED = limits.breakoutRooms * (3 * limits.roomNameCharacters + 3) + 2;

/** Names of breakout rooms for the main meeting's members, base64url; the server cannot read them. */
export function sealRoomNames(access: Reader, rooms: readonly string[]): string {
  const cleaned = rooms.map((name) =>
    name
      .replace(/[\p{Cc}\p{Cs}"\\]/gu, ' ')
      .trim()
      .slice(0, limits.roomNameCharacters),
  );
  const padded = new Uint8Array(PADDED).fill(0x20);
  padded.set(utf8(JSON.stringify(cleaned)));
  const nonce = randomBytes(chacha20Poly1305.nonceLength);
  const sealed = aeadSeal(meetingKey(access, 'room-names'), nonce, bound(access.meeting), padded);
  return toBase64Url(concat(nonce, sealed));
}

/** The names in order; none where they do not open. */
export function openRoomNames(access: Reader, sealed: string): readonly string[] {
  const split = chacha20Poly1305.nonceLength;
  try {
    const bytes = fromBase64Url(sealed);
    const key = meetingKey(access, 'room-names');
    const opened = aeadOpen(key, bytes.subarray(0, split), bound(access.meeting), bytes.subarray(split));
    return names.parse(JSON.parse(fromUtf8(opened)));
  } catch {
    return [];
  }
}
