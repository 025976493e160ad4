import { Device } from 'mediasoup-client';
import type { Consumer, RtpEncodingParameters, Transport } from 'mediasoup-client/types';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';

/** What the page asks of the room, each as JSON by the driver's bridge. */
export interface Bridge {
  call(method: string, device: 'sender' | 'receiver', ...args: unknown[]): Promise<unknown>;
}

export interface Layer {
  readonly rid: string;
  readonly width: number;
  readonly framesSent: number;
}

declare global {
  interface Window {
    call: Bridge['call'];
    /** Sends the camera in these encodings and receives it back, paused; the consumer's id. */
    startLayers(mimeType: string, encodings: RtpEncodingParameters[], width: number): Promise<string>;
    /** What the sender's encoder puts out. */
    sent(): Promise<Layer[]>;
    /** Width of the picture that is decoded now, and how many were. */
    received(): Promise<{ width: number; frames: number }>;
  }
}

// The bridge carries JSON; the shapes are the protocol's, which the room's own types hold to.
const ask = <Answer>(...args: Parameters<Bridge['call']>) => window.call(...args) as Promise<Answer>;

async function transport(device: Device, direction: 'send' | 'receive'): Promise<Transport> {
  const who = direction === 'send' ? 'sender' : 'receiver';
  const options = await ask<ResponseOf<'media:createTransport'>>('createTransport', who, direction);
  const make = direction === 'send' ? device.createSendTransport : device.createRecvTransport;
  // exactOptionalPropertyTypes: the wire has `undefined` where mediasoup-client leaves out.
  const made = make.call(device, options as Parameters<typeof make>[0]);
  made.on('connect', ({ dtlsParameters }, done, fail) => {
    ask('connectTransport', who, made.id, dtlsParameters).then(() => done(), fail);
  });
  made.on('produce', ({ kind, rtpParameters }, done, fail) => {
    ask<{ producerId: string }>('produce', who, {
      transportId: made.id,
      kind,
      source: kind === 'video' ? 'camera' : 'microphone',
      rtpParameters,
      paused: false,
    }).then(({ producerId }) => done({ id: producerId }), fail);
  });
  return made;
}

window.startLayers = async (mimeType, encodings, width) => {
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: await ask('rtpCapabilities', 'sender') });
  const send = await transport(device, 'send');
  const receive = await transport(device, 'receive');
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width, height: (width * 9) / 16, frameRate: 10 },
  });
  const [track] = stream.getVideoTracks();
  const codec = device.sendRtpCapabilities.codecs?.find((each) => each.mimeType === mimeType);
  if (!track || !codec) throw new Error(`no ${mimeType}`);
  const producer = await send.produce({
    track,
    encodings,
    codec,
    codecOptions: { videoGoogleStartBitrate: 1500 },
  });
  const answer = await ask<ResponseOf<'media:consume'>>('consume', 'receiver', {
    transportId: receive.id,
    producerId: producer.id,
    rtpCapabilities: device.recvRtpCapabilities,
  });
  const consumer: Consumer = await receive.consume({
    id: answer.consumerId,
    producerId: producer.id,
    kind: answer.kind,
    rtpParameters: answer.rtpParameters as Consumer['rtpParameters'],
  });
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([consumer.track]);
  document.body.append(video);
  void video.play();

  window.sent = async () => {
    const layers: Layer[] = [];
    for (const entry of (await producer.getStats()).values()) {
      if (entry.type !== 'outbound-rtp') continue;
      layers.push({ rid: entry.rid ?? '', width: entry.frameWidth ?? 0, framesSent: entry.framesSent ?? 0 });
    }
    return layers;
  };
  window.received = async () => {
    for (const entry of (await consumer.getStats()).values()) {
      if (entry.type === 'inbound-rtp')
        return { width: entry.frameWidth ?? 0, frames: entry.framesDecoded ?? 0 };
    }
    return { width: 0, frames: 0 };
  };
  return consumer.id;
};
