import { createCipheriv, hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ChaChaSFrame, type SFrameKey } from '../../../client/e2ee/sframe/chacha.ts';
import { encodeHeader, readHeader } from '../../../client/e2ee/sframe/header.ts';
import { heapOf } from '../../../client/e2ee/sframe/heap.ts';
import { sframeKeyLabel, sframeSaltLabel } from '../../../client/e2ee/sframe/labels.ts';
import { nonceOf } from '../../../client/e2ee/sframe/webcrypto.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { concat, toHex } from '../../../shared/bytes.ts';

const baseKey = Uint8Array.from({ length: 32 }, (_, i) => i);
const metadata = Uint8Array.of(1, 0);
const kid = 0x1_0203_04;
let sframe: ChaChaSFrame;
let key: SFrameKey;

beforeAll(async () => {
  sframe = new ChaChaSFrame(heapOf(await ready()));
  key = sframe.derive(sframe.extract(baseKey), kid);
});

function open(ciphertext: Uint8Array, under = metadata): Uint8Array | null {
  const header = readHeader(ciphertext, 0);
  return header === null ? null : sframe.open(key, header, under, ciphertext);
}

/** The same suite made from Node's own HKDF and ChaCha20-Poly1305. */
function reference(ctr: bigint, plaintext: Uint8Array): Uint8Array {
  const id = BigInt(kid);
  const derive = (label: Uint8Array, length: number) =>
    new Uint8Array(hkdfSync('sha512', baseKey, new Uint8Array(0), label, length));
  const aeadKey = derive(sframeKeyLabel(id, 0xf001), 32);
  const nonce = nonceOf(derive(sframeSaltLabel(id, 0xf001), 12), ctr);
  const header = encodeHeader(id, ctr);
  const cipher = createCipheriv('chacha20-poly1305', aeadKey, nonce, { authTagLength: 16 });
  cipher.setAAD(concat(header, metadata), { plaintextLength: plaintext.length });
  const body = cipher.update(plaintext);
  cipher.final();
  return concat(header, body, cipher.getAuthTag());
}

describe('CHACHA20_POLY1305_SHA512_128', () => {
  it.each([0, 7, 8, 255, 256, 0xffff_ffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER])(
    'equals an independent implementation at counter %d',
    (ctr) => {
      for (const length of [0, 1, 160, 6_250]) {
        const plaintext = Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
        const sealed = sframe.seal(key, ctr, metadata, plaintext);
        expect(toHex(sealed)).toBe(toHex(reference(BigInt(ctr), plaintext)));
        expect(sealed.length).toBe(sframe.sealedLength(key, ctr, length));
        expect(open(sealed)).toEqual(plaintext);
      }
    },
  );

  it('leaves room in front', () => {
    const sealed = sframe.seal(key, 9, metadata, Uint8Array.of(1, 2, 3), 5);
    expect(sealed.subarray(0, 5)).toEqual(new Uint8Array(5));
    expect(open(sealed.subarray(5))).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('refuses every flipped bit of header, ciphertext and tag, other metadata and short input', () => {
    const sealed = sframe.seal(key, 300, metadata, new Uint8Array(40).fill(5));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = sealed.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(open(flipped), `bit ${bit}`).toBeNull();
    }
    for (let length = 0; length < sealed.length; length++)
      expect(open(sealed.subarray(0, length))).toBeNull();
    expect(open(sealed, Uint8Array.of(1, 1))).toBeNull();
    expect(open(sealed)).not.toBeNull();
  });

  it('follows memory growth, and works after it', () => {
    const small = sframe.seal(key, 1, metadata, Uint8Array.of(9));
    const large = new Uint8Array(9 * 1024 * 1024).fill(3);
    const opened = open(sframe.seal(key, 2, metadata, large));
    expect(opened !== null && Buffer.compare(opened, large) === 0).toBe(true);
    expect(open(small)).toEqual(Uint8Array.of(9));
    expect(() => sframe.seal(key, 3, metadata, new Uint8Array(17 * 1024 * 1024))).toThrow('too large');
  });

  it('overwrites erased keys and refuses to use them', async () => {
    const heap = heapOf(await ready());
    const secret = sframe.extract(baseKey);
    const doomed = sframe.derive(secret, 77);
    const at = doomed.address;
    const bytes = heap.HEAPU8.slice(at, at + 44);
    expect(bytes.some((byte) => byte !== 0)).toBe(true);
    const needle = Buffer.from(bytes.subarray(16, 44));
    expect(Buffer.from(heap.HEAPU8).includes(needle)).toBe(true);
    doomed.erase();
    doomed.erase();
    secret.erase();
    expect(Buffer.from(heap.HEAPU8).includes(needle)).toBe(false);
    expect(() => sframe.seal(doomed, 0, metadata, new Uint8Array(1))).toThrow('erased');
    expect(() => sframe.derive(secret, 78)).toThrow('erased');
  });

  it('keeps no copy of the base key', async () => {
    const heap = heapOf(await ready());
    const unusual = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 ^ (i * 11));
    sframe.extract(unusual);
    expect(Buffer.from(heap.HEAPU8).includes(Buffer.from(unusual))).toBe(false);
  });
});
