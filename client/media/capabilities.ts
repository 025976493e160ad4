import type { RtpCapabilities, RtpParameters } from 'mediasoup-client/types';
import type { RtpCapabilitiesWire, RtpParametersWire } from '../../shared/protocol/media.ts';
import { isAllowedExtension } from './headerExtensions.ts';
import { MediaError } from './mediaError.ts';

/** Codecs whose frames can be sealed whole. H.264 would need readable NAL units and is left out. */
const codecs: ReadonlySet<string> = new Set(['audio/opus', 'video/vp9', 'video/vp8', 'video/av1']);

type CodecCapability = NonNullable<RtpCapabilitiesWire['codecs']>[number];
type CodecParameters = RtpParametersWire['codecs'][number];

function isRtx(codec: { readonly mimeType: string }): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

function isAllowedCodec(codec: { readonly mimeType: string }): boolean {
  return codecs.has(codec.mimeType.toLowerCase());
}

/** Keeps the allowed codecs and the retransmission codecs that belong to them. */
function filterCodecs<Codec extends CodecCapability | CodecParameters>(
  offered: readonly Codec[],
  payloadType: (codec: Codec) => number,
): Codec[] {
  const kept = new Set(offered.filter(isAllowedCodec).map(payloadType));
  return offered.filter(
    (codec) => isAllowedCodec(codec) || (isRtx(codec) && kept.has(Number(codec.parameters?.apt))),
  );
}

/** What a codec says of itself, under whichever number it goes. */
function formatOf({
  mimeType,
  clockRate,
  channels,
  parameters,
  rtcpFeedback,
}: CodecCapability | CodecParameters) {
  return {
    mimeType,
    clockRate,
    ...(channels === undefined ? {} : { channels }),
    parameters: parameters ?? {},
    rtcpFeedback: (rtcpFeedback ?? []).map(({ type, parameter }) => ({
      type,
      ...(parameter === undefined ? {} : { parameter }),
    })),
  };
}

/**
 * What of the router's capabilities this client agrees to.
 *
 * @throws MediaError `no-codec` when no audio or no video codec is left.
 */
export function filterCapabilities(offered: RtpCapabilitiesWire): RtpCapabilities {
  const kept = filterCodecs(offered.codecs ?? [], (codec) => codec.preferredPayloadType);
  for (const kind of ['audio', 'video'] as const) {
    if (!kept.some((codec) => codec.kind === kind && !isRtx(codec))) {
      throw new MediaError('no-codec', `the media server offers no acceptable ${kind} codec`);
    }
  }
  return {
    codecs: kept.map((codec) => ({
      kind: codec.kind,
      preferredPayloadType: codec.preferredPayloadType,
      ...formatOf(codec),
    })),
    headerExtensions: (offered.headerExtensions ?? []).flatMap((extension) =>
      isAllowedExtension(extension.uri)
        ? [
            {
              kind: extension.kind,
              uri: extension.uri,
              preferredId: extension.preferredId,
              preferredEncrypt: extension.preferredEncrypt ?? false,
              direction: extension.direction ?? 'sendrecv',
            },
          ]
        : [],
    ),
  };
}

/**
 * What of a consumer's parameters this client agrees to: the same codecs and extensions as above.
 *
 * @throws MediaError `no-codec` when the stream's codec is not among them.
 */
export function filterParameters(offered: RtpParametersWire): RtpParameters {
  const kept = filterCodecs(offered.codecs, (codec) => codec.payloadType);
  if (!kept.some((codec) => !isRtx(codec))) {
    throw new MediaError('no-codec', 'the stream comes in a codec that cannot be sealed');
  }
  return {
    ...(offered.mid === undefined ? {} : { mid: offered.mid }),
    codecs: kept.map((codec) => ({
      payloadType: codec.payloadType,
      ...formatOf(codec),
    })),
    headerExtensions: (offered.headerExtensions ?? []).flatMap(({ uri, id }) =>
      isAllowedExtension(uri) ? [{ uri, id }] : [],
    ),
    encodings: (offered.encodings ?? []).map((encoding) => ({
      ...(encoding.ssrc === undefined ? {} : { ssrc: encoding.ssrc }),
      ...(encoding.rtx === undefined ? {} : { rtx: encoding.rtx }),
      ...(encoding.scalabilityMode === undefined ? {} : { scalabilityMode: encoding.scalabilityMode }),
      ...(encoding.dtx === undefined ? {} : { dtx: encoding.dtx }),
    })),
    rtcp: {
      ...(offered.rtcp?.cname === undefined ? {} : { cname: offered.rtcp.cname }),
      reducedSize: offered.rtcp?.reducedSize ?? true,
      mux: offered.rtcp?.mux ?? true,
    },
  };
}
