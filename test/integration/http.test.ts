import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { StartError } from '../../server/startError.ts';
import { lanCertificate } from '../../server/tools/lanCertificate.ts';
import { failure } from '../../shared/errors.ts';
import { reportKey } from '../../shared/ids.ts';
import { createdMeeting, health, meetingStatus, siteInfo } from '../../shared/protocol/rest.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { founding, Host } from './http/genesis.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-http-'));
const clientDir = join(folder, 'client');
const script = `console.log(${JSON.stringify('x'.repeat(3000))});\n`;
const logLines: string[] = [];
const KEY = `${'k'.repeat(1621)}A`;

function configuration(name: string, change: Partial<Config> = {}): Config {
  const config = readConfig({ SEALROOM_PORT: '0', SEALROOM_DATA: join(folder, name), SEALROOM_WORKERS: '1' });
  return {
    ...config,
    logLevel: 'debug',
    media: { ...config.media, listen: ['127.0.0.1'], port: 0 },
    ...change,
  };
}

let server: RunningServer;
let workerBin: string;

beforeAll(async () => {
  mkdirSync(join(clientDir, 'assets'), { recursive: true });
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>Sealroom</title>');
  writeFileSync(join(clientDir, '.inputs'), 'secret of the build');
  writeFileSync(join(clientDir, 'assets/main-abc.js'), script);
  writeFileSync(join(clientDir, 'assets/main-abc.js.br'), brotliCompressSync(script));
  writeFileSync(join(clientDir, 'assets/main-abc.js.gz'), gzipSync(script));
  workerBin = await ensureWorkerBinary();
  server = await startServer(configuration('main', { reportKey: reportKey.parse(KEY) }), {
    workerBin,
    clientDir,
    logStream: { write: (line) => void logLines.push(line) },
  });
}, 600_000);

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const base = () => `http://127.0.0.1:${server.port}`;
const get = (path: string, headers: Record<string, string> = {}) => fetch(base() + path, { headers });

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${base()}/api/meetings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return `${response.status} ${failure.parse(await response.json()).code}`;
}

/** The request as it is: fetch would tidy up the path and add headers of its own. */
function rawGet(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('every response', () => {
  it.each(['/', '/m/abc', '/assets/main-abc.js', '/api/health', '/api/nothing', '/no.txt'])(
    'carries the security headers: %s',
    async (path) => {
      const { headers } = await get(path);
      const policy = Object.fromEntries(
        (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
          const [name, ...values] = directive.trim().split(/\s+/);
          return [name, values.join(' ')];
        }),
      );
      expect(policy).toEqual({
        'default-src': "'none'",
        'script-src': "'self' 'wasm-unsafe-eval'",
        'style-src': "'self'",
        'img-src': "'self' blob: data:",
        'media-src': "'self' blob:",
        'connect-src': `'self' ws://127.0.0.1:${server.port}`,
        'worker-src': "'self'",
        'manifest-src': "'self'",
        'font-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
        'require-trusted-types-for': "'script'",
        'trusted-types': 'sealroom-worker',
      });
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('permissions-policy')).toContain('camera=(self), microphone=(self)');
      expect(headers.get('permissions-policy')).toContain('geolocation=()');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
      const disposition = path.startsWith('/api/') ? 'attachment; filename="api.json"' : null;
      expect(headers.get('content-disposition')).toBe(disposition);
    },
  );

  it('lets no forged host write into the policy', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write("GET / HTTP/1.1\r\nHost: x; script-src 'unsafe-inline'\r\nConnection: close\r\n\r\n");
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).not.toContain('unsafe-inline');
  });
});

