import type { RtpEncodingParameters } from 'mediasoup-client/types';
import type { Source } from '../../shared/records/record.ts';
import type { Usage } from './usage.ts';

export type ScreenHint = 'detail' | 'motion';

/** What may be asked of a running encoder without a new negotiation. */
export interface SendWishes {
  readonly usage: Usage;
  readonly screenHint: ScreenHint;
  /** The microphone carries music. */
  readonly music: boolean;
}

export const plainWishes: SendWishes = { usage: 'normal', screenHint: 'detail', music: false };

const lowData = { framerate: 15, bitrate: 200_000, scale: 2 } as const;
const screenFramerate: Readonly<Record<ScreenHint, number>> = { detail: 15, motion: 30 };

/** What a source's encoder should favour: motion or sharpness, speech or music. */
export function contentHint(source: Source, { screenHint, music }: SendWishes): string {
  switch (source) {
    case 'microphone':
      return music ? 'music' : 'speech';
    case 'camera':
      return 'motion';
    case 'screen':
      return screenHint;
    case 'screenAudio':
      return 'music';
  }
}

/** The part of an encoding that may change while it runs. */
export type EncodingShape = Pick<
  RTCRtpEncodingParameters,
  'active' | 'maxBitrate' | 'maxFramerate' | 'scaleResolutionDownBy'
>;

/** How the encodings of a source, made as `chosen`, are to run now. One shape for each, in the same order. */
export function shapesFor(
  source: Source,
  chosen: readonly RtpEncodingParameters[],
  { usage, screenHint }: SendWishes,
): readonly EncodingShape[] {
  return chosen.map((encoding, at): EncodingShape => {
    const base: EncodingShape = {
      active: true,
      ...(encoding.maxBitrate === undefined ? {} : { maxBitrate: encoding.maxBitrate }),
      ...(encoding.maxFramerate === undefined ? {} : { maxFramerate: encoding.maxFramerate }),
      ...(encoding.scaleResolutionDownBy === undefined
        ? {}
        : { scaleResolutionDownBy: encoding.scaleResolutionDownBy }),
    };
    if (source === 'screen') return { ...base, maxFramerate: screenFramerate[screenHint] };
    if (source !== 'camera' || usage === 'normal') return base;
    // Of several streams the smallest goes on; a single one shrinks.
    if (chosen.length > 1) return { ...base, active: at === 0, maxFramerate: lowData.framerate };
    return {
      active: true,
      maxBitrate: lowData.bitrate,
      maxFramerate: lowData.framerate,
      scaleResolutionDownBy: lowData.scale,
    };
  });
}

/** Makes a sender's encodings run in these shapes. Throws where the browser refuses. */
export async function reshape(sender: RTCRtpSender, shapes: readonly EncodingShape[]): Promise<void> {
  const parameters = sender.getParameters();
  for (const [at, encoding] of parameters.encodings.entries()) {
    const shape = shapes[at];
    if (shape === undefined) continue;
    delete encoding.maxBitrate;
    delete encoding.maxFramerate;
    delete encoding.scaleResolutionDownBy;
    Object.assign(encoding, shape);
  }
  await sender.setParameters(parameters);
}
