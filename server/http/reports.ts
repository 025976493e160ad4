import express, { Router } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import { meetingId } from '../../shared/ids.ts';
import { maximumDelivery } from '../../shared/protocol/report.ts';
import type { KeptReport } from '../../shared/protocol/rest.ts';
import type { ReportDesk } from '../reports/desk.ts';
import { Buckets } from '../signaling/bucket.ts';
import { limitKey } from './limitKey.ts';

/** Reports from one address: a school has one. */
const PER_ADDRESS = { burst: 40, perSecond: 40 / 3_600 };

/**
 * Takes reports. Over HTTP rather than the meeting's socket: whoever was put out or barred has none, nor has
 * anybody once the meeting is over, and a picture on a slow line would hold up everything else on it.
 */
export function reports(desk: ReportDesk, now: () => number): Router {
  const router = Router();
  const addresses = new Buckets(PER_ADDRESS);
  router.post(
    '/:id/reports',
    (request, _response, next) => {
      desk.requireKey();
      const waitMs = addresses.take(limitKey(request.ip ?? ''), now());
      if (waitMs > 0) throw new ProtocolError('rate-limited', { retryAfterMs: waitMs });
      next();
    },
    express.raw({ limit: maximumDelivery, type: 'application/octet-stream' }),
    async (request, response) => {
      const meeting = meetingId.safeParse(request.params.id);
      if (!meeting.success) throw new ProtocolError('not-found');
      // Without the right content type nothing was read.
      if (!(request.body instanceof Uint8Array)) throw new ProtocolError('bad-request');
      const kept: KeptReport = { report: await desk.take(meeting.data, request.body) };
      response.status(201).json(kept);
    },
  );
  return router;
}
