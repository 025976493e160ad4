import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeMark, frame, grid } from './cells.ts';

/** Frames per second of every clip. Fewer where what pictures carry is not measured: encoders are most of the work. */
export const FRAME_RATE = Number(process.env.TEST_CLIP_RATE ?? 15);
/** Frames of a clip; the browser begins anew after the last, so counters run modulo this. */
export const CLIP_FRAMES = 300;

const WHITE = 235;
const BLACK = 16;

/** Writes a sender's clip as YUV4MPEG2 (4:2:0), frame after frame. 26 MB. */
export function writeClip(path: string, sender: number, frames = CLIP_FRAMES): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, `YUV4MPEG2 W${frame.width} H${frame.height} F${FRAME_RATE}:1 Ip A1:1 C420jpeg\n`);
    for (let counter = 0; counter < frames; counter += 1) {
      writeSync(file, 'FRAME\n');
      writeSync(file, picture(sender, counter));
    }
  } finally {
    closeSync(file);
  }
}

/** One frame: Y, U and V planes. */
export function picture(sender: number, counter: number): Uint8Array {
  const { width, height } = frame;
  const planes = new Uint8Array((width * height * 3) / 2);
  // Waves that drift, so that the encoder has motion to follow as with a real camera: 28 sin(across + down), by the
  // sum of two products, since a sine for each pixel of each frame takes seconds.
  const across = Array.from({ length: width }, (_, x) => (x + 2 * counter) / 23);
  const [sines, cosines] = [across.map(Math.sin), across.map(Math.cos)].map((each) =>
    Float64Array.from(each),
  );
  for (let y = 0; y < height; y += 1) {
    const down = y / 17 + sender;
    const [sine, cosine] = [28 * Math.sin(down), 28 * Math.cos(down)];
    for (let x = 0; x < width; x += 1) {
      planes[y * width + x] = 118.5 + (sines?.[x] ?? 0) * cosine + (cosines?.[x] ?? 0) * sine;
    }
  }
  encodeMark({ sender, counter }).forEach((white, index) => {
    const left = grid.left + (index % grid.columns) * grid.cell;
    const top = grid.top + Math.floor(index / grid.columns) * grid.cell;
    for (let y = top; y < top + grid.cell; y += 1) {
      planes.fill(white ? WHITE : BLACK, y * width + left, y * width + left + grid.cell);
    }
  });
  const chroma = width * height;
  const quarter = chroma / 4;
  planes.fill(128 + 6 * (sender % 4), chroma, chroma + quarter);
  planes.fill(128 - 6 * (sender % 4), chroma + quarter);
  return planes;
}
