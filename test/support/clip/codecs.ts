import { decodeMark, encodeMark, frame, grid, type Mark } from './cells.ts';

/** What a decoder of the browser made of frames that it was given as if they were in clear. */
export interface DecodedVideo {
  readonly pictures: number;
  /** Marks that could be read in the pictures. */
  readonly marks: readonly Mark[];
  readonly failures: number;
}

export type VideoCodecName = 'video/VP8' | 'video/VP9';

/** Encoders and decoders of the browser itself, to see whether frames are readable; frames in base64. */
export interface Codecs {
  decodeVideo(codec: VideoCodecName, frames: readonly string[]): Promise<DecodedVideo>;
  /** Samples at 48 kHz of all that decodes. */
  decodeAudio(frames: readonly string[]): Promise<number[]>;
  /** Frames of marked pictures. */
  encodeVideo(codec: VideoCodecName, marks: readonly Mark[]): Promise<string[]>;
  encodeAudio(samples: readonly number[]): Promise<string[]>;
  /** Draws a marked picture. */
  paint(canvas: HTMLCanvasElement, mark: Mark): void;
}

const codecNames: Readonly<Record<VideoCodecName, string>> = {
  'video/VP8': 'vp8',
  'video/VP9': 'vp09.00.10.08',
};
const opus = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 } as const;

export function createCodecs(): Codecs {
  return {
    async decodeVideo(codec, frames) {
      const marks: Mark[] = [];
      let pictures = 0;
      let failures = 0;
      let decoder: VideoDecoder | null = null;
      const create = () => {
        const made = new VideoDecoder({
          output: (picture) => {
            pictures += 1;
            const mark = markOf(picture);
            if (mark !== null) marks.push(mark);
            picture.close();
          },
          error: () => {
            failures += 1;
          },
        });
        made.configure({ codec: codecNames[codec] });
        return made;
      };
      for (const [index, text] of frames.entries()) {
        const data = fromBase64(text);
        let type: EncodedVideoChunkType = isKey(codec, data) ? 'key' : 'delta';
        if (decoder === null || decoder.state === 'closed') {
          decoder = create();
          type = 'key';
        }
        try {
          decoder.decode(new EncodedVideoChunk({ type, timestamp: index * 66_000, data }));
        } catch {
          failures += 1;
          decoder.close();
        }
        while (decoder.state !== 'closed' && decoder.decodeQueueSize > 0) await moment();
      }
      if (decoder?.state === 'configured') {
        await decoder.flush().catch(() => {
          failures += 1;
        });
      }
      if (decoder !== null && decoder.state !== 'closed') decoder.close();
      return { pictures, marks, failures };
    },

    async decodeAudio(frames) {
      const samples: number[] = [];
      const create = () => {
        const made = new AudioDecoder({
          output: (data) => {
            const plane = new Float32Array(data.numberOfFrames);
            data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
            samples.push(...plane);
            data.close();
          },
          error: () => undefined,
        });
        made.configure(opus);
        return made;
      };
      let decoder = create();
      for (const [index, text] of frames.entries()) {
        if (decoder.state === 'closed') decoder = create();
        decoder.decode(
          new EncodedAudioChunk({ type: 'key', timestamp: index * 20_000, data: fromBase64(text) }),
        );
        while (decoder.state === 'configured' && decoder.decodeQueueSize > 0) await moment();
      }
      if (decoder.state === 'configured') await decoder.flush().catch(() => undefined);
      return samples;
    },

    async encodeVideo(codec, marks) {
      const frames: string[] = [];
      const encoder = new VideoEncoder({
        output: (chunk) => frames.push(bytesOf(chunk)),
        error: (error) => {
          throw error;
        },
      });
      encoder.configure({
        codec: codecNames[codec],
        width: frame.width,
        height: frame.height,
        bitrate: 300_000,
        latencyMode: 'realtime',
      });
      for (const [index, mark] of marks.entries()) {
        const picture = pictureOf(mark, index * 66_000);
        encoder.encode(picture, { keyFrame: index === 0 });
        picture.close();
      }
      await encoder.flush();
      encoder.close();
      return frames;
    },

    async encodeAudio(samples) {
      const frames: string[] = [];
      const encoder = new AudioEncoder({
        output: (chunk) => frames.push(bytesOf(chunk)),
        error: (error) => {
          throw error;
        },
      });
      encoder.configure({ ...opus, bitrate: 32_000 });
      const data = new Float32Array(samples);
      encoder.encode(
        new AudioData({
          format: 'f32',
          sampleRate: opus.sampleRate,
          numberOfChannels: 1,
          numberOfFrames: data.length,
          timestamp: 0,
          data,
        }),
      );
      await encoder.flush();
      encoder.close();
      return frames;
    },

    paint(canvas, mark) {
      Object.assign(canvas, { width: frame.width, height: frame.height });
      const brush = canvas.getContext('2d');
      if (brush === null) throw new Error('no canvas');
      draw(brush, mark);
    },
  };
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 0));

function isKey(codec: VideoCodecName, data: Uint8Array): boolean {
  const first = data[0] ?? 0;
  // VP8: first bit of the frame tag; VP9: frame_type in the uncompressed header of profile 0.
  return codec === 'video/VP8' ? (first & 1) === 0 : (first & 0x04) === 0;
}

function markOf(picture: VideoFrame): Mark | null {
  const { width, height } = frame;
  const brush = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (brush === null) throw new Error('no canvas');
  brush.drawImage(picture, 0, 0, width, height);
  const { data } = brush.getImageData(0, 0, width, height);
  return decodeMark(width, height, (x, y) => data[(y * width + x) * 4 + 1] ?? 0);
}

function pictureOf(mark: Mark, timestamp: number): VideoFrame {
  const canvas = new OffscreenCanvas(frame.width, frame.height);
  const brush = canvas.getContext('2d');
  if (brush === null) throw new Error('no canvas');
  draw(brush, mark);
  return new VideoFrame(canvas, { timestamp });
}

function draw(brush: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, mark: Mark): void {
  brush.fillStyle = '#777';
  brush.fillRect(0, 0, frame.width, frame.height);
  encodeMark(mark).forEach((white, index) => {
    brush.fillStyle = white ? '#fff' : '#000';
    brush.fillRect(
      grid.left + (index % grid.columns) * grid.cell,
      grid.top + Math.floor(index / grid.columns) * grid.cell,
      grid.cell,
      grid.cell,
    );
  });
}

function bytesOf(chunk: EncodedVideoChunk | EncodedAudioChunk): string {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
