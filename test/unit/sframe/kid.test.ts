import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../client/e2ee/sframe/header.ts';
import { decodeMlsKid, encodeMlsKid } from '../../../client/e2ee/sframe/kid.ts';
import { ReplayWindow } from '../../../client/e2ee/sframe/replayWindow.ts';

describe('MLS KID', () => {
  it('is context, leaf and epoch modulo 256', () => {
    expect(encodeMlsKid(0, 0, 0)).toBe(0);
    expect(encodeMlsKid(1, 2, 3)).toBe(0x1_0002_03);
    expect(encodeMlsKid(3, 0xffff, 0x1ff)).toBe(0x3_ffff_ff);
    expect(decodeMlsKid(0x3_0abc_de)).toEqual({ context: 3, leaf: 0xabc, epoch: 0xde });
    expect(decodeMlsKid(encodeMlsKid(2 ** 29 - 1, 65_535, 255))).toEqual({
      context: 2 ** 29 - 1,
      leaf: 65_535,
      epoch: 255,
    });
  });

  it('refuses what does not fit', () => {
    expect(() => encodeMlsKid(0, 65_536, 0)).toThrow();
    expect(() => encodeMlsKid(2 ** 29, 0, 0)).toThrow();
    expect(() => encodeMlsKid(-1, 0, 0)).toThrow();
    expect(() => encodeMlsKid(0, 0, -1)).toThrow();
  });
});

describe('header parsing', () => {
  it('refuses encodings that are not minimal', () => {
    expect(readHeader(Uint8Array.of(0x80, 7), 0)).toBeNull();
    expect(readHeader(Uint8Array.of(0x08, 7), 0)).toBeNull();
    expect(readHeader(Uint8Array.of(0x09, 0, 255), 0)).toBeNull();
    expect(readHeader(Uint8Array.of(0x08, 8), 0)).toEqual({ kid: 0, ctr: 8, length: 2 });
    expect(readHeader(new Uint8Array(0), 0)).toBeNull();
  });
});

describe('replay window', () => {
  it('agrees with a set over a scrambled sequence', () => {
    const window = new ReplayWindow();
    const seen = new Set<number>();
    let highest = -1;
    let state = 12_345;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let i = 0; i < 20_000; i++) {
      const jump = random(100) === 0 ? random(3_000) : random(30);
      const ctr = Math.max(0, highest + jump - 15 - (random(50) === 0 ? random(2_000) : 0));
      const fresh = !seen.has(ctr) && ctr > highest - ReplayWindow.size;
      expect(window.isFresh(ctr)).toBe(fresh);
      if (!fresh) refused++;
      else {
        window.accept(ctr);
        seen.add(ctr);
        highest = Math.max(highest, ctr);
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});
