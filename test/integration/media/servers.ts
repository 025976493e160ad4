import { type CallMessage, Calls } from '../../../server/cluster/calls.ts';
import type { Cluster, ClusterListener } from '../../../server/cluster/cluster.ts';
import { MemoryHub, SoloCluster } from '../../../server/cluster/memory.ts';
import { Place } from '../../../server/cluster/place.ts';
import { createLog } from '../../../server/log.ts';
import type { MediaRoomListener } from '../../../server/media/events.ts';
import type { MediaRoom } from '../../../server/media/mediaRoom.ts';
import type { MediaMessage, MediaQuestion } from '../../../server/media/nodes/messages.ts';
import { SpreadMedia } from '../../../server/media/nodes/spreadMedia.ts';
import type { MediaRooms } from '../../../server/media/rooms.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { SiteList } from '../../../shared/residency.ts';
import { type Policy, presetPolicy } from '../../../shared/roles.ts';

const open = presetPolicy('open');
const log = createLog('silent');

/** A meeting's media on a site of one server. */
export function openAlone(
  media: MediaRooms,
  meeting: MeetingId,
  listener: MediaRoomListener,
): Promise<MediaRoom> {
  const alone = new SpreadMedia({
    media,
    cluster: new SoloCluster('alone'),
    place: new Place(null, null, false),
    load: () => 0,
    rulesOf: async () => open,
    ask: () => Promise.reject(new Error('nobody else is there')),
    log,
  });
  return alone.open(meeting, listener, () => open);
}

/** One server of a site, as far as media goes. */
export interface MediaServer {
  readonly cluster: Cluster;
  readonly spread: SpreadMedia;
}

export interface MediaServerOptions {
  /** Its region and its name. */
  readonly region: string;
  readonly media: MediaRooms;
  readonly join: (region: string, listener: ClusterListener) => Promise<Cluster>;
  readonly siteList?: SiteList;
  /** What it reads in the records of meetings of others. */
  readonly rulesOf?: () => Policy;
}

export async function joinMedia(options: MediaServerOptions): Promise<MediaServer> {
  const { region, media, join, siteList = null, rulesOf = () => open } = options;
  const cluster = await join(region, {
    message: (from, message) => {
      // As sent by another of these.
      calls.take(from, message as CallMessage);
      spread.take(from, message as MediaMessage);
    },
    gone: (node) => {
      calls.gone(node);
      spread.gone(node);
    },
  });
  const calls = new Calls<MediaQuestion>(cluster, (from, question) => spread.answer(from, question), log);
  const spread = new SpreadMedia({
    media,
    cluster,
    place: new Place({ name: region, region }, siteList, true),
    load: () => 0,
    rulesOf: async () => rulesOf(),
    ask: (node, question) => calls.ask(node, question),
    log,
  });
  return { cluster, spread };
}

/** Two servers in one process. */
export async function joinTwo(one: MediaRooms, two: MediaRooms): Promise<[MediaServer, MediaServer]> {
  const hub = new MemoryHub();
  const join: MediaServerOptions['join'] = async (region, listener) => hub.join(region, listener, region);
  return [
    await joinMedia({ region: 'Taipei', media: one, join }),
    await joinMedia({ region: 'Tainan', media: two, join }),
  ];
}
