import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMark, encodeMark, frame } from '../../support/clip/cells.ts';
import {
  bandShare,
  codeOf,
  likeness,
  PERIOD_SECONDS,
  SOUND_SENDERS,
  waveform,
} from '../../support/clip/sound.ts';
import { CLIP_FRAMES, picture } from '../../support/clip/video.ts';

const marks = fc.record({ sender: fc.nat(15), counter: fc.nat(CLIP_FRAMES - 1) });

/** The luma of a frame, scaled by averaging, with noise of up to `noise` and a contrast of `contrast`. */
function shown(sender: number, counter: number, width: number, height: number, noise = 0, contrast = 1) {
  const planes = picture(sender, counter);
  let seed = 1 + counter;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const stepX = frame.width / width;
  const stepY = frame.height / height;
  const pixels = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      let count = 0;
      for (let v = Math.floor(y * stepY); v < Math.max((y + 1) * stepY, Math.floor(y * stepY) + 1); v += 1) {
        for (
          let u = Math.floor(x * stepX);
          u < Math.max((x + 1) * stepX, Math.floor(x * stepX) + 1);
          u += 1
        ) {
          sum += planes[v * frame.width + u] ?? 0;
          count += 1;
        }
      }
      pixels[y * width + x] = 128 + (sum / count - 128) * contrast + (random() - 0.5) * 2 * noise;
    }
  }
  return (x: number, y: number) => pixels[y * width + x] ?? 0;
}

describe('frame marks', () => {
  it('are read at every size a layer has, with noise and little contrast', () => {
    fc.assert(
      fc.property(
        marks,
        fc.constantFrom([320, 180], [160, 90], [80, 45], [640, 360], [240, 136]),
        fc.constantFrom({ noise: 0, contrast: 1 }, { noise: 60, contrast: 1 }, { noise: 20, contrast: 0.5 }),
        (mark, [width, height], { noise, contrast }) => {
          const luma = shown(mark.sender, mark.counter, width ?? 0, height ?? 0, noise, contrast);
          expect(decodeMark(width ?? 0, height ?? 0, luma)).toEqual(mark);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are refused when any one cell, or two of them, turned over', () => {
    const cells = encodeMark({ sender: 2, counter: 137 });
    const read = (given: readonly boolean[]) =>
      decodeMark(320, 180, (x, y) => {
        const index = Math.floor((y - 26) / 32) * 8 + Math.floor((x - 32) / 32);
        return given[index] ? 235 : 16;
      });
    expect(read(cells)).toEqual({ sender: 2, counter: 137 });
    for (let one = 0; one < cells.length; one += 1) {
      for (let two = one; two < cells.length; two += 1) {
        const turned = cells.map((cell, index) => (index === one || index === two ? !cell : cell));
        expect(read(turned), `${one} ${two}`).toBeNull();
      }
    }
  });

  it('are not seen in a blank, a grey or a noisy picture', () => {
    for (const level of [0, 16, 128, 235, 255]) expect(decodeMark(320, 180, () => level)).toBeNull();
    expect(decodeMark(320, 180, (x, y) => 128 + 20 * Math.sin(x * y))).toBeNull();
  });

  it('refuses numbers that do not fit', () => {
    expect(() => encodeMark({ sender: 16, counter: 0 })).toThrow(RangeError);
    expect(() => encodeMark({ sender: 0, counter: 65_536 })).toThrow(RangeError);
  });
});

describe('sounds', () => {
  const rate = 8_000;
  const recording = (sender: number, offset = 0) => {
    const one = waveform(sender, rate);
    const samples = new Float32Array(one.length * 3.5);
    for (let i = 0; i < samples.length; i += 1) samples[i] = one[(i + offset) % one.length] ?? 0;
    return samples;
  };
  const senders = Array.from({ length: SOUND_SENDERS }, (_, sender) => sender);

  it('have codes of full length, each another one', () => {
    const codes = senders.map((sender) => codeOf(sender).map(Number).join(''));
    for (const code of codes) expect([...code].filter((bit) => bit === '1')).toHaveLength(16);
    // A maximum-length code has no two equal shifts.
    for (const code of codes) {
      const shifts = new Set(Array.from(code, (_, i) => code.slice(i) + code.slice(0, i)));
      expect(shifts.size).toBe(31);
      expect(codes.filter((other) => shifts.has(other))).toHaveLength(1);
    }
  });

  it('are recognised at any point of time, with noise, and tell who is absent', () => {
    for (const sender of senders) {
      const samples = recording(sender, 12_345).map((sample, i) => 0.2 * sample + 0.05 * Math.sin(i * i));
      for (const other of senders) {
        const scores = likeness(other, samples, rate);
        expect(scores).toHaveLength(3);
        for (const score of scores) {
          if (other === sender) expect(score).toBeGreaterThan(0.8);
          else expect(score).toBeLessThan(0.5);
        }
      }
      expect(bandShare(sender, samples, rate)).toBeGreaterThan(0.7);
    }
  });

  it('silence is like nobody', () => {
    const silence = new Float32Array(rate * Math.ceil(PERIOD_SECONDS + 1));
    for (const sender of senders) expect(likeness(sender, silence, rate)).toEqual([0]);
  });
});
