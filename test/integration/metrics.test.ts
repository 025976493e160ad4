import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';

const TOKEN = 'a-token-of-more-than-sixteen';
const folder = mkdtempSync(join(tmpdir(), 'sealroom-metrics-'));
let open: RunningServer;
let guarded: RunningServer;

beforeAll(async () => {
  const workerBin = await ensureWorkerBinary();
  const start = (name: string, environment: Record<string, string>) => {
    const data = { SEALROOM_PORT: '0', SEALROOM_WORKERS: '1', SEALROOM_DATA: join(folder, name) };
    const config = readConfig({ ...data, ...environment });
    const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
    return startServer({ ...config, media, logLevel: 'silent' }, { workerBin, clientDir: folder });
  };
  open = await start('open', {});
  guarded = await start('guarded', { SEALROOM_METRICS_TOKEN: TOKEN });
});

afterAll(async () => {
  await open?.close();
  await guarded?.close();
  rmSync(folder, { recursive: true, force: true });
});

function scrape(server: RunningServer, headers: Record<string, string> = {}): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path: '/api/metrics', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    })
      .on('error', reject)
      .end();
  });
}

it('are for programs on this machine where no token is set, and not for what a proxy passes on', async () => {
  const [status, text] = await scrape(open);
  expect(status).toBe(200);
  expect(text).toMatch(/^sealroom_media_workers 1$/m);
  expect(text).toMatch(/^sealroom_media_worker_memory_bytes\{worker="0"\} \d{6,}$/m);
  expect(text).toMatch(/^sealroom_audit_events_total\{kind="start"\} 1$/m);
  for (const headers of [
    { host: 'meet.example.org' },
    { 'x-forwarded-for': '203.0.113.9' },
    { via: '1.1 proxy' },
  ]) {
    expect((await scrape(open, headers))[0]).toBe(404);
  }
});

it('are for whoever has the token where one is set', async () => {
  expect((await scrape(guarded))[0]).toBe(404);
  expect((await scrape(guarded, { authorization: `Bearer ${TOKEN}x` }))[0]).toBe(404);
  expect((await scrape(guarded, { authorization: `Bearer ${TOKEN}`, host: 'meet.example.org' }))[0]).toBe(
    200,
  );
});

it('have every name that the dashboard and the alerts ask for', async () => {
  await scrape(open);
  const [, text] = await scrape(open);
  for (const file of ['grafana-dashboard.json', 'alerts.yaml']) {
    const asked = readFileSync(`server/deploy/monitoring/${file}`, 'utf8').match(
      /\b(sealroom|nodejs|process)_[a-z0-9_]+/g,
    );
    expect(asked?.length).toBeGreaterThan(5);
    for (const name of asked ?? []) expect(text, name).toContain(`\n${name}`);
  }
});
