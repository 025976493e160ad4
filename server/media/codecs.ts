import { ortc } from 'mediasoup';
import type { RouterRtpCodecCapability, RtpCapabilities } from 'mediasoup/types';
import type { RtpCapabilitiesWire, RtpParametersWire } from '../../shared/protocol/media.ts';
import type { Source } from '../../shared/records/record.ts';

/** What a router forwards. No H264: its NAL units would have to stay readable. */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    // No discontinuous transmission: pauses in speech would show in the traffic.
    parameters: { useinbandfec: 1, usedtx: 0, minptime: 10 },
  },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

/**
 * RTP header extensions that may travel. All are about transport; none carries loudness, clocks of the
 * sender or anything else about content, as the server and the network read them in the clear.
 */
const headerExtensions: ReadonlySet<string> = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
]);

/** Capabilities without the header extensions that may not travel. */
export function withAllowedExtensions<Capabilities extends RtpCapabilities | RtpCapabilitiesWire>(
  capabilities: Capabilities,
): Capabilities {
  const allowed = capabilities.headerExtensions?.filter(({ uri }) => headerExtensions.has(uri)) ?? [];
  return { ...capabilities, headerExtensions: allowed };
}

/** What every router of ours offers; the same for all rooms. */
export const routerCapabilities: RtpCapabilitiesWire = withAllowedExtensions(
  ortc.generateRouterRtpCapabilities(mediaCodecs),
) as RtpCapabilitiesWire; // mediasoup types `parameters` loosely; its values are strings and numbers.

const kindOf: Readonly<Record<Source, 'audio' | 'video'>> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  screenAudio: 'audio',
};

/** Why an offered stream is refused, or null where it may pass. */
export function refusalOfOffer(offer: {
  readonly kind: 'audio' | 'video';
  readonly source: Source;
  readonly rtpParameters: RtpParametersWire;
}): 'kind' | 'extension' | 'codec' | 'dtx' | null {
  const { kind, source, rtpParameters } = offer;
  if (kindOf[source] !== kind) return 'kind';
  if (rtpParameters.headerExtensions?.some(({ uri }) => !headerExtensions.has(uri))) return 'extension';
  if (rtpParameters.codecs.some(({ mimeType }) => !mimeType.toLowerCase().startsWith(`${kind}/`))) {
    return 'codec';
  }
  const dtx =
    rtpParameters.codecs.some(({ parameters }) => Number(parameters?.usedtx ?? 0) !== 0) ||
    (rtpParameters.encodings?.some((encoding) => encoding.dtx === true) ?? false);
  return dtx ? 'dtx' : null;
}
