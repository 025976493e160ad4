import { Router } from 'express';
import type { Diagnosis } from '../../../shared/protocol/admin.ts';
import { onceAtATime } from '../onceAtATime.ts';
import type { AdminParts } from './admin.ts';

/** What holds on this site, and what keeps it from working. */
export function adminSite({ accounts, examine, live }: AdminParts): Router {
  const router = Router();

  router.get('/policies', async (_request, response) => {
    response.json(await live.policies());
  });

  const diagnose = onceAtATime(async () => {
    const findings: Diagnosis['findings'] = [];
    for await (const finding of examine()) findings.push(finding);
    return { at: accounts.now(), findings };
  });
  router.post('/doctor', async (_request, response) => {
    response.json(await diagnose());
  });

  return router;
}
