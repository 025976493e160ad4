import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { type Aside, aside, type Content } from './content.ts';
import { aeadOpen, aeadSeal, chacha20Poly1305 } from './crypto/aead.ts';
import type { Group } from './group/group.ts';
import { randomBytes, wipe } from './sodium.ts';

const LABEL = utf8('Sealroom 1.0 Aside');
// Each key seals one message.
const NONCE = new Uint8Array(chacha20Poly1305.nonceLength);

/**
 * Seals a message to some leaves, for this epoch. The others see that something was said aside and how
 * many can open it, not to whom. Throws GroupError('bad-index', 'spent').
 */
export async function sealAside(
  group: Group,
  leaves: readonly number[],
  said: Aside,
): Promise<Content & { type: 'aside' }> {
  const key = randomBytes(chacha20Poly1305.keyLength);
  try {
    const body = aeadSeal(key, NONCE, LABEL, utf8(JSON.stringify(said)));
    const keys: string[] = [];
    for (const leaf of leaves) keys.push(toBase64Url(await group.sealTo(leaf, key)));
    return { type: 'aside', keys, body: toBase64Url(body) };
  } finally {
    wipe(key);
  }
}

/**
 * What the member at `sender` said aside, where this device is meant; null where it is not, and where
 * anything is wrong. `most` bounds how many keys are tried.
 */
export async function openAside(
  group: Group,
  sender: number,
  { keys, body }: Content & { type: 'aside' },
  most: number,
): Promise<Aside | null> {
  if (keys.length > most) return null;
  for (const sealed of keys) {
    const key = await group.openFrom(sender, bytesOf(sealed)).catch(() => null);
    if (!key) continue;
    try {
      const parsed = aside.safeParse(JSON.parse(fromUtf8(aeadOpen(key, NONCE, LABEL, bytesOf(body)))));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    } finally {
      wipe(key);
    }
  }
  return null;
}

/** Bytes of a text that may be no canonical base64url: those open nothing. */
function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch {
    return new Uint8Array();
  }
}
