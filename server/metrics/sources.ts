import type { LocalMediaRooms } from '../media/rooms.ts';
import type { Signaling } from '../signaling/attach.ts';
import type { MetricsSources } from './metrics.ts';

/** Parts that start one after another, as far as they run. */
export function metricsSources(parts: {
  readonly signaling: Signaling | null;
  readonly media: LocalMediaRooms | null;
}): MetricsSources {
  return {
    sockets: () => parts.signaling?.sockets ?? 0,
    meetings: () => parts.signaling?.meetings ?? 0,
    rooms: () => parts.media?.size ?? 0,
    workers: () => parts.media?.health ?? { running: 0, wanted: 0 },
    workerPids: () => parts.media?.workerPids ?? [],
  };
}
