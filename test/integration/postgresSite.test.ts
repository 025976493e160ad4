import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Config, readConfig } from '../../server/config/config.ts';
import { checkPostgres } from '../../server/doctor/storage.ts';
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

/** The address of the database, with a part of it wrong. */
const wrongly = (part: Partial<Pick<URL, 'password' | 'pathname' | 'port'>>) =>
  Object.assign(new URL(databaseUrl), part).href;

const wrong = {
  password: () => wrongly({ password: 'another' }),
  name: () => wrongly({ pathname: '/nowhere' }),
  port: () => wrongly({ port: '1' }),
};

it('tells the administrator what is wrong with the database', async () => {
  const startAt = (url: string) => start('wrong', { databaseUrl: url });
  await expect(startAt(wrong.password())).rejects.toThrow('refuses the password');
  await expect(startAt(wrong.name())).rejects.toThrow('create it with createdb');
  await expect(startAt(wrong.port())).rejects.toThrow('does not answer');
});

it('is found fit by the doctor, or told what keeps it from working', async () => {
  expect(await checkPostgres(databaseUrl)).toEqual({ state: 'green', found: { code: 'postgres-answers' } });
  for (const [url, why] of [
    [wrong.password(), 'password'],
    [wrong.name(), 'missing'],
  ] as const) {
    const finding = await checkPostgres(url);
    expect(finding).toMatchObject({ state: 'red', found: { code: 'postgres-refuses', why } });
    expect(JSON.stringify(finding)).not.toContain(new URL(url).password);
  }
  expect(await checkPostgres(wrong.port())).toEqual({ state: 'red', found: { code: 'postgres-silent' } });
});
