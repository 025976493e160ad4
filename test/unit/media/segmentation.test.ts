import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { openNetwork } from '../../../client/media/effects/segmentation/network.ts';

const require = createRequire(import.meta.url);
const path = require.resolve('@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite');

function model(): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}

const [width, height] = [256, 144];
const unit = height / 10;

/** Whether a point lies in an ellipse, all in units from the middle and the top. */
function within(
  x: number,
  y: number,
  [cx, cy, wide, high]: readonly [number, number, number, number],
): boolean {
  return ((x - cx) / wide) ** 2 + ((y - cy) / high) ** 2 < 1;
}

/** A drawn person before a plain wall: colour at a point. */
function colourAt(column: number, row: number): readonly [number, number, number] {
  const [x, y] = [(column - width / 2) / unit, row / unit];
  if (within(x, y, [0, 5.55, 0.55, 0.16])) return [165, 75, 75];
  for (const side of [-0.55, 0.55]) {
    if (within(x, y, [side, 4.3, 0.13, 0.14])) return [30, 20, 20];
    if (within(x, y, [side, 4.3, 0.28, 0.15])) return [250, 250, 250];
  }
  if (within(x, y, [0, 4.6, 1.4, 1.75])) return [217, 169, 138];
  if (within(x, y, [0, 4.1, 1.9, 1.9])) return [59, 47, 42];
  if (Math.abs(x) < 0.7 && y > 5 && y < 7.4) return [195, 150, 120];
  if (within(x, y, [0, 11, 3.6, 4])) return [52, 60, 96];
  return [130, 140, 136];
}

describe('the selfie segmentation model', () => {
  it('finds a drawn person, from the hair to the shoulders, and leaves the wall', () => {
    const network = openNetwork(model());
    expect(network.input).toMatchObject({ width, height, channels: 3 });
    expect(network.output).toMatchObject({ width, height, channels: 1 });
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const colour = colourAt(column, row).map((value) => value / 255);
        network.input.data.set(colour, (row * width + column) * 3);
      }
    }
    network.run();
    const at = (x: number, y: number) =>
      network.output.data[Math.round(y * unit) * width + Math.round(width / 2 + x * unit)] ?? Number.NaN;
    for (const [x, y] of [
      [0, 3],
      [0, 4.6],
      [0, 6.5],
      [0, 9],
      [-2, 9.5],
      [2, 9.5],
    ] as const) {
      expect(at(x, y), `person at ${x} ${y}`).toBeGreaterThan(0.9);
    }
    for (const [x, y] of [
      [-6, 1],
      [6, 1],
      [-5, 6],
      [5, 6],
      [0, 0.5],
    ] as const) {
      expect(at(x, y), `wall at ${x} ${y}`).toBeLessThan(0.1);
    }
  });

  it('is refused where it is damaged or another', () => {
    expect(() => openNetwork(new ArrayBuffer(64))).toThrow();
    expect(() => openNetwork(model().slice(0, 1_000))).toThrow();
  });
});
