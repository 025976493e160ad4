import { Router } from 'express';
import type { Diagnosis, EffectivePolicies } from '../../../shared/protocol/admin.ts';
import { onceAtATime } from '../onceAtATime.ts';
import type { AdminParts } from './admin.ts';

const MIB = 1024 ** 2;

/** What holds on this site, and what keeps it from working. */
export function adminSite({ accounts, config, examine }: AdminParts): Router {
  const router = Router();

  router.get('/policies', (_request, response) => {
    response.json(policiesOf(config));
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

function policiesOf(config: AdminParts['config']): EffectivePolicies {
  const { accounts, drainMs, files, policies, reportDays, reportKey } = config;
  const { presets, networks, ...rest } = policies;
  return {
    ...rest,
    create: accounts.create,
    presets: [...presets],
    networks: [...networks],
    reportDays,
    reports: reportKey !== null,
    fileMax: files.fileBytes / MIB,
    drainMinutes: drainMs / 60_000,
    provider: accounts.provider?.name ?? null,
  };
}
