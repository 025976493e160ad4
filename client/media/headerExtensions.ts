import type { RtpHeaderExtensionUri } from 'mediasoup-client/types';

/**
 * The only header extensions that may be negotiated, whatever the server offers: what routing packets and
 * estimating bandwidth need. Loudness (`ssrc-audio-level`), clocks (`abs-capture-time`), orientation and
 * content type would tell the server about the content and stay out.
 */
const allowed: ReadonlySet<RtpHeaderExtensionUri> = new Set<RtpHeaderExtensionUri>([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
]);

/** Extensions to stop in the browser itself, where it has the interface for it. */
export const stoppedExtensions: Partial<Record<RtpHeaderExtensionUri, boolean>> = {
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level': false,
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time': false,
  'urn:3gpp:video-orientation': false,
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay': false,
};

/** Whether a header extension may be negotiated: one that says nothing of what is sent. */
export function isAllowedExtension(uri: string): uri is RtpHeaderExtensionUri {
  const uris: ReadonlySet<string> = allowed;
  return uris.has(uri);
}
