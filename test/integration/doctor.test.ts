import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../server/config/config.ts';
import { checkCertificate } from '../../server/doctor/certificate.ts';
import { examine } from '../../server/doctor/doctor.ts';
import { checkClock, checkDisk, checkKernelBuffers } from '../../server/doctor/machine.ts';
import { opensSocket } from '../../server/doctor/network.ts';
import { checkRedis } from '../../server/doctor/redis.ts';
import { bindingRequest, isBindingSuccess, mappedAddress } from '../../server/doctor/stun.ts';
import { startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { databasePath } from '../../server/store/open.ts';
import type { Finding } from '../../shared/doctor/finding.ts';
import { findingEn } from '../../shared/doctor/words.en.ts';
import { freePort } from '../support/childServer.ts';
import { startCoturn } from '../support/coturn.ts';
import { TestRedis } from '../support/redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-doctor-'));
let workerBin: string;

beforeAll(async () => {
  workerBin = await ensureWorkerBinary();
  writeFileSync(join(folder, 'index.html'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function configured(environment: Record<string, string> = {}): Promise<Config> {
  const config = readConfig({
    SEALROOM_PORT: String(await freePort()),
    SEALROOM_MEDIA_PORT: String(await freePort()),
    SEALROOM_DATA: join(folder, 'data'),
    SEALROOM_WORKERS: '1',
    ...environment,
  });
  return { ...config, media: { ...config.media, listen: ['127.0.0.1'] } };
}

async function findings(config: Config, program = async () => workerBin): Promise<Finding[]> {
  return Array.fromAsync(examine({ config, workerBin: program, clientDir: folder, now: Date.now }));
}

const saying = (all: readonly Finding[], name: string) =>
  all.flatMap(({ state, found }) => {
    const words = findingEn(found);
    return words.name === name ? [`${state}: ${words.says}`] : [];
  });

describe('a machine that is fit', () => {
  it('has nothing wrong, and media answers over UDP and TCP on the configured port', async () => {
    const config = await configured();
    const all = await findings(config);
    expect(all.filter(({ state }) => state === 'red')).toEqual([]);
    expect(saying(all, 'Media path')).toEqual([
      expect.stringMatching(`green: UDP 127.0.0.1, port ${config.media.port}: .*20 of 20 packets`),
      expect.stringMatching(`green: TCP 127.0.0.1, port ${config.media.port}: .*20 of 20 packets`),
    ]);
    for (const { state, found } of all) expect(findingEn(found).fix === null).toBe(state === 'green');
  });

  it('is looked at while the server runs, too', async () => {
    const config = await configured({ SEALROOM_DATA: join(folder, 'running') });
    const server = await startServer({ ...config, logLevel: 'silent' }, { workerBin, clientDir: folder });
    try {
      const url = `http://localhost:${config.port}`;
      const all = await findings({ ...config, publicUrl: url });
      expect(saying(all, 'Page port')[0]).toContain('green: Sealroom answers at');
      expect(saying(all, 'Public address')[0]).toBe(`green: Sealroom answers at ${url}, WebSockets too`);
      expect(await opensSocket(`http://127.0.0.1:${await freePort()}`)).toBe(false);
      expect(saying(all, 'Database')).toEqual(['green: intact']);
      expect(saying(all, 'Media path').at(-1)).toContain('amber: the server runs');
    } finally {
      await server.close();
    }
  });
});

describe('what is wrong', () => {
  it('a page port and a media port that others hold', async () => {
    const config = await configured();
    const page = createServer().listen(config.port, '127.0.0.1');
    const media = createSocket('udp4').bind(config.media.port, '127.0.0.1');
    await Promise.all([once(page, 'listening'), once(media, 'listening')]);
    const all = await findings(config);
    page.close();
    media.close();
    expect(saying(all, 'Page port')[0]).toContain('red: cannot listen on 127.0.0.1');
    expect(saying(all, 'Media path')[0]).toContain(`red: cannot listen on port ${config.media.port}`);
  });

  it('TURN and an identity provider that do not answer; a public address without HTTPS', async () => {
    const closed = await freePort();
    const config = await configured({
      SEALROOM_TURN_URLS: `turn:127.0.0.1:${closed},turns:127.0.0.1:${closed}`,
      SEALROOM_TURN_SECRET: 'sixteen letters!',
      SEALROOM_OIDC_ISSUER: `http://localhost:${closed}`,
      SEALROOM_OIDC_CLIENT_ID: 'x',
      SEALROOM_PUBLIC_URL: 'http://meet.example.org',
    });
    const all = await findings(config);
    expect(saying(all, 'TURN').map((each) => each.slice(0, 3))).toEqual(['red', 'red']);
    expect(saying(all, 'Identity provider')[0]).toContain('red: ');
    expect(saying(all, 'Public address')[0]).toContain('is not HTTPS');
  });

  it('TURN: a call passes through a relay with our secret, and none comes about with another', async () => {
    const place = `turn:127.0.0.1:${await freePort()}`;
    const urls = `${place}?transport=udp,${place}?transport=tcp`;
    const turn = (secret: string) => configured({ SEALROOM_TURN_URLS: urls, SEALROOM_TURN_SECRET: secret });
    const config = await turn('the secret of both');
    if (!config.media.turn) throw new Error('no TURN');
    const options = { turn: config.media.turn, tls: null, listen: ['127.0.0.1'] };
    let coturn = await startCoturn({ ...options, media: ['127.0.0.1'] });
    try {
      expect(saying(await findings(config), 'TURN')).toEqual([
        expect.stringMatching(/^green: turn:.*=udp gives a relay, and a call passes \(20 of 20 packets\)/),
        expect.stringMatching(/^green: turn:.*=tcp gives a relay, and a call passes \(20 of 20 packets\)/),
      ]);
      const wrong = saying(await findings(await turn('a secret of another')), 'TURN');
      expect(wrong).toEqual([1, 2].map(() => expect.stringMatching(/^red: turn:.* refuses our credentials/)));
    } finally {
      await coturn.close();
    }
    coturn = await startCoturn({ ...options, media: ['192.0.2.99'] });
    try {
      const elsewhere = saying(await findings(config), 'TURN');
      expect(elsewhere).toEqual([1, 2].map(() => expect.stringMatching(/^red: turn:.* passes nothing on/)));
    } finally {
      await coturn.close();
    }
  });

  it('a damaged database', async () => {
    const config = await configured({ SEALROOM_DATA: join(folder, 'damaged') });
    mkdirSync(config.dataDir);
    writeFileSync(databasePath(config.dataDir), 'SQLite format 3\0 and then nothing of the kind'.repeat(50));
    expect(saying(await findings(config), 'Database')[0]).toMatch(/^red: /);
  });

  it('certificates that have expired, will soon, are for another name, or lack their key', async () => {
    const day = 24 * 3_600_000;
    const now = Date.now();
    const write = async (name: string, days: number) => {
      const { cert, private: key } = await generate([{ name: 'commonName', value: 'meet.example.org' }], {
        keyType: 'ec',
        notBeforeDate: new Date(now - day),
        notAfterDate: new Date(now + days * day),
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'meet.example.org' }] }],
      });
      const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
      writeFileSync(files.certFile, cert);
      writeFileSync(files.keyFile, key);
      return files;
    };
    const [good, soon] = [await write('good', 90), await write('soon', 5)];
    const check = (tls: Config['tls'], host: string | null = 'meet.example.org', at = now) =>
      tls && checkCertificate(tls, host, at);
    expect(check(good)?.state).toBe('green');
    expect(check(good, null)?.state).toBe('green');
    expect(check(soon)).toMatchObject({ state: 'amber', found: { code: 'certificate-ends' } });
    expect(check(soon, undefined, now + 10 * day)).toMatchObject({
      state: 'red',
      found: { code: 'certificate-expired' },
    });
    expect(check(good, 'other.example.org')).toMatchObject({
      state: 'red',
      found: { code: 'certificate-other-name', host: 'other.example.org' },
    });
    expect(check({ ...good, keyFile: soon.keyFile })).toMatchObject({ state: 'red' });
  });

  it('a Redis that is gone, and one that forgets', async () => {
    const redis = await TestRedis.start();
    const client = createClient({ url: redis.url });
    try {
      await client.connect();
      expect(await checkRedis(redis.url)).toMatchObject({ state: 'green' });
      await client.configSet('maxmemory-policy', 'allkeys-lru');
      expect(await checkRedis(redis.url)).toMatchObject({
        state: 'amber',
        found: { code: 'redis-forgets', policy: 'allkeys-lru' },
      });
      expect(await checkRedis(redis.url.replace(/:[^:@]+@/, ':wrong@'))).toMatchObject({ state: 'red' });
    } finally {
      client.destroy();
      await redis.close();
    }
    expect(await checkRedis(redis.url)).toMatchObject({ state: 'red' });
  });

  it('a media worker that is missing, and one that exits; no call is tried then', async () => {
    const config = await configured();
    const missing = await findings(config, () => ensureWorkerBinary({ env: { SEALROOM_WORKER: 'none' } }));
    expect(saying(missing, 'Media worker')).toEqual(['red: is missing']);
    const exits = await findings(config, async () => '/bin/false');
    expect(saying(exits, 'Media worker')).toEqual([expect.stringMatching(/^red: does not start: ./)]);
    const given = () => ensureWorkerBinary({ env: { MEDIASOUP_WORKER_BIN: '/bin/false' } });
    const seen = await findings(config, given);
    expect(saying(seen, 'Media worker')).toEqual([
      expect.stringMatching(/^red: does not start: .*\/bin\/false/),
    ]);
    for (const all of [missing, exits, seen]) {
      expect(saying(all, 'Media path')).toEqual([]);
      expect(saying(all, 'TURN')).toHaveLength(1);
    }
  });

  it('a disk with little room', () => {
    const gib = 1024 ** 3;
    const withFree = (free: number) =>
      checkDisk(folder, () => ({ bavail: (free * gib) / 4_096, bsize: 4_096 }));
    expect(withFree(5)).toEqual({ state: 'green', found: { code: 'disk-free', gib: 5, folder } });
    expect(withFree(4.5)).toEqual({ state: 'amber', found: { code: 'disk-low', gib: 4.5, folder } });
    expect(withFree(0.5)).toEqual({ state: 'red', found: { code: 'disk-low', gib: 0.5, folder } });
    const { bavail, bsize } = statfsSync(folder);
    const { found } = checkDisk(folder);
    expect(found).toMatchObject({ folder, gib: expect.closeTo((bavail * bsize) / gib, 0) });
  });

  it('small kernel buffers, and a clock that is off', () => {
    expect(checkKernelBuffers(() => '212992\n')).toMatchObject({ state: 'amber' });
    expect(checkKernelBuffers(() => '4194304\n')).toMatchObject({ state: 'green' });
    expect(checkClock(1_000_000, 1_001_000)).toMatchObject({ state: 'green' });
    expect(checkClock(1_000_000, 1_060_000)).toMatchObject({ state: 'red' });
  });
});

