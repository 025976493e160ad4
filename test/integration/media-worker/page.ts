import { Device } from 'mediasoup-client';
import type {
  ConsumerOptions,
  DtlsParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportOptions,
} from 'mediasoup-client/types';

/** What the page needs from the side that has the worker. */
export interface Peer {
  connectTransport(id: string, dtlsParameters: DtlsParameters): Promise<void>;
  produce(kind: MediaKind, rtpParameters: RtpParameters): Promise<string>;
  consume(
    producerId: string,
    rtpCapabilities: RtpCapabilities,
  ): Promise<Required<Pick<ConsumerOptions, 'id' | 'producerId' | 'kind' | 'rtpParameters'>>>;
}

export interface Offer {
  readonly routerRtpCapabilities: RtpCapabilities;
  readonly send: TransportOptions;
  readonly receive: TransportOptions;
}

/** The receiving transport's counters. */
export interface Received {
  readonly bytes: number;
  readonly framesDecoded: number;
}

declare global {
  interface Window {
    peerConnectTransport: Peer['connectTransport'];
    peerProduce: Peer['produce'];
    peerConsume: Peer['consume'];
    /** Sends the camera and microphone and receives them back. */
    startLoop(offer: Offer): Promise<void>;
    readReceived(): Promise<Received>;
  }
}

let readReceived = async (): Promise<Received> => ({ bytes: 0, framesDecoded: 0 });

window.startLoop = async (offer) => {
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: offer.routerRtpCapabilities });
  const send = device.createSendTransport(offer.send);
  const receive = device.createRecvTransport(offer.receive);
  for (const transport of [send, receive]) {
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      window.peerConnectTransport(transport.id, dtlsParameters).then(done, fail);
    });
  }
  send.on('produce', ({ kind, rtpParameters }, done, fail) => {
    window.peerProduce(kind, rtpParameters).then((id) => done({ id }), fail);
  });

  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  for (const track of stream.getTracks()) {
    const producer = await send.produce({ track });
    const consumer = await receive.consume(await window.peerConsume(producer.id, device.recvRtpCapabilities));
    const element = document.createElement(consumer.kind);
    element.muted = true;
    element.srcObject = new MediaStream([consumer.track]);
    document.body.append(element);
    void element.play();
  }
  readReceived = async () => {
    let bytes = 0;
    let framesDecoded = 0;
    for (const entry of (await receive.getStats()).values()) {
      if (entry.type !== 'inbound-rtp') continue;
      bytes += entry.bytesReceived ?? 0;
      framesDecoded += entry.framesDecoded ?? 0;
    }
    return { bytes, framesDecoded };
  };
};
window.readReceived = () => readReceived();
