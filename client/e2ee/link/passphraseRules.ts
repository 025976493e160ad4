/** Shorter ones are guessed by whoever has the link. */
export const MIN_PASSPHRASE = 6;

/** Passphrases that look the same are the same. */
export function normalPassphrase(passphrase: string): string {
  return passphrase.normalize('NFKC').trim();
}

/** Letters and digits that nobody takes for one another, also when read aloud. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** A passphrase to be passed on by voice or on paper: about 59 bits, in groups of four. */
export function suggestPassphrase(): string {
  const groups: string[] = [];
  let group = '';
  while (groups.length < 3) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // Higher ones would favour some characters.
      if (byte >= ALPHABET.length * 8) continue;
      group += ALPHABET[byte % ALPHABET.length] ?? '';
      if (group.length < 4) continue;
      groups.push(group);
      group = '';
      if (groups.length === 3) break;
    }
  }
  return groups.join('-');
}
