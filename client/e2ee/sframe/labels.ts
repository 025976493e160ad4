const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const keyLabel = ascii('SFrame 1.0 Secret key ');
const saltLabel = ascii('SFrame 1.0 Secret salt ');

function label(prefix: Uint8Array, kid: bigint, suite: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(prefix.length + 10);
  out.set(prefix);
  const view = new DataView(out.buffer);
  view.setBigUint64(prefix.length, kid);
  view.setUint16(prefix.length + 8, suite);
  return out;
}

/** HKDF info for the key of one KID: label, KID as 64 bits, suite as 16 (RFC 9605 section 4.4.2). */
export function sframeKeyLabel(kid: bigint, suite: number): Uint8Array<ArrayBuffer> {
  return label(keyLabel, kid, suite);
}

/** HKDF info for the salt of one KID (RFC 9605 section 4.4.2). */
export function sframeSaltLabel(kid: bigint, suite: number): Uint8Array<ArrayBuffer> {
  return label(saltLabel, kid, suite);
}
