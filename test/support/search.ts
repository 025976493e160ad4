/** A secret in one spelling. */
interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

const SHORTEST = 6;

/**
 * Looks for secrets in captured bytes in every spelling they could have been written down in: raw, hex,
 * base64 and base64url at each of the three alignments, UTF-8, UTF-16, JSON and URL escapes.
 */
export class Search {
  readonly #needles = new Map<number, Needle[]>();
  readonly #starts = new Uint8Array(0x10000);
  readonly names = new Set<string>();

  addBytes(name: string, secret: Uint8Array): void {
    const raw = Buffer.from(secret);
    this.#add(`${name} (raw)`, raw);
    this.#addEncoded(name, raw);
    this.names.add(name);
  }

  addText(name: string, text: string): void {
    const utf8 = Buffer.from(text);
    this.#add(`${name} (utf-8)`, utf8);
    this.#add(`${name} (utf-16)`, Buffer.from(text, 'utf16le'));
    this.#add(`${name} (percent)`, Buffer.from(encodeURIComponent(text)));
    this.#add(`${name} (escaped)`, Buffer.from(escaped(text)));
    this.#add(`${name} (escaped)`, Buffer.from(escaped(text).toUpperCase().replaceAll('\\U', '\\u')));
    this.#addEncoded(name, utf8);
    this.names.add(name);
  }

  /** What was found, each once. */
  in(haystack: Uint8Array): string[] {
    const found = new Set<string>();
    const last = haystack.length - SHORTEST;
    const starts = this.#starts;
    for (let i = 0; i <= last; i++) {
      const start = (haystack[i] ?? 0) | ((haystack[i + 1] ?? 0) << 8);
      if (starts[start] === 0) continue;
      for (const { name, bytes } of this.#needles.get(start) ?? []) {
        if (!found.has(name) && matches(haystack, i, bytes)) found.add(name);
      }
    }
    return [...found];
  }

  #addEncoded(name: string, bytes: Buffer): void {
    this.#add(`${name} (hex)`, Buffer.from(bytes.toString('hex')));
    this.#add(`${name} (hex)`, Buffer.from(bytes.toString('hex').toUpperCase()));
    for (let lead = 0; lead < 3; lead++) {
      // Inside a longer text: the characters that depend on what stands before and after are left out.
      const text = Buffer.concat([Buffer.alloc(lead), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const inner = text.slice(lead === 0 ? 0 : lead + 1, (bytes.length + lead) % 3 === 0 ? undefined : -1);
      this.#add(`${name} (base64)`, Buffer.from(inner));
      this.#add(`${name} (base64url)`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
    }
  }

  #add(name: string, bytes: Buffer): void {
    if (bytes.length < SHORTEST) throw new Error(`${name} is too short to be told from chance`);
    const start = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
    this.#starts[start] = 1;
    this.#needles.set(start, [...(this.#needles.get(start) ?? []), { name, bytes }]);
  }
}

function escaped(text: string): string {
  return [...text]
    .map((character) =>
      character.charCodeAt(0) < 128
        ? character
        : [...character]
            .flatMap((one) => Array.from({ length: one.length }, (_, i) => one.charCodeAt(i)))
            .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
            .join(''),
    )
    .join('');
}

function matches(haystack: Uint8Array, at: number, needle: Uint8Array): boolean {
  if (at + needle.length > haystack.length) return false;
  for (let i = 2; i < needle.length; i++) if (haystack[at + i] !== needle[i]) return false;
  return true;
}
