import type { LocalMediaRooms } from '../media/rooms.ts';
import type { Signaling } from '../signaling/attach.ts';
import type { ServedCertificate } from '../tls/servedCertificate.ts';
import type { MetricsSources } from './metrics.ts';

/** Parts that start one after another, as far as they run. */
export interface MetricsParts {
  signaling: Signaling | null;
  media: LocalMediaRooms | null;
  certificate: ServedCertificate | null;
}

/** Asks whichever of the parts runs at the time. */
export function metricsSources(parts: Readonly<MetricsParts>): MetricsSources {
  return {
    sockets: () => parts.signaling?.sockets ?? 0,
    meetings: () => parts.signaling?.meetings ?? 0,
    rooms: () => parts.media?.size ?? 0,
    workers: () => parts.media?.health ?? { running: 0, wanted: 0 },
    workerPids: () => parts.media?.workerPids ?? [],
    certificate: () =>
      parts.certificate && {
        expiresAt: parts.certificate.expiresAt,
        refused: parts.certificate.failure !== null,
      },
  };
}
