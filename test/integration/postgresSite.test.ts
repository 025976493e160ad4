import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { meetingStatus } from '../../shared/protocol/rest.ts';
import { TestPostgres } from '../support/postgres.ts';
import { founding, Host } from './http/genesis.ts';

let postgres: TestPostgres;
let databaseUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'sealroom-two-'));
const servers: RunningServer[] = [];

beforeAll(async () => {
  postgres = await TestPostgres.start();
  databaseUrl = await postgres.database();
}, 600_000);

afterAll(async () => {
  for (const server of servers) await server.close();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataOf = (name: string) => join(folder, name);

async function start(name: string, change: Partial<Config> = {}): Promise<RunningServer> {
  const config = readConfig({
    SEALROOM_PORT: '0',
    SEALROOM_DATA: dataOf(name),
    SEALROOM_WORKERS: '1',
    SEALROOM_DATABASE_URL: databaseUrl,
  });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  const server = await startServer(
    { ...config, logLevel: 'silent', media, ...change },
    { workerBin: await ensureWorkerBinary(), clientDir: folder },
  );
  servers.push(server);
  return server;
}

it('serves one site by two servers on one database, of one site key', async () => {
  const first = await start('first');
  await expect(start('stranger')).rejects.toThrow(/copy site-key\.pem/);
  mkdirSync(dataOf('second'));
  copyFileSync(join(dataOf('first'), 'site-key.pem'), join(dataOf('second'), 'site-key.pem'));
  const second = await start('second');
  const host = new Host();
  const made = await fetch(`${first.url}/api/meetings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(founding(host.genesis())),
  });
  expect(made.status).toBe(201);
  const seen = await fetch(`${second.url}/api/meetings/${host.meeting}`);
  expect(meetingStatus.parse(await seen.json())).toMatchObject({ state: 'open' });
});

it('tells the administrator what is wrong with the database', async () => {
  const wrong = (change: (url: URL) => void) => {
    const url = new URL(databaseUrl);
    change(url);
    return start('wrong', { databaseUrl: url.href });
  };
  await expect(
    wrong((url) => {
      url.password = 'another';
    }),
  ).rejects.toThrow('refuses the password');
  await expect(
    wrong((url) => {
      url.pathname = '/nowhere';
    }),
  ).rejects.toThrow('create it with createdb');
  await expect(
    wrong((url) => {
      url.port = '1';
    }),
  ).rejects.toThrow('does not answer');
});
