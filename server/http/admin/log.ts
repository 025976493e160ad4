import { once } from 'node:events';
import { Router } from 'express';
import { type AuditState, auditQuery } from '../../../shared/protocol/admin.ts';
import { searchAudit } from '../../admin/auditSearch.ts';
import { asAttachment } from '../attachment.ts';
import { bodyOf } from '../jsonBody.ts';
import { onceAtATime } from '../onceAtATime.ts';
import { type AdminParts, adminOf } from './admin.ts';

/** Reading the audit log. Nobody can change it from here. */
export function adminLog({ audit }: AdminParts): Router {
  const router = Router();
  const verify = onceAtATime(() => audit.verify());

  router.post('/', async (request, response) => {
    response.json(await searchAudit(audit, bodyOf(request, auditQuery)));
  });

  router.post('/verify', async (_request, response) => {
    const verdict = await verify();
    const answer: AuditState = verdict.ok ? { ...verdict, siteKey: audit.publicKey } : verdict;
    response.json(answer);
  });

  // The lines as they were hashed: `npm run audit:verify -- --file` takes them.
  router.get('/export', async (_request, response) => {
    await audit.write({ kind: 'audit-exported', by: adminOf(response) });
    asAttachment(response, 'audit-log.ndjson');
    response.type('application/x-ndjson');
    for await (const lines of audit.pieces()) {
      if (response.closed) return;
      const more = response.write(lines.map(({ line }) => `${line}\n`).join(''));
      if (!more) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  });

  return router;
}
