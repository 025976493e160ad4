import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { limits } from '../../../shared/limits.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from '../crypto/aead.ts';
import { type Access, meetingKey } from '../link/access.ts';
import { randomBytes } from '../sodium.ts';

const bound = (meeting: string) => concat(utf8('Sealroom 1.0 Label'), fromBase64Url(meeting));

/** A classification label for the policy, readable by whoever was invited and not by the server; base64url. */
export function sealLabel(access: Omit<Access, 'invitation'>, label: string): string {
  const nonce = randomBytes(chacha20Poly1305.nonceLength);
  // One length for all labels, so that it does not tell which one it is.
  const text = utf8(label.trim().slice(0, limits.labelCharacters));
  const padded = new Uint8Array(3 * limits.labelCharacters).fill(0x20);
  padded.set(text);
  return toBase64Url(
    concat(nonce, aeadSeal(meetingKey(access, 'label'), nonce, bound(access.meeting), padded)),
  );
}

/** The label, or null for one that does not open. */
export function openLabel(access: Omit<Access, 'invitation'>, sealed: string): string | null {
  const split = chacha20Poly1305.nonceLength;
  try {
    const bytes = fromBase64Url(sealed);
    const key = meetingKey(access, 'label');
    const opened = aeadOpen(key, bytes.subarray(0, split), bound(access.meeting), bytes.subarray(split));
    return fromUtf8(opened).trim();
  } catch {
    return null;
  }
}
