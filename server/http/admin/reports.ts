import { Router } from 'express';
import type { z } from 'zod';
import { ProtocolError } from '../../../shared/errors.ts';
import { reportId } from '../../../shared/ids.ts';
import { type adminReports as answerForm, oneReport } from '../../../shared/protocol/admin.ts';
import { asAttachment } from '../attachment.ts';
import { bodyOf } from '../jsonBody.ts';
import { type AdminParts, adminOf } from './admin.ts';

/** Reports as they were sealed. The key that opens them is on no server. */
export function adminReports({ audit, reports }: AdminParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const kept = await reports.list();
    const answer: z.infer<typeof answerForm> = {
      reports: kept.toReversed().map(({ id, meeting, receivedAt, bytes }) => ({
        id,
        meeting: audit.meeting(meeting),
        receivedAt,
        bytes,
      })),
    };
    response.json(answer);
  });

  router.get('/:id', async (request, response) => {
    const id = reportId.safeParse(request.params.id);
    const report = id.success ? await reports.find(id.data) : null;
    if (!report) throw new ProtocolError('not-found');
    await audit.write({ kind: 'report-fetched', report: report.id, by: adminOf(response) });
    asAttachment(response, 'report.sealed');
    response.type('application/octet-stream').send(Buffer.from(report.sealed));
  });

  router.post('/remove', async (request, response) => {
    const { id } = bodyOf(request, oneReport);
    if (!(await reports.find(id))) throw new ProtocolError('not-found');
    await audit.write({ kind: 'report-deleted', report: id, by: adminOf(response) });
    await reports.remove(id);
    response.json({});
  });

  return router;
}
