import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig, type TlsConfig } from '../../server/config/config.ts';
import { checkCertificate, servedFingerprint } from '../../server/doctor/certificate.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { readPair } from '../../server/tls/pair.ts';
import { Program } from '../support/childServer.ts';
import { writeCertificate } from '../support/trust.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-tls-'));
const log: string[] = [];
let files: TlsConfig;
let config: Config;
let server: RunningServer;

beforeAll(async () => {
  files = await writeCertificate(folder, 'site', ['localhost'], 30);
  const read = readConfig({
    SEALROOM_PORT: '0',
    SEALROOM_MEDIA_PORT: '0',
    SEALROOM_WORKERS: '1',
    SEALROOM_HOST: 'localhost',
    SEALROOM_DATA: join(folder, 'data'),
    SEALROOM_TLS_CERT: files.certFile,
    SEALROOM_TLS_KEY: files.keyFile,
  });
  config = { ...read, media: { ...read.media, listen: ['127.0.0.1'] } };
  server = await startServer(config, {
    workerBin: await ensureWorkerBinary(),
    clientDir: folder,
    logStream: { write: (line) => log.push(line) },
  });
});

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = () => servedFingerprint(server.port);

/** Replaces the files as a renewal does: others are moved to their place. */
async function renew(days = 60): Promise<string> {
  const next = await writeCertificate(folder, 'next', ['localhost', 'other.test'], days);
  const { fingerprint256 } = readPair(next).certificate;
  renameSync(next.keyFile, files.keyFile);
  renameSync(next.certFile, files.certFile);
  return fingerprint256;
}

async function request(path: string, agent: Agent): Promise<string> {
  const [answer] = await once(get({ port: server.port, path, agent, host: 'localhost' }), 'response');
  return text(answer);
}

const metric = async (name: string) => {
  const agent = new Agent({ rejectUnauthorized: false });
  const all = await request('/api/metrics', agent);
  agent.destroy();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(all)?.[1]);
};

describe('certificate files that change', () => {
  it('are served to new connections, while open ones go on', async () => {
    const before = await shown();
    const open = connect({ port: server.port, host: 'localhost', rejectUnauthorized: false });
    await once(open, 'secureConnect');
    const renewed = await renew();
    await until(shown, (fingerprint) => fingerprint === renewed, 'the renewed certificate is shown');
    open.write('GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(String(await once(open, 'data'))).toContain('200 OK');
    expect(open.getPeerX509Certificate()?.fingerprint256).toBe(before);
    open.destroy();
    expect(await metric('sealroom_certificate_refused')).toBe(0);
    const until60 = readPair(files).certificate.validToDate.getTime() / 1_000;
    expect(await metric('sealroom_certificate_expiry_seconds')).toBe(until60);
  });

  it('are refused where they do not fit or have expired, and the one before is served on, loudly', async () => {
    const before = await shown();
    const other = await writeCertificate(folder, 'other', ['localhost'], 30);
    const good = readPair(files);
    renameSync(other.keyFile, files.keyFile);
    await until(
      () => server.certificate?.failure,
      (failure) => failure != null,
      'the pair is refused',
    );
    expect(server.certificate?.reload()).toBe(false);
    expect(await shown()).toBe(before);
    expect(await metric('sealroom_certificate_refused')).toBe(1);
    expect(log.filter((line) => line.includes('certificate files refused'))).toHaveLength(1);
    expect(checkCertificate(files, null, Date.now(), await shown())).toMatchObject({
      state: 'red',
      found: { code: 'certificate-foreign-key', still: true },
    });
    await renew(-0.5);
    await until(
      () => server.certificate?.failure,
      (failure) => failure === 'the new certificate has expired',
      'refused',
    );
    expect(await shown()).toBe(before);
    // Half a certificate, as while it is being written.
    writeFileSync(files.certFile, good.cert.slice(0, 200));
    expect(server.certificate?.reload()).toBe(false);
    const mended = await renew();
    await until(shown, (fingerprint) => fingerprint === mended, 'the mended certificate is shown');
    expect(await metric('sealroom_certificate_refused')).toBe(0);
  });

  it('are read again at SIGHUP, which ends nothing', async () => {
    const child = new Program(process.execPath, ['server/main.ts'], {
      cwd: process.cwd(),
      env: {
        ...process.env,
        SEALROOM_PORT: '0',
        SEALROOM_MEDIA_PORT: '0',
        SEALROOM_WORKERS: '1',
        SEALROOM_DATA: join(folder, 'child'),
        SEALROOM_TLS_CERT: files.certFile,
        SEALROOM_TLS_KEY: files.keyFile,
      },
    });
    try {
      await child.says('Sealroom is ready');
      process.kill(child.pid, 'SIGHUP');
      await child.says('certificate files read again');
      expect(await child.stop()).toBe(0);
    } finally {
      await child.kill();
    }
  });
});