describe('the page', () => {
  it.each(['/', '/m/AAAAAAAAAAAAAAAAAAAAAA', '/security', '/index.html'])('is served at %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>Sealroom</title>');
  });

  it('serves hashed files for ever, in the encoding that is understood', async () => {
    const plain = await get('/assets/main-abc.js', { 'Accept-Encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(plain.headers.get('vary')).toContain('Accept-Encoding');
    expect(await plain.text()).toBe(script);
    const brotli = await get('/assets/main-abc.js', { 'Accept-Encoding': 'gzip, br' });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(await brotli.text()).toBe(script);
    const zipped = await get('/assets/main-abc.js', { 'Accept-Encoding': 'gzip, br;q=0' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(Number(zipped.headers.get('content-length'))).toBe(gzipSync(script).length);
    expect(gunzipSync(gzipSync(script)).toString()).toBe(await zipped.text());
  });

  it('is not sent again while it is the same', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    expect((await rawGet('/', { 'If-None-Match': etag })).status).toBe(304);
    expect((await rawGet('/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it.each([
    '/assets/none.js',
    '/.inputs',
    '/assets/../.inputs',
    '/%2e%2e/%2e%2e/package.json',
    '/../package.json',
    '/assets/main-abc.js.br',
    '/favicon.ico',
  ])('has no file at %s', async (path) => {
    const { status, body } = await rawGet(path);
    expect(status).toBe(404);
    expect(body).toBe('There is nothing here.\n');
  });

  it('takes no other methods', async () => {
    expect((await fetch(`${base()}/`, { method: 'POST' })).status).toBe(404);
    const head = await fetch(`${base()}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('is picked up when it is built again, and says so before it is built', async () => {
    const dir = join(folder, 'later');
    const other = await startServer(configuration('later-data'), {
      workerBin,
      clientDir: dir,
      logStream: { write: () => true },
    });
    try {
      const early = await fetch(`http://127.0.0.1:${other.port}/`);
      expect(early.status).toBe(503);
      expect(await early.text()).toContain('npm run build');
      mkdirSync(dir);
      writeFileSync(join(dir, 'index.html'), 'built');
      expect(await (await fetch(`http://127.0.0.1:${other.port}/`)).text()).toBe('built');
    } finally {
      await other.close();
    }
  });
});

describe('the API', () => {
  it('tells its health', async () => {
    for (const path of ['/api/health', '/api/ready']) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(health.parse(await response.json())).toMatchObject({ status: 'ok', protocol: PROTOCOL_VERSION });
    }
  });

  it('publishes the key that reports are sealed to', async () => {
    expect(siteInfo.parse(await (await get('/api/site')).json()).reportKey).toBe(KEY);
  });

  it('answers unknown paths and methods as failures', async () => {
    expect(await codeOf(await get('/api'))).toBe('404 not-found');
    expect(await codeOf(await get('/api/meetings'))).toBe('404 not-found');
    expect(await codeOf(await get('/api/x/y.json'))).toBe('404 not-found');
    expect(await codeOf(await fetch(`${base()}/api/health`, { method: 'DELETE' }))).toBe('404 not-found');
  });

  it('founds a meeting and tells of it', async () => {
    const host = new Host();
    const response = await post(founding(host.genesis(), host.sign({ type: 'lock', locked: true })));
    expect(response.status).toBe(201);
    expect(createdMeeting.parse(await response.json())).toEqual({ meeting: host.meeting, head: host.head });
    const status = await get(`/api/meetings/${host.meeting}`);
    expect(meetingStatus.parse(await status.json())).toEqual({
      state: 'open',
      preset: 'moderated',
      lobby: true,
    });
    expect(await server.store.records(host.meeting)).toHaveLength(2);
  });

  it('answers the same request again alike, and lets no one else take the id', async () => {
    const host = new Host();
    const body = founding(host.genesis());
    const head = host.head;
    expect((await post(body)).status).toBe(201);
    const again = await post(body);
    expect(again.status).toBe(200);
    expect(createdMeeting.parse(await again.json()).head).toBe(head);
    const thief = new Host();
    Object.assign(thief, { meeting: host.meeting });
    expect(await codeOf(await post(founding(thief.genesis())))).toBe('403 forbidden');
    expect(await server.store.records(host.meeting)).toHaveLength(1);
  });

  it('refuses what is not founded by its own host key', async () => {
    const host = new Host();
    const genesis = host.genesis();
    const lock = host.sign({ type: 'lock', locked: true });
    const flipped = {
      ...genesis,
      signature: genesis.signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
    };
    const ended = new Host();
    const cases: [unknown, string][] = [
      [founding(flipped), '400 bad-signature'],
      [founding(lock), '400 bad-request'],
      [founding(lock, genesis), '400 bad-request'],
      [founding(genesis, new Host().genesis()), '400 bad-request'],
      [founding({ ...genesis, bytes: genesis.bytes.slice(1) }), '400 bad-request'],
      [founding(ended.genesis(), ended.sign({ type: 'end' })), '400 bad-request'],
      [{ records: [] }, '400 bad-request'],
      [{ records: [{ bytes: 'AA', signature: 'AA' }] }, '400 bad-request'],
      [{ records: founding(genesis).records, extra: 1 }, '400 bad-request'],
      [{ records: Array.from({ length: 9 }, () => founding(genesis).records[0]) }, '400 bad-request'],
      [null, '400 bad-request'],
      ['{"records":', '400 bad-request'],
      [JSON.stringify({ records: 'x'.repeat(300_000) }), '413 too-large'],
    ];
    for (const [body, code] of cases) expect(await codeOf(await post(body))).toBe(code);
    expect(await server.store.records(host.meeting)).toEqual([]);
    expect(await codeOf(await get(`/api/meetings/${host.meeting}`))).toBe('404 not-found');
    expect(await codeOf(await get('/api/meetings/nonsense'))).toBe('404 not-found');
  });

  it('takes JSON only, so that no form of another site can found meetings', async () => {
    const body = JSON.stringify(founding(new Host().genesis()));
    expect(await codeOf(await post(body, { 'Content-Type': 'text/plain' }))).toBe('400 bad-request');
  });

  it('limits how many one address founds', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.9' };
    let answer = '';
    let retryAfter: string | null = null;
    for (let i = 0; i < 40 && !answer.startsWith('429'); i++) {
      const response = await post('{}', from);
      retryAfter = response.headers.get('retry-after');
      answer = await codeOf(response);
    }
    expect(answer).toBe('429 rate-limited');
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(await codeOf(await post('{}', { 'X-Forwarded-For': '203.0.113.10' }))).toBe('400 bad-request');
  });
});

describe('the log', () => {
  it('has no ids, paths or addresses', async () => {
    const host = new Host();
    await post(founding(host.genesis()), { 'X-Forwarded-For': '198.51.100.77' });
    await get(`/api/meetings/${host.meeting}`);
    await get(`/m/${host.meeting}?marker=planted`);
    const text = logLines.join('');
    expect(text).toContain('"msg":"request"');
    for (const secret of [host.meeting, host.hostKey, 'planted', '198.51.100.77', '/m/']) {
      expect(text).not.toContain(secret);
    }
  });

  it('has one line for each request, by the id in its answer', async () => {
    const asked: readonly (readonly [path: string, kind: string, status: number])[] = [
      ['/api/site', 'api', 200],
      ['/api/nothing', 'api', 404],
      ['/', 'page', 200],
    ];
    const ids = new Set<string>();
    for (const [path, kind, status] of asked) {
      const response = await get(path);
      await response.arrayBuffer();
      const id = response.headers.get('x-request-id') ?? '';
      expect(id).toMatch(/^[0-9a-f]{12}$/);
      ids.add(id);
      const line = JSON.stringify({ request: id, method: 'GET', kind, status }).slice(1, -1);
      const lines = () => logLines.filter((each) => each.includes(id));
      // Written when the answer has left, which may be after it has come.
      await expect.poll(lines).toEqual([expect.stringContaining(line)]);
    }
    expect(ids.size).toBe(asked.length);
  });
});

describe('the server', () => {
  it('keeps its data folder to its owner', () => {
    expect(statSync(join(folder, 'main')).mode & 0o777).toBe(0o700);
  });

  it('names the setting when its port is taken, and leaves nothing behind', async () => {
    const attempt = startServer(configuration('taken', { port: server.port }), {
      workerBin,
      logStream: { write: () => true },
    });
    await expect(attempt).rejects.toThrow(StartError);
    await expect(attempt).rejects.toThrow(/SEALROOM_PORT/);
  });

  it('names the setting when a media port is taken', async () => {
    const config = configuration('media-a');
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const media = { ...config.media, port };
    const options = { workerBin, logStream: { write: () => true } };
    const first = await startServer({ ...config, media }, options);
    try {
      const second = startServer(configuration('media-b', { media }), options);
      await expect(second).rejects.toThrow(/SEALROOM_MEDIA_PORT/);
    } finally {
      await first.close();
    }
  });

  it('names the setting when its data folder cannot be one', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const attempt = startServer(configuration('a-file'), { workerBin, logStream: { write: () => true } });
    await expect(attempt).rejects.toThrow(/SEALROOM_DATA/);
  });

  it('tells sockets when it stops, and stops once', async () => {
    const other = await startServer(configuration('stopping'), {
      workerBin,
      logStream: { write: () => true },
    });
    const host = new Host();
    const url = `http://127.0.0.1:${other.port}`;
    await fetch(`${url}/api/meetings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(founding(host.genesis())),
    });
    const socket = io(url, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      auth: { protocol: PROTOCOL_VERSION, meeting: host.meeting },
    });
    await new Promise((resolve) => socket.once('session:challenge', resolve));
    const reason = new Promise((resolve) => socket.once('session:closed', resolve));
    await Promise.all([other.close(), other.close()]);
    expect(await reason).toEqual({ reason: 'stopping' });
    socket.close();
    expect(other.media.workerPids).toEqual([]);
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });

  it('speaks HTTPS with a certificate of its own for the local network', async () => {
    const tls = await lanCertificate(join(folder, 'lan'), ['192.0.2.44']);
    expect(statSync(tls.keyFile).mode & 0o777).toBe(0o600);
    const made = statSync(tls.certFile).mtimeMs;
    await delay(5);
    expect(statSync((await lanCertificate(join(folder, 'lan'), ['192.0.2.44'])).certFile).mtimeMs).toBe(made);
    await lanCertificate(join(folder, 'lan'), ['192.0.2.44', '192.0.2.45']);
    expect(statSync(tls.certFile).mtimeMs).not.toBe(made);

    const other = await startServer(configuration('lan', { tls, host: '127.0.0.1' }), {
      workerBin,
      clientDir,
      logStream: { write: () => true },
    });
    try {
      expect(other.url).toBe(`https://localhost:${other.port}`);
      const { request } = await import('node:https');
      const { readFileSync } = await import('node:fs');
      const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
        const ca = readFileSync(tls.certFile);
        request(
          { host: '127.0.0.1', port: other.port, path: '/', ca, servername: 'localhost' },
          (response) => {
            response.resume();
            resolve(response.headers);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
      expect(headers['content-security-policy']).toContain(`wss://127.0.0.1:${other.port}`);
    } finally {
      await other.close();
    }
  });
});
