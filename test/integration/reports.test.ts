import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SignatureKeyPair, sign, signatureKeyPair } from '../../client/e2ee/crypto/ed25519.ts';
import type { ReportBundle } from '../../client/e2ee/reports/bundle.ts';
import { sealReport } from '../../client/e2ee/reports/seal.ts';
import { ready } from '../../client/e2ee/sodium.ts';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { fromBase64Url, toBase64Url } from '../../shared/bytes.ts';
import { failure } from '../../shared/errors.ts';
import { type DeviceKey, deviceKey, type MeetingId } from '../../shared/ids.ts';
import {
  encodeReportDelivery,
  encodeReportFile,
  maximumDelivery,
  reportDeliveryInput,
} from '../../shared/protocol/report.ts';
import { keptReport } from '../../shared/protocol/rest.ts';
import type { RecordBody } from '../../shared/records/record.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { runNpmTool } from '../support/npmTool.ts';
import { sampleReport } from '../unit/reports/sample.ts';
import { founding, Host } from './http/genesis.ts';

const MARKER = 'PLANTED-IN-A-REPORT';
let folder: string;
let server: RunningServer;
let now = 1_800_000_000_000;
const logLines: string[] = [];

const run = (script: string, args: readonly string[], input = '') =>
  runNpmTool(script, args, { input, env: { SEALROOM_DATA: join(folder, 'data') } });

const inFolder = (...parts: string[]) => join(folder, ...parts);

async function publicKey(keys: string): Promise<Uint8Array> {
  return fromBase64Url((await readFile(inFolder(keys, 'report-key.public.txt'), 'utf8')).trim());
}

function configuration(data: string, change: Partial<Config>): Config {
  const config = readConfig({ SEALROOM_PORT: '0', SEALROOM_DATA: inFolder(data), SEALROOM_WORKERS: '1' });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  return { ...config, logLevel: 'trace', media, ...change };
}

const start = async (data: string, change: Partial<Config> = {}) =>
  startServer(configuration(data, change), {
    workerBin: await ensureWorkerBinary(),
    logStream: { write: (line) => void logLines.push(line) },
    clock: { now: () => now, at: () => () => undefined },
  });

beforeAll(async () => {
  await ready();
  folder = await mkdtemp(join(tmpdir(), 'sealroom-reports-'));
  const made = await run('report:keys', [inFolder('keys')]);
  expect(made).toMatchObject({ code: 0, error: '' });
  const line = (await readFile(inFolder('keys', 'report-key.public.txt'), 'utf8')).trim();
  server = await start('data', { reportKey: readConfig({ SEALROOM_REPORT_KEY: line }).reportKey });
}, 600_000);

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

// Full buckets for each test.
beforeEach(() => {
  now += 24 * 60 * 60_000;
});

interface Device {
  readonly pair: SignatureKeyPair;
  readonly key: DeviceKey;
}

function newDevice(): Device {
  const pair = signatureKeyPair();
  return { pair, key: deviceKey.parse(toBase64Url(pair.publicKey)) };
}

async function newMeeting(records: (device: DeviceKey) => RecordBody[], device = newDevice()) {
  const host = new Host();
  const body = founding(host.genesis(), ...records(device.key).map((each) => host.sign(each)));
  const response = await fetch(`${server.url}/api/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return { meeting: host.meeting, device };
}

const admitted = () => newMeeting((device) => [{ type: 'admit', devices: [device] }]);

async function sealed(meeting: MeetingId, { pair, key }: Device, change: Partial<ReportBundle> = {}) {
  const bundle = sampleReport(key, { meeting, text: MARKER, ...change });
  return sealReport(await publicKey('keys'), bundle, pair);
}

function delivery(meeting: MeetingId, { pair, key }: Device, bytes: Uint8Array): Uint8Array {
  const signature = sign(pair.privateKey, reportDeliveryInput(meeting, bytes));
  return encodeReportDelivery({ device: key, signature, sealed: bytes });
}

async function send(meeting: string, body: Uint8Array, url = server.url): Promise<string> {
  const response = await fetch(`${url}/api/meetings/${meeting}/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(body),
  });
  const answer: unknown = await response.json();
  if (response.status === 201) return keptReport.parse(answer).report;
  return `${response.status} ${failure.parse(answer).code}`;
}

