import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
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

const read = (file: string) => readFileSync(`server/deploy/monitoring/${file}`, 'utf8');
const filled = z.string().min(1);

const alert = z.strictObject({
  alert: filled,
  expr: filled,
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: filled, action: filled.optional() }),
});

const scraping = z.strictObject({
  rule_files: z.array(filled),
  scrape_configs: z.array(z.looseObject({ job_name: filled, metrics_path: z.literal('/api/metrics') })),
});

const dashboard = z.looseObject({
  uid: filled,
  title: filled,
  panels: z.array(
    z.looseObject({
      title: filled,
      targets: z
        .array(z.looseObject({ expr: filled }))
        .min(1)
        .optional(),
    }),
  ),
});

it('are scraped, alerted on and drawn by files that can be read', () => {
  const groups = z.strictObject({
    groups: z.array(z.strictObject({ name: filled, rules: z.array(alert) })),
  });
  const rules = groups.parse(parse(read('alerts.yaml'))).groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  expect(new Set(rules.map((rule) => rule.alert)).size).toBe(rules.length);
  const { scrape_configs: jobs, rule_files: files } = scraping.parse(parse(read('prometheus.yaml')));
  expect(files).toEqual(['alerts.yaml']);
  for (const { expr } of rules) {
    const [, job] = /job="(\w+)"/.exec(expr) ?? [];
    if (job !== undefined) expect(jobs.map(({ job_name: name }) => name)).toContain(job);
  }
  expect(dashboard.parse(JSON.parse(read('grafana-dashboard.json'))).panels.length).toBeGreaterThan(3);
});

it('have every name that the dashboard and the alerts ask for', async () => {
  await scrape(open);
  const [, text] = await scrape(open);
  for (const file of ['grafana-dashboard.json', 'alerts.yaml']) {
    const asked = read(file).match(/\b(sealroom|nodejs|process)_[a-z0-9_]+/g);
    expect(asked?.length).toBeGreaterThan(5);
    for (const name of asked ?? []) expect(text, name).toContain(`\n${name}`);
  }
});
