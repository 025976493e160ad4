import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../../shared/ids.ts';
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.ts';
import { type Card, displayName, isBound } from '../identity/card.ts';

const INFO = utf8('Sealroom 1.0 Ban note');
/** Of each person, whatever the name. */
const PERSON_BYTES = 448;

/** More at once are a flood, whose devices were made for the day and are worth no note. */
export const NOTED_AT_ONCE = 16;

const noted = z.strictObject({
  device: deviceKey,
  lasting: deviceKey,
  name: displayName,
  signature: z.string().max(90),
});
const note = z.array(noted).max(NOTED_AT_ONCE);

/** Somebody who was banned: the key that stays from meeting to meeting, with its own signature that it is theirs. */
export type NotedBan = Pick<Card, 'lasting' | 'name' | 'signature'> & { readonly device: DeviceKey };

/** Whom a ban is about, for those who hold the lobby key; base64url. At most `NOTED_AT_ONCE`. */
export function sealBanNote(lobbyKey: Uint8Array, meeting: MeetingId, people: readonly NotedBan[]): string {
  const text = utf8(
    JSON.stringify(
      note.parse(
        people.map(({ device, lasting, name, signature }) => ({ device, lasting, name, signature })),
      ),
    ),
  );
  const padded = new Uint8Array(people.length * PERSON_BYTES).fill(0x20);
  padded.set(text);
  return toBase64Url(hpkeSeal(lobbyKey, INFO, fromBase64Url(meeting), padded));
}

/**
 * Reads a note by whichever lobby key opens it. Only people whose lasting key has itself signed for the banned
 * device are returned: no moderator can have somebody else barred from the series by a note.
 */
export function openBanNote(
  seeds: readonly Uint8Array[],
  meeting: MeetingId,
  sealed: string,
): readonly NotedBan[] {
  for (const seed of seeds) {
    try {
      const plaintext = hpkeOpen(seed, INFO, fromBase64Url(meeting), fromBase64Url(sealed));
      const people = note.parse(JSON.parse(fromUtf8(plaintext).trimEnd()));
      return people.filter((person) => isBound(meeting, person.device, person));
    } catch {
      // Sealed to another key, or not by this program.
    }
  }
  return [];
}
