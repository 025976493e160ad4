import * as mini from 'zod/mini';
import { fromBase64Url, toBase64Url, utf8 } from '../bytes.ts';
import { digitsOf } from '../digits.ts';

const base64Url = (bytes: number) =>
  mini.string().check(mini.regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}$`)));

const envelope = mini.strictObject({
  format: mini.literal('sealroom release signature 1'),
  manifest: mini.string().check(mini.regex(/^sha256-[A-Za-z0-9+/]{43}=$/)),
  /** Milliseconds since 1970. A guard goes from a release to one signed later, and never back. */
  signedAt: mini.int().check(mini.positive()),
  /** More than one while an agency changes its key: the old one vouches for the new. */
  signatures: mini
    .array(mini.strictObject({ key: base64Url(32), signature: base64Url(64) }))
    .check(mini.minLength(1), mini.maxLength(4)),
});

type Envelope = mini.infer<typeof envelope>;

/** Who signed a release, and when. */
export interface Signed {
  /** Milliseconds since 1970, as the signers' machine had it. */
  readonly at: number;
  /** Ed25519 public keys, base64url. Every one of them signed. */
  readonly keys: readonly string[];
}

/** The bytes under a release's signatures. */
export function signedBytes(manifestDigest: string, signedAt: number): Uint8Array {
  return utf8(`Sealroom 1.0 Release\n${manifestDigest}\n${signedAt}\n`);
}

/** The text of `release.sig.json`. `sign` gives the 64 bytes of an Ed25519 signature (RFC 8032) under `key`. */
export function writeSignature(
  manifestDigest: string,
  signedAt: number,
  signers: readonly { readonly key: Uint8Array; readonly sign: (message: Uint8Array) => Uint8Array }[],
): string {
  const message = signedBytes(manifestDigest, signedAt);
  const content: Envelope = {
    format: 'sealroom release signature 1',
    manifest: manifestDigest,
    signedAt,
    signatures: signers.map(({ key, sign }) => ({
      key: toBase64Url(key),
      signature: toBase64Url(sign(message)),
    })),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** Who signed the manifest of this digest; null where anything about the signature's text is wrong. */
export async function readSignature(text: string, manifestDigest: string): Promise<Signed | null> {
  let read: Envelope;
  try {
    read = envelope.parse(JSON.parse(text));
  } catch {
    return null;
  }
  if (read.manifest !== manifestDigest) return null;
  const message = signedBytes(read.manifest, read.signedAt);
  for (const { key, signature } of read.signatures) {
    if (!(await verifies(key, signature, message))) return null;
  }
  return { at: read.signedAt, keys: read.signatures.map(({ key }) => key) };
}

async function verifies(key: string, signature: string, message: Uint8Array): Promise<boolean> {
  try {
    const bytes = (text: string) => new Uint8Array(fromBase64Url(text));
    const imported = await crypto.subtle.importKey('raw', bytes(key), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, bytes(signature), new Uint8Array(message));
  } catch {
    return false;
  }
}

/** Thirty decimal digits of a release key (SHA-256, about 100 bits), to compare with those its owner published. */
export async function releaseFingerprint(key: string): Promise<string> {
  const label = utf8(`Sealroom 1.0 Release Key\n${key}`);
  return digitsOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(label))), 6);
}
