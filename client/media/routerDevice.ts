import { Device } from 'mediasoup-client';
import { filterCapabilities } from './capabilities.ts';
import type { EncoderAbilities } from './codecChoice.ts';
import { stoppedExtensions } from './headerExtensions.ts';
import { MediaError } from './mediaError.ts';
import type { Signalling } from './signalling.ts';

/**
 * Learns what router and browser have in common, after taking everything out that this client does not
 * agree to.
 *
 * @throws MediaError `unsupported` in a browser that mediasoup-client does not know, `no-codec`.
 */
export async function loadRouterDevice(signalling: Signalling): Promise<Device> {
  const offered = await signalling.request('media:capabilities', {});
  const routerRtpCapabilities = filterCapabilities(offered.rtpCapabilities);
  let device: Device;
  try {
    device = await Device.factory({ forcedRtpExtensions: stoppedExtensions });
  } catch (cause) {
    throw new MediaError('unsupported', 'this browser cannot hold a meeting', { cause });
  }
  await device.load({ routerRtpCapabilities });
  return device;
}

/** Finds out how this browser can encode a camera. */
export async function probeAbilities(handlerName: string): Promise<EncoderAbilities> {
  // Only Chromium's encoder is known to produce VP9 in spatial layers through an encoded transform.
  const chromium = handlerName === 'Chrome111';
  return { vp9Svc: chromium && (await canEncodeSvc()), simulcast: true };
}

/** MediaEncodingConfiguration with the member that WebRTC SVC adds to it. */
interface SvcConfiguration extends MediaEncodingConfiguration {
  readonly video: VideoConfiguration & { readonly scalabilityMode: string };
}

async function canEncodeSvc(): Promise<boolean> {
  const configuration: SvcConfiguration = {
    type: 'webrtc',
    video: {
      contentType: 'video/VP9',
      width: 1280,
      height: 720,
      framerate: 30,
      bitrate: 1_800_000,
      scalabilityMode: 'L3T3_KEY',
    },
  };
  try {
    return (await navigator.mediaCapabilities.encodingInfo(configuration)).supported;
  } catch {
    return false;
  }
}
