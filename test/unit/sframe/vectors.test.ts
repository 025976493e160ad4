import { describe, expect, it } from 'vitest';
import { SFrameError } from '../../../client/e2ee/sframe/error.ts';
import {
  decodeHeader,
  encodeHeader,
  headerLength,
  readHeader,
  writeHeader,
} from '../../../client/e2ee/sframe/header.ts';
import { sframeKeyLabel, sframeSaltLabel } from '../../../client/e2ee/sframe/labels.ts';
import { suiteOf } from '../../../client/e2ee/sframe/suite.ts';
import {
  aeadOpen,
  aeadSeal,
  deriveKeys,
  nonceOf,
  openSFrame,
  sealSFrame,
} from '../../../client/e2ee/sframe/webcrypto.ts';
import { toHex } from '../../../shared/bytes.ts';
import { aes256Vectors, rfcVectors } from './vectors.ts';

describe('RFC 9605 vectors: headers', () => {
  it('encodes and decodes every header', () => {
    const vectors = rfcVectors.header;
    expect(vectors.length).toBe(289);
    for (const { kid, ctr, encoded } of vectors) {
      expect(toHex(encodeHeader(kid, ctr))).toBe(toHex(encoded));
      expect(decodeHeader(encoded)).toEqual({ kid, ctr, length: encoded.length });
    }
  });

  it('agrees on the hot path, and refuses there what a number cannot hold', () => {
    for (const { kid, ctr, encoded } of rfcVectors.header) {
      const padded = new Uint8Array([0xff, ...encoded, 0xff]);
      const parsed = readHeader(padded, 1);
      if (kid > Number.MAX_SAFE_INTEGER || ctr > Number.MAX_SAFE_INTEGER) {
        expect(parsed).toBeNull();
        continue;
      }
      expect(parsed).toEqual({ kid: Number(kid), ctr: Number(ctr), length: encoded.length });
      const out = new Uint8Array(20);
      expect(writeHeader(out, 2, Number(kid), Number(ctr))).toBe(encoded.length);
      expect(headerLength(Number(kid), Number(ctr))).toBe(encoded.length);
      expect(toHex(out.subarray(2, 2 + encoded.length))).toBe(toHex(encoded));
    }
  });
});

const sframe = [...rfcVectors.sframe, ...aes256Vectors.sframe_aes_256_ctr_hmac];
const ctrHmac = [...rfcVectors.aes_ctr_hmac, ...rfcVectors.aes_256_ctr_hmac];

describe('SFrame vectors: suites', () => {
  it('covers the five suites of the RFC', () => {
    expect(new Set(rfcVectors.sframe.map((vector) => vector.cipher_suite))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  it.each(sframe)('derives, seals and opens with suite $cipher_suite', async (vector) => {
    const keys = await deriveKeys(vector.cipher_suite, vector.kid, vector.base_key);
    expect(toHex(sframeKeyLabel(vector.kid, vector.cipher_suite))).toBe(toHex(vector.sframe_key_label));
    expect(toHex(sframeSaltLabel(vector.kid, vector.cipher_suite))).toBe(toHex(vector.sframe_salt_label));
    expect(toHex(keys.secret)).toBe(toHex(vector.sframe_secret));
    expect(toHex(keys.key)).toBe(toHex(vector.sframe_key));
    expect(toHex(keys.salt)).toBe(toHex(vector.sframe_salt));
    expect(toHex(nonceOf(keys.salt, vector.ctr))).toBe(toHex(vector.nonce));
    const sealed = await sealSFrame(keys, vector.ctr, vector.metadata, vector.pt);
    expect(toHex(sealed)).toBe(toHex(vector.ct));
    expect(toHex(await openSFrame(keys, vector.metadata, vector.ct))).toBe(toHex(vector.pt));
  });

  it.each(sframe)('refuses any flipped byte with suite $cipher_suite', async (vector) => {
    const keys = await deriveKeys(vector.cipher_suite, vector.kid, vector.base_key);
    for (let i = 0; i < vector.ct.length; i++) {
      const flipped = vector.ct.slice();
      flipped[i] = (flipped[i] ?? 0) ^ 0x40;
      await expect(openSFrame(keys, vector.metadata, flipped), `byte ${i}`).rejects.toThrow(SFrameError);
    }
    const otherMetadata = vector.metadata.slice(1);
    await expect(openSFrame(keys, otherMetadata, vector.ct)).rejects.toThrow(SFrameError);
  });

  it.each(ctrHmac)('AES-CTR with HMAC, suite $cipher_suite', async (vector) => {
    const suite = suiteOf(vector.cipher_suite);
    const sealed = await aeadSeal(suite, vector.key, vector.nonce, vector.aad, vector.pt);
    expect(toHex(sealed)).toBe(toHex(vector.ct));
    const opened = await aeadOpen(suite, vector.key, vector.nonce, vector.aad, vector.ct);
    expect(toHex(opened)).toBe(toHex(vector.pt));
  });
});
