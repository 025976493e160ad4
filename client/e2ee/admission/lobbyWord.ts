import { z } from 'zod';
import { concat, fromBase64Url, fromUtf8, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { randomBytes } from '../sodium.ts';

const content = z.strictObject({
  /** Who speaks, by the name it has in the meeting. */
  from: z.string().max(limits.nameCharacters),
  text: z.string().min(1).max(limits.lobbyWordCharacters),
  /** Milliseconds since 1970. */
  at: z.number().int(),
});
/** What those who may admit say to one waiting device. */
export type LobbyWordContent = z.infer<typeof content>;

function boundTo(meeting: MeetingId, device: DeviceKey): Uint8Array {
  return concat(utf8('Sealroom 1.0 Lobby Word'), fromBase64Url(meeting), fromBase64Url(device));
}

/** Seals a word under the reply key of the device's knock. */
export function sealLobbyWord(
  replyKey: Uint8Array,
  meeting: MeetingId,
  device: DeviceKey,
  word: LobbyWordContent,
): Uint8Array {
  const nonce = randomBytes(chacha20Poly1305.nonceLength);
  const plaintext = utf8(JSON.stringify(word));
  return concat(nonce, aeadSeal(replyKey, nonce, boundTo(meeting, device), plaintext));
}

/** Opens a word with the own reply key; null for one that nobody who opened the knock has sealed. */
export function openLobbyWord(
  replyKey: Uint8Array,
  meeting: MeetingId,
  device: DeviceKey,
  sealed: Uint8Array,
): LobbyWordContent | null {
  const split = chacha20Poly1305.nonceLength;
  try {
    const plaintext = aeadOpen(
      replyKey,
      sealed.subarray(0, split),
      boundTo(meeting, device),
      sealed.subarray(split),
    );
    return content.parse(JSON.parse(fromUtf8(plaintext)));
  } catch {
    return null;
  }
}
