import type { MediaRoom } from '../../../server/media/mediaRoom.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/records/record.ts';
import { offer } from './offers.ts';

export interface Sending {
  readonly source?: Source;
  readonly mimeType?: string;
  /** One of the device's, or a new one. */
  readonly transportId?: string;
}

let offered = 0;

/** Has a device send, a camera's pictures where nothing else is said. */
export async function sendIn(room: MediaRoom, device: DeviceKey, sending: Sending = {}) {
  const { source = 'camera', mimeType = 'video/VP9' } = sending;
  const transportId = sending.transportId ?? (await room.createTransport(device, 'send')).id;
  const made = await room.produce(device, {
    transportId,
    kind: mimeType.startsWith('audio') ? 'audio' : 'video',
    source,
    paused: false,
    rtpParameters: offer(room.rtpCapabilities(), mimeType, `${source.slice(0, 4)}${offered++}`),
  });
  return { ...made, transportId };
}

/** Has a device subscribe to a stream, on a transport of its own or on a new one. */
export async function receiveIn(
  room: MediaRoom,
  device: DeviceKey,
  producerId: string,
  transportId?: string,
) {
  const id = transportId ?? (await room.createTransport(device, 'receive')).id;
  const made = await room.consume(device, {
    transportId: id,
    producerId,
    rtpCapabilities: room.rtpCapabilities(),
  });
  return { ...made, transportId: id };
}
