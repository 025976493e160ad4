import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../shared/doctor/finding.ts';
import { Provider } from '../accounts/provider.ts';
import type { Config } from '../config/config.ts';
import { readyUrl } from '../origins.ts';
import { checkCertificate, servedFingerprint } from './certificate.ts';
import { amber, green, red } from './finding.ts';
import { checkClock, checkDisk, checkKernelBuffers } from './machine.ts';
import { checkMedia, checkWorker } from './media.ts';
import { ask, checkAnnounced, checkPagePort, checkPublicUrl } from './network.ts';
import { checkRedis } from './redis.ts';
import { checkDatabase, checkDataFolder, checkPostgres, existingFolder } from './storage.ts';
import { checkTurn, seenAddress } from './turn.ts';

export interface DoctorParts {
  readonly config: Config;
  /** The worker program; throws where there is none and none can be made. */
  readonly workerBin: () => Promise<string>;
  readonly clientDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Looks at everything that keeps a site from working, in the order in which it would be noticed. */
export async function* examine({ config, workerBin, clientDir, now }: DoctorParts): AsyncGenerator<Finding> {
  yield checkDataFolder(config.dataDir);
  yield checkDisk(existingFolder(config.dataDir));
  yield config.databaseUrl === null ? checkDatabase(config.dataDir) : await checkPostgres(config.databaseUrl);
  if (config.cluster) yield await checkRedis(config.cluster.redisUrl);
  yield existsSync(join(clientDir, 'index.html'))
    ? green({ code: 'page-built' })
    : amber({ code: 'page-unbuilt' });
  const { finding, running } = await checkPagePort(config);
  yield finding;
  const host = config.publicUrl === null ? null : new URL(config.publicUrl).hostname;
  if (config.tls) {
    const local = new URL(readyUrl({ ...config, publicUrl: null }, config.port)).hostname;
    const served = running ? await servedFingerprint(config.port, local) : null;
    yield checkCertificate(config.tls, host, now(), served);
  }
  yield await checkPublicUrl(config.publicUrl, running);
  yield* await checkProvider(config, now);
  const at = config.accounts.provider ? (await ask(config.accounts.provider.issuer))?.at : null;
  yield checkClock(now(), at ?? null);
  yield checkKernelBuffers();
  yield await checkAnnounced(config.media.announced, await seenAddress(config.media.turn));
  const { program, finding: starts } = await checkWorker(workerBin);
  yield starts;
  if (program !== null) {
    yield* checkMedia(config.media, program, running);
    return;
  }
  yield* await checkTurn(config.media.turn, null);
}

async function checkProvider(config: Config, now: () => number): Promise<Finding[]> {
  const { provider, create } = config.accounts;
  if (!provider) {
    if (create === 'anyone') return [];
    return [green({ code: 'provider-none' })];
  }
  const staff = await new Provider(provider, now).staff();
  const { issuer } = provider;
  if (staff) return [green({ code: 'provider-answers', issuer, keys: staff.keys.length })];
  return [red({ code: 'provider-silent', issuer })];
}
