import { readFileSync } from 'node:fs';
import { z } from 'zod';

// KIDs and counters reach 2^64 - 1, which a JSON number loses: keep the digits.
const big = z.string().regex(/^\d+$/).transform(BigInt);
const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => new Uint8Array(Buffer.from(text, 'hex')));

const headerVector = z.object({ kid: big, ctr: big, encoded: hex });
const ctrVector = z.object({
  cipher_suite: big.transform(Number),
  key: hex,
  nonce: hex,
  aad: hex,
  pt: hex,
  ct: hex,
});
const sframeVector = z.object({
  cipher_suite: big.transform(Number),
  kid: big,
  ctr: big,
  base_key: hex,
  sframe_key_label: hex,
  sframe_salt_label: hex,
  sframe_secret: hex,
  sframe_key: hex,
  sframe_salt: hex,
  metadata: hex,
  nonce: hex,
  aad: hex,
  pt: hex,
  ct: hex,
});

const rfc9605 = z.object({
  header: z.array(headerVector),
  aes_ctr_hmac: z.array(ctrVector),
  aes_256_ctr_hmac: z.array(ctrVector),
  sframe: z.array(sframeVector),
});
const aes256 = z.object({
  sframe_aes_256_ctr_hmac: z.array(sframeVector),
});

function load(name: string): unknown {
  const text = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  const quoted = text.replace(/(:\s*)(\d+)(?=\s*[,}\]])/g, '$1"$2"');
  return JSON.parse(quoted);
}

/** Appendix C of RFC 9605. */
export const rfcVectors = rfc9605.parse(load('sframe-rfc9605.json'));
/** More of the same kind, for the AES-256-CTR suites. */
export const aes256Vectors = aes256.parse(load('sframe-aes256.json'));
