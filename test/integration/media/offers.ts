import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../../shared/bytes.ts';
import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { RtpCapabilitiesWire, RtpParametersWire } from '../../../shared/protocol/media.ts';

/** Random ids in the right form. */
export const someDevice = () => toBase64Url(randomBytes(32)) as DeviceKey;
export const someMeeting = () => toBase64Url(randomBytes(16)) as MeetingId;

/** RTP parameters as a browser would send them, with codecs out of the router's own capabilities. */
export function offer(capabilities: RtpCapabilitiesWire, mimeType: string, mid: string): RtpParametersWire {
  const codec = capabilities.codecs?.find((each) => each.mimeType === mimeType);
  if (!codec) throw new Error(`no ${mimeType}`);
  return {
    mid,
    codecs: [
      {
        mimeType,
        payloadType: codec.preferredPayloadType,
        clockRate: codec.clockRate,
        ...(codec.channels === undefined ? {} : { channels: codec.channels }),
        ...(codec.parameters === undefined ? {} : { parameters: codec.parameters }),
        rtcpFeedback: codec.rtcpFeedback ?? [],
      },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
    encodings: [{ ssrc: randomBytes(4).readUInt32BE() }],
    rtcp: { cname: randomBytes(4).toString('hex') },
  };
}