describe('STUN', () => {
  const ice = { usernameFragment: 'fragment', password: 'a password of the transport' };

  it('takes no answer that is for another request or signed by another', () => {
    const id = Buffer.alloc(12, 7);
    const answer = bindingRequest(id, ice);
    answer.writeUInt16BE(0x0101, 0);
    // The type is signed, too, so that a request turned into an answer does not hold.
    expect(isBindingSuccess(answer, id, ice)).toBe(false);
    expect(isBindingSuccess(answer, id, null)).toBe(true);
    expect(isBindingSuccess(answer, Buffer.alloc(12, 8), null)).toBe(false);
    expect(isBindingSuccess(Buffer.alloc(3), id, null)).toBe(false);
  });

  it('hears when nobody answers', async () => {
    expect(await mappedAddress('127.0.0.1', await freePort())).toBeNull();
  });
});

it('npm run doctor says it in lines and by its exit code', async () => {
  const run = (environment: Record<string, string>) =>
    spawnSync(process.execPath, ['server/tools/doctor.ts'], {
      encoding: 'utf8',
      env: { ...process.env, SEALROOM_DATA: join(folder, 'cli'), SEALROOM_WORKERS: '1', ...environment },
    });
  const port = String(await freePort());
  const wrong = run({
    SEALROOM_PORT: port,
    SEALROOM_MEDIA_PORT: '0',
    SEALROOM_PUBLIC_URL: 'http://x.example',
  });
  expect(wrong.status).toBe(1);
  expect(wrong.stdout).toMatch(/WRONG +Public address +http:\/\/x\.example is not HTTPS/);
  const unreadable = run({ SEALROOM_PORT: 'web' });
  expect(unreadable.status).toBe(2);
  expect(unreadable.stderr).toContain('SEALROOM_PORT must be');
});
