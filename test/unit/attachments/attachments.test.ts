import { beforeAll, describe, expect, it } from 'vitest';
import { AttachmentError } from '../../../client/e2ee/attachments/error.ts';
import {
  CHUNK_BYTES,
  CHUNK_OVERHEAD,
  chunkBinding,
  chunkCount,
  chunkLength,
  HEADER_BYTES,
  paddedSize,
  sealedSize,
} from '../../../client/e2ee/attachments/format.ts';
import { FileOpener, type SealedFile } from '../../../client/e2ee/attachments/open.ts';
import { type ByteSource, blobSource, FileSealer } from '../../../client/e2ee/attachments/seal.ts';
import { randomBytes, ready, type Sodium } from '../../../client/e2ee/sodium.ts';
import { concat, toBase64Url } from '../../../shared/bytes.ts';
import { type BlobId, blobId, meetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';

/** The wrapped functions that the package exports and its types leave out: the other implementation. */
interface WrappedStream {
  crypto_secretstream_xchacha20poly1305_init_pull(header: Uint8Array, key: Uint8Array): number;
  crypto_secretstream_xchacha20poly1305_pull(
    state: number,
    chunk: Uint8Array,
    ad: Uint8Array,
  ): { message: Uint8Array; tag: number } | false;
}

let sodium: Sodium;
const meeting = meetingId.parse(toBase64Url(new Uint8Array(16).fill(1)));
const newBlob = (): BlobId => blobId.parse(toBase64Url(randomBytes(16)));

beforeAll(async () => {
  sodium = await ready();
});

function source(bytes: Uint8Array): ByteSource {
  return blobSource(new Blob([Uint8Array.from(bytes)]));
}

async function seal(plain: Uint8Array, blob = newBlob()): Promise<{ file: SealedFile; sealed: Uint8Array }> {
  const key = randomBytes(32);
  const sealer = new FileSealer(source(plain), key, { meeting, blob });
  const pieces: Uint8Array[] = [];
  for await (const piece of sealer.pieces()) pieces.push(piece.slice());
  return {
    file: { meeting, blob, size: plain.length, key, digest: sealer.digest },
    sealed: concat(...pieces),
  };
}

function open(file: SealedFile, sealed: Uint8Array, step = 50_000): Uint8Array {
  const opener = new FileOpener(file);
  const out: Uint8Array[] = [];
  for (let at = 0; at < sealed.length; at += step) out.push(...opener.push(sealed.subarray(at, at + step)));
  opener.finish();
  return concat(...out);
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AttachmentError) return error.code;
    throw error;
  }
  return 'opened';
}

describe('a sealed file', () => {
  it.each([0, 1, 16_384, 16_385, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5_000_000])(
    'of %i bytes opens to the same bytes, in parts of any length',
    async (size) => {
      const plain = randomBytes(size);
      const { file, sealed } = await seal(plain);
      expect(sealed.length).toBe(sealedSize(size));
      for (const step of [sealed.length, 7_919, CHUNK_BYTES]) {
        expect(Buffer.compare(open(file, sealed, step), plain)).toBe(0);
      }
    },
  );

  it('is what libsodium itself opens: the documented header, chunks, tags, binding and digest', async () => {
    // The types leave these functions out.
    const wrapped = sodium as unknown as WrappedStream;
    const plain = randomBytes(300_000);
    const { file, sealed } = await seal(plain);
    const state = wrapped.crypto_secretstream_xchacha20poly1305_init_pull(sealed.slice(0, 24), file.key);
    const chunks: Uint8Array[] = [];
    const count = chunkCount(plain.length);
    let at = HEADER_BYTES;
    for (let index = 0; index < count; index++) {
      const end = at + chunkLength(plain.length, index) + CHUNK_OVERHEAD;
      const pulled = wrapped.crypto_secretstream_xchacha20poly1305_pull(
        state,
        sealed.slice(at, end),
        chunkBinding(file, index),
      );
      if (!pulled) throw new Error(`chunk ${index}`);
      expect(pulled.tag).toBe(index === count - 1 ? 3 : 0);
      chunks.push(pulled.message);
      at = end;
    }
    expect(at).toBe(sealed.length);
    const whole = concat(...chunks);
    expect(whole.subarray(0, plain.length)).toEqual(plain);
    expect(whole.subarray(plain.length).every((byte) => byte === 0)).toBe(true);
    expect(file.digest).toEqual(sodium.crypto_generichash(32, sealed, null));
  });

  it('hides its exact size among others', () => {
    expect(new Set(Array.from({ length: 16_385 }, (_, size) => paddedSize(size)))).toEqual(new Set([16_384]));
    expect(paddedSize(300 * 1024 ** 2)).toBe(304 * 1024 ** 2);
    for (let size = 16_385; size < limits.fileBytes; size = Math.ceil(size * 1.37)) {
      expect(paddedSize(size)).toBeGreaterThanOrEqual(size);
      expect(paddedSize(size) / size).toBeLessThanOrEqual(1.12);
      expect(paddedSize(paddedSize(size))).toBe(paddedSize(size));
    }
    expect(paddedSize(limits.fileBytes)).toBe(limits.fileBytes);
    expect(sealedSize(limits.fileBytes)).toBeLessThanOrEqual(limits.blobBytes);
    expect(refusal(() => paddedSize(limits.fileBytes + 1))).toBe('too-large');
  });
});

