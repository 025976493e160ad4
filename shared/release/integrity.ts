import { utf8 } from '../bytes.ts';

/** Digest of a file or of a manifest's text, in the form of subresource integrity. */
export async function integrityOf(content: Uint8Array | string): Promise<string> {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  // A copy is never backed by shared memory, which WebCrypto refuses.
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
