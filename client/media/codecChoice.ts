import type { ProducerCodecOptions, RtpCapabilities, RtpEncodingParameters } from 'mediasoup-client/types';
import type { Source } from '../../shared/records/record.ts';
import { MediaError } from './mediaError.ts';

/** What this browser's encoder can do, found out once. */
export interface EncoderAbilities {
  /** VP9 in three spatial and three temporal layers in one stream, key-frame dependent. */
  readonly vp9Svc: boolean;
  /** Several resolutions as separate streams. */
  readonly simulcast: boolean;
}

/** How one source is encoded. */
export interface CodecChoice {
  readonly mimeType: string;
  readonly encodings: readonly RtpEncodingParameters[];
  readonly codecOptions: ProducerCodecOptions;
}

/** Where the way is narrow, sound keeps its share and pictures shrink. */
const soundFirst = { priority: 'high', networkPriority: 'high' } as const;

const speech: CodecChoice = {
  mimeType: 'audio/opus',
  encodings: [{ maxBitrate: 32_000, ...soundFirst }],
  // Discontinuous transmission would show the server who speaks when.
  codecOptions: {
    opusStereo: false,
    opusFec: true,
    opusNack: true,
    opusDtx: false,
    opusMaxAverageBitrate: 32_000,
  },
};

const music: CodecChoice = {
  mimeType: 'audio/opus',
  encodings: [{ maxBitrate: 128_000, ...soundFirst }],
  codecOptions: {
    opusStereo: true,
    opusFec: true,
    opusNack: true,
    opusDtx: false,
    opusMaxAverageBitrate: 128_000,
  },
};

/**
 * Chooses codec and encodings for a source from what router and browser have in common. `width` is the
 * captured picture's, in pixels.
 *
 * @throws MediaError `no-codec` when nothing fits.
 */
export function chooseCodec(
  source: Source,
  common: RtpCapabilities,
  abilities: EncoderAbilities,
  width = 1_280,
): CodecChoice {
  const has = (mimeType: string) =>
    (common.codecs ?? []).some((codec) => codec.mimeType.toLowerCase() === mimeType.toLowerCase());
  if (source === 'microphone' || source === 'screenAudio') {
    if (!has('audio/opus')) throw new MediaError('no-codec', 'Opus is not available');
    return source === 'microphone' ? speech : music;
  }
  const vp9 = has('video/VP9') && abilities.vp9Svc;
  if (!vp9 && !has('video/VP8')) throw new MediaError('no-codec', 'neither VP9 nor VP8 is available');
  return source === 'camera' ? camera(vp9, abilities.simulcast ? streamsFor(width) : 1) : screen(vp9);
}

/**
 * How many resolutions Chromium's encoder sends of a picture (measured). With more, it drops the upper
 * ones in silence and only the small ones are left.
 */
function streamsFor(width: number): 1 | 2 | 3 {
  if (width >= 960) return 3;
  return width >= 480 ? 2 : 1;
}

const simulcastStreams = [
  { scaleResolutionDownBy: 4, scalabilityMode: 'L1T3', maxBitrate: 150_000 },
  { scaleResolutionDownBy: 2, scalabilityMode: 'L1T3', maxBitrate: 500_000 },
  { scaleResolutionDownBy: 1, scalabilityMode: 'L1T3', maxBitrate: 1_500_000 },
] as const;

function camera(vp9: boolean, streams: 1 | 2 | 3): CodecChoice {
  const base = { codecOptions: { videoGoogleStartBitrate: 800 } } as const;
  if (vp9) {
    return {
      ...base,
      mimeType: 'video/VP9',
      encodings: [{ scalabilityMode: 'L3T3_KEY', maxBitrate: 1_800_000 }],
    };
  }
  if (streams === 1) {
    return {
      ...base,
      mimeType: 'video/VP8',
      encodings: [{ scalabilityMode: 'L1T3', maxBitrate: 1_200_000 }],
    };
  }
  return {
    ...base,
    mimeType: 'video/VP8',
    encodings: simulcastStreams.slice(-streams),
  };
}

/** One resolution: text scaled down by a layer switch is unreadable. Temporal layers still thin it out. */
function screen(vp9: boolean): CodecChoice {
  return {
    mimeType: vp9 ? 'video/VP9' : 'video/VP8',
    encodings: [{ scalabilityMode: 'L1T3', maxBitrate: 2_500_000, maxFramerate: 15 }],
    codecOptions: { videoGoogleStartBitrate: 1_200 },
  };
}