describe('a changed file is refused', () => {
  it('whatever byte is flipped', async () => {
    const { file, sealed } = await seal(randomBytes(100));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(refusal(() => open(file, changed, sealed.length))).toBe('wrong-key');
    }
  });

  it('wherever it is cut: at every boundary, and next to it', async () => {
    const { file, sealed } = await seal(randomBytes(3 * CHUNK_BYTES));
    const unit = CHUNK_BYTES + CHUNK_OVERHEAD;
    const boundaries = [0, ...Array.from({ length: 3 }, (_, i) => HEADER_BYTES + i * unit)];
    for (const boundary of boundaries) {
      for (const end of [boundary, boundary + 1, boundary + unit - 1]) {
        expect(refusal(() => open(file, sealed.slice(0, Math.min(end, sealed.length - 1))))).toBe(
          'truncated',
        );
      }
    }
  });

  it('when its chunks are reordered, repeated, left out or followed by more', async () => {
    const { file, sealed } = await seal(randomBytes(4 * CHUNK_BYTES));
    const unit = CHUNK_BYTES + CHUNK_OVERHEAD;
    const chunk = (i: number) => sealed.slice(HEADER_BYTES + i * unit, HEADER_BYTES + (i + 1) * unit);
    const of = (...order: number[]) => concat(sealed.slice(0, HEADER_BYTES), ...order.map(chunk));
    expect(refusal(() => open(file, of(0, 1, 2, 3)))).toBe('opened');
    expect(refusal(() => open(file, of(1, 0, 2, 3)))).toBe('wrong-key');
    expect(refusal(() => open(file, of(0, 2, 1, 3)))).toBe('tampered');
    expect(refusal(() => open(file, of(0, 0, 1, 2)))).toBe('tampered');
    expect(refusal(() => open(file, of(0, 1, 1, 3)))).toBe('tampered');
    expect(refusal(() => open(file, of(0, 1, 3)))).toBe('tampered');
    expect(refusal(() => open(file, of(0, 1, 2)))).toBe('truncated');
    expect(refusal(() => open(file, of(0, 1, 2, 3, 3)))).toBe('tampered');
    expect(refusal(() => open(file, concat(sealed, new Uint8Array(1))))).toBe('tampered');
  });

  it('when another file, of the same key even, stands in for it or for one of its chunks', async () => {
    const plain = randomBytes(2 * CHUNK_BYTES);
    const { file, sealed } = await seal(plain);
    const other = await seal(plain);
    const unit = CHUNK_BYTES + CHUNK_OVERHEAD;
    expect(refusal(() => open(file, other.sealed))).toBe('wrong-key');
    const mixed = concat(sealed.slice(0, HEADER_BYTES + unit), other.sealed.slice(HEADER_BYTES + unit));
    expect(refusal(() => open(file, mixed))).toBe('tampered');
    // The same bytes under another blob's name, or in another meeting.
    expect(refusal(() => open({ ...file, blob: newBlob() }, sealed))).toBe('wrong-key');
    const elsewhere = meetingId.parse(toBase64Url(new Uint8Array(16).fill(2)));
    expect(refusal(() => open({ ...file, meeting: elsewhere }, sealed))).toBe('wrong-key');
  });

  it('when only the digest is another: two texts that open under one key cannot pass for one', async () => {
    const { file, sealed } = await seal(randomBytes(50));
    expect(refusal(() => open({ ...file, digest: randomBytes(32) }, sealed))).toBe('tampered');
  });

  it('when the message claims another size', async () => {
    const { file, sealed } = await seal(randomBytes(CHUNK_BYTES * 3));
    expect(refusal(() => open({ ...file, size: CHUNK_BYTES }, sealed))).toBe('wrong-key');
    expect(refusal(() => open({ ...file, size: CHUNK_BYTES * 8 }, sealed))).toBe('tampered');
    expect(refusal(() => new FileOpener({ ...file, size: limits.fileBytes + 1 }))).toBe('too-large');
  });
});

describe('memory', () => {
  it('holds a few pieces of a file, never all of it', async () => {
    const size = 256 * 1024 ** 2;
    let held = 0;
    const block = randomBytes(CHUNK_BYTES);
    const reader: ByteSource = {
      size,
      close: () => undefined,
      async next(length) {
        held = Math.max(held, length);
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length; at += block.length) bytes.set(block.subarray(0, length - at), at);
        return bytes;
      },
    };
    const key = randomBytes(32);
    const blob = newBlob();
    const sealer = new FileSealer(reader, key, { meeting, blob });
    const opener = new FileOpener({ meeting, blob, key, size, digest: new Uint8Array(32) });
    let opened = 0;
    for await (const piece of sealer.pieces()) {
      held = Math.max(held, piece.length);
      for (const chunk of opener.push(piece)) opened += chunk.length;
    }
    expect(opened).toBe(size);
    expect(held).toBeLessThan(5 * 1024 ** 2);
    // All right but for the digest, which was not known before.
    expect(refusal(() => opener.finish())).toBe('tampered');
  }, 30_000);

  it('reads one part ahead, and leaves what was asked for alone until more is', async () => {
    const file = randomBytes(1_000_003);
    const from = source(file);
    let at = 0;
    for (const length of [400_000, 400_000, 200_003]) {
      const part = await from.next(length);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(part).toEqual(file.subarray(at, at + length));
      at += length;
    }
    expect((await from.next(200_003)).length).toBe(0);
    const uneven = source(file);
    await uneven.next(400_000);
    await expect(uneven.next(300_000)).rejects.toThrow(RangeError);
  });

  it('says when a file changed while it was read', async () => {
    const shrunk: ByteSource = { size: 1000, next: async () => new Uint8Array(10), close: () => undefined };
    const sealer = new FileSealer(shrunk, randomBytes(32), { meeting, blob: newBlob() });
    await expect(sealer.pieces().next()).rejects.toMatchObject({ code: 'unreadable' });
  });
});
