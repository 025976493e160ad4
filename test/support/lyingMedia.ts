import { randomUUID } from 'node:crypto';
import { randomBytes } from '../../client/e2ee/sodium.ts';
import type { MediaRoomEvent } from '../../server/media/events.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { SpreadMedia } from '../../server/media/nodes/spreadMedia.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../shared/ids.ts';
import type { ProducerInfo } from '../../shared/protocol/media.ts';

/** What the media server says of who sends what, instead of the truth. */
export interface MediaLies {
  /** Adds a camera of a device that nobody let in. */
  ghost: boolean;
  /** Exchanges the names on the cameras of these two. */
  swap: readonly [DeviceKey, DeviceKey] | null;
  /** What the media server really offered so far, in order. */
  readonly heard: readonly ProducerInfo[];
}

/**
 * Makes the servers in this process lie about the streams of meetings that are opened from now on. Media itself
 * goes its real way. Change the answer at any time: it holds for what is said from then on.
 */
export function lieAboutMedia(): MediaLies {
  const heard: ProducerInfo[] = [];
  const lies: MediaLies = { ghost: false, swap: null, heard };
  const ghost: ProducerInfo = {
    producerId: randomUUID(),
    device: deviceKey.parse(toBase64Url(randomBytes(32))),
    source: 'camera',
    paused: false,
  };
  const relabelled = (info: ProducerInfo): ProducerInfo => {
    const [one, two] = lies.swap ?? [];
    if (info.source !== 'camera' || !one || !two) return info;
    if (info.device === one) return { ...info, device: two };
    return info.device === two ? { ...info, device: one } : info;
  };
  const told = (infos: readonly ProducerInfo[]) => [...infos.map(relabelled), ...(lies.ghost ? [ghost] : [])];
  const retold = (event: MediaRoomEvent): MediaRoomEvent => {
    if (event.name !== 'media:producers') return event;
    const { added } = event.event;
    heard.push(...added);
    return { ...event, event: { ...event.event, added: added.length > 0 ? told(added) : added } };
  };
  const { open } = SpreadMedia.prototype;
  SpreadMedia.prototype.open = async function (meeting, listener, rules) {
    const room = await open.call(this, meeting, (event) => listener(retold(event)), rules);
    const producers = room.producers.bind(room);
    room.producers = (): ReturnType<MediaRoom['producers']> => told(producers());
    return room;
  };
  return lies;
}