async function report(meeting: MeetingId, device: Device): Promise<string> {
  return send(meeting, delivery(meeting, device, await sealed(meeting, device)));
}

const KEPT = /^[A-Za-z0-9_-]{22}$/;

describe('who may report', () => {
  const lobby = presetPolicy('moderated');
  const cases: [string, (device: DeviceKey) => RecordBody[], boolean][] = [
    ['a device that was let in', (device) => [{ type: 'admit', devices: [device] }], true],
    ['a host', (device) => [{ type: 'grant', device, role: 'host' }], true],
    [
      'a device that was removed and barred',
      (device) => [
        { type: 'admit', devices: [device] },
        { type: 'remove', devices: [device], ban: true },
      ],
      true,
    ],
    [
      'anybody where the meeting had no lobby for a time',
      () => [
        { type: 'policy', policy: presetPolicy('open') },
        { type: 'policy', policy: lobby },
      ],
      true,
    ],
    ['a device that was never let in', () => [{ type: 'policy', policy: { ...lobby } }], false],
    [
      'a device that was barred without having been in',
      (device) => [{ type: 'remove', devices: [device], ban: true }],
      false,
    ],
  ];
  it.each(cases)('%s', async (_name, records, may) => {
    const { meeting, device } = await newMeeting(records);
    const answer = await report(meeting, device);
    if (may) expect(answer).toMatch(KEPT);
    else expect(answer).toBe('401 not-admitted');
  });

  it('a member of a meeting that has ended', async () => {
    const host = new Host();
    const device = newDevice();
    const body = founding(host.genesis(), host.sign({ type: 'admit', devices: [device.key] }));
    await fetch(`${server.url}/api/meetings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const prev = host.head;
    const record = host.sign({ type: 'end' });
    if (!prev || !host.head) throw new Error('the chain has a head');
    await server.store.append(host.meeting, { record, hash: host.head, prev, seq: 2, endedAt: now });
    expect(await report(host.meeting, device)).toMatch(KEPT);
  });
});

describe('what is refused', () => {
  it('a delivery that its device did not sign for this meeting', async () => {
    const { meeting, device } = await admitted();
    const other = await newMeeting((key) => [{ type: 'admit', devices: [key] }], device);
    const bytes = await sealed(meeting, device);
    const body = delivery(meeting, device, bytes);
    expect(await send(other.meeting, body)).toBe('400 bad-signature');
    const damaged = Uint8Array.from(body);
    damaged[5_000] = (damaged[5_000] ?? 0) ^ 1;
    expect(await send(meeting, damaged)).toBe('400 bad-signature');
    const forged = Uint8Array.from(body);
    forged.set(newDevice().pair.publicKey);
    expect(await send(meeting, forged)).toBe('400 bad-signature');
  });

  it('another form, another length, an unknown meeting', async () => {
    const { meeting, device } = await admitted();
    const body = delivery(meeting, device, await sealed(meeting, device));
    expect(await send(meeting, body.slice(0, -1))).toBe('400 bad-request');
    expect(await send(meeting, new Uint8Array(10))).toBe('400 bad-request');
    expect(await send(meeting, new Uint8Array(maximumDelivery + 1))).toBe('413 too-large');
    const nowhere = new Host().meeting;
    expect(await send(nowhere, delivery(nowhere, device, await sealed(nowhere, device)))).toBe(
      '404 not-found',
    );
    expect(await send('nonsense', body)).toBe('404 not-found');
    const asText = await fetch(`${server.url}/api/meetings/${meeting}/reports`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(body),
    });
    expect(failure.parse(await asText.json()).code).toBe('bad-request');
  });

  it('more than a few of one device, until time has passed', async () => {
    const { meeting, device } = await admitted();
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await report(meeting, device));
    expect(answers.slice(0, 3).every((answer) => KEPT.test(answer))).toBe(true);
    expect(answers[3]).toBe('429 rate-limited');
    now += 20 * 60_000;
    expect(await report(meeting, device)).toMatch(KEPT);
  });

  it('more than a meeting or an address may send', async () => {
    const devices = Array.from({ length: 41 }, newDevice);
    const { meeting } = await newMeeting(() => [
      { type: 'admit', devices: devices.map((device) => device.key) },
    ]);
    const answers = [];
    for (const device of devices) answers.push(await report(meeting, device));
    expect(answers.slice(0, 40).every((answer) => KEPT.test(answer))).toBe(true);
    expect(answers[40]).toBe('429 rate-limited');
  });

  it('everything where the operator has published no key', async () => {
    const { meeting, device } = await admitted();
    const body = delivery(meeting, device, await sealed(meeting, device));
    const other = await start('no-key');
    try {
      expect(await send(meeting, body, other.url)).toBe('404 no-report-key');
      expect(await other.reports.list()).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('what is kept', () => {
  it('is ciphertext: nothing of a report is in the data folder or the log', async () => {
    const { meeting, device } = await admitted();
    const name = 'Planted Reporter';
    const bytes = await sealed(meeting, device, { reporter: { device: device.key, name } });
    const id = keptReport.shape.report.parse(await send(meeting, delivery(meeting, device, bytes)));
    expect(new Uint8Array((await server.reports.find(id))?.sealed ?? [])).toEqual(bytes);
    const entries = await readdir(inFolder('data'), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name: file }) => file);
    const data = Buffer.concat(await Promise.all(files.map((file) => readFile(inFolder('data', file)))));
    expect(data.includes(id)).toBe(true);
    for (const planted of [MARKER, name, 'Mallory', '林美華', 'harassment']) {
      expect(data.includes(planted), planted).toBe(false);
      expect(logLines.join('').includes(planted), planted).toBe(false);
    }
  });

  it('is deleted when its time is over', async () => {
    const { meeting, device } = await admitted();
    const id = await report(meeting, device);
    const ids = async () => (await server.reports.list()).map((each) => String(each.id));
    expect(await ids()).toContain(id);
    await server.reports.forget(now - 1);
    expect(await ids()).toContain(id);
    await server.reports.forget(now + 1);
    expect(await ids()).toEqual([]);
  });

  it('is deleted by a server that starts later', async () => {
    const first = await start('old');
    const report = {
      id: keptReport.shape.report.parse(toBase64Url(randomBytes(16))),
      meeting: new Host().meeting,
      receivedAt: now,
      sealed: new Uint8Array([1]),
    };
    const genesis = new Host();
    await first.store.create({
      id: report.meeting,
      createdAt: now,
      // Its own hash is of no matter to the store.
      records: [{ record: genesis.genesis(), hash: genesis.head ?? expect.fail('no head') }],
    });
    expect(await first.reports.add(report, 1)).toBe('added');
    expect(await first.reports.add({ ...report, id: report.id }, 1)).toBe('full');
    await first.close();
    now += 8 * 24 * 60 * 60_000;
    const later = await start('old', { reportDays: 7 });
    try {
      await expect.poll(() => later.reports.list()).toEqual([]);
    } finally {
      await later.close();
    }
  });
});

describe('the tools', () => {
  it('make keys that only their owner can read, and never over others', async () => {
    const made = await run('report:keys', [inFolder('more-keys')]);
    expect(made).toMatchObject({ code: 0, error: '' });
    expect(made.out).toMatch(/Fingerprint: (\d{5} ){5}\d{5}\n/);
    expect((await stat(inFolder('more-keys', 'report-key.private.json'))).mode & 0o777).toBe(0o600);
    const before = await readFile(inFolder('more-keys', 'report-key.private.json'), 'utf8');
    const again = await run('report:keys', [inFolder('more-keys')]);
    expect(again.code).toBe(1);
    expect(again.error).toMatch(/is there already/);
    expect(await readFile(inFolder('more-keys', 'report-key.private.json'), 'utf8')).toBe(before);
    expect((await run('report:keys', [])).error).toMatch(/^Usage/);
  });

  it('list, export and open a report', async () => {
    const { meeting, device } = await admitted();
    const id = await report(meeting, device);
    const listed = await run('report:list', []);
    expect(listed.code).toBe(0);
    expect(listed.out).toContain(id);
    expect(listed.out).toContain(meeting);
    const file = inFolder('one.sealed');
    expect(await run('report:export', [id, '--out', file])).toMatchObject({ code: 0, error: '' });
    expect((await run('report:export', [id, '--out', file])).error).toMatch(/is there already/);
    const unknown = await run('report:export', [
      toBase64Url(randomBytes(16)),
      '--out',
      inFolder('no.sealed'),
    ]);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.error).toMatch(/There is no report/);

    const key = inFolder('keys', 'report-key.private.json');
    const opened = await run('report:open', ['--key', key, '--out', inFolder('opened'), file]);
    expect(opened).toMatchObject({ code: 0, error: '' });
    const json = JSON.parse(await readFile(inFolder('opened/one/report.json'), 'utf8'));
    expect(json).toMatchObject({ meeting, text: MARKER, still: { file: 'still.png', type: 'image/png' } });
    const still = sampleReport(device.key).still?.bytes;
    expect(new Uint8Array(await readFile(inFolder('opened/one/still.png')))).toEqual(still);
    const html = await readFile(inFolder('opened/one/report.html'), 'utf8');
    expect(html).toContain(MARKER);
    // What people wrote stays text, and nothing is loaded from anywhere.
    expect(html).not.toMatch(/<script|<b>|https?:|\bon[a-z]+=/i);
    expect(html).toContain('Mallory &#60;b&#62;');
    const again = await run('report:open', ['--key', key, '--out', inFolder('opened'), file]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.error).toMatch(/holds an opened report already/);
  });

  it('open nothing with a wrong key, a damaged or a truncated file, and write nothing then', async () => {
    const { meeting, device } = await admitted();
    const file = encodeReportFile(meeting, await sealed(meeting, device));
    const damaged = Uint8Array.from(file);
    damaged[4_000] = (damaged[4_000] ?? 0) ^ 1;
    await run('report:keys', [inFolder('wrong-keys')]);
    await writeFile(inFolder('good.sealed'), file);
    await writeFile(inFolder('damaged.sealed'), damaged);
    await writeFile(inFolder('truncated.sealed'), file.slice(0, -100));
    await writeFile(inFolder('other.sealed'), 'hello');
    const key = inFolder('keys', 'report-key.private.json');
    const cases: [string, string, RegExp][] = [
      [inFolder('wrong-keys', 'report-key.private.json'), 'good', /sealed to another key/],
      [key, 'damaged', /is damaged/],
      [key, 'truncated', /its end is missing/],
      [key, 'other', /is not a report/],
      [key, 'absent', /could not be read \(ENOENT\)/],
      [inFolder('good.sealed'), 'good', /not a private report key/],
    ];
    for (const [with_, name, words] of cases) {
      // The good one comes first: even it is not written.
      const files = [inFolder('good.sealed'), inFolder(`${name}.sealed`)];
      const ran = await run('report:open', ['--key', with_, '--out', inFolder('nothing'), ...files]);
      expect(ran.code, name).toBe(1);
      expect(ran.out).toBe('');
      expect(ran.error).toMatch(words);
      expect(ran.error.trim().split('\n')).toHaveLength(1);
    }
    await expect(stat(inFolder('nothing'))).rejects.toThrow('ENOENT');
  });

  it('keep a private key under a passphrase', async () => {
    const words = 'correct horse battery';
    expect((await run('report:keys', ['--passphrase', inFolder('locked')], 'short\n')).code).toBe(1);
    await expect(stat(inFolder('locked'))).rejects.toThrow('ENOENT');
    const made = await run('report:keys', ['--passphrase', inFolder('locked')], `${words}\n`);
    expect(made).toMatchObject({ code: 0, error: '' });
    const { meeting, device } = await admitted();
    const bundle = sampleReport(device.key, { meeting });
    const bytes = sealReport(await publicKey('locked'), bundle, device.pair);
    await writeFile(inFolder('locked.sealed'), encodeReportFile(meeting, bytes));
    const key = inFolder('locked', 'report-key.private.json');
    const args = [
      '--key',
      key,
      '--out',
      inFolder('unlocked'),
      '--language',
      'zh-TW',
      inFolder('locked.sealed'),
    ];
    const wrong = await run('report:open', args, 'something else\n');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.error).toMatch(/passphrase does not open/);
    expect((await run('report:open', args)).error).toMatch(/No passphrase was given/);
    expect(await run('report:open', args, `${words}\n`)).toMatchObject({ code: 0, error: '' });
    expect(await readFile(inFolder('unlocked/locked/report.html'), 'utf8')).toContain('騷擾');
  });
});
