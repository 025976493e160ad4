import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../shared/errors.ts';
import { reportKey } from '../../shared/ids.ts';
import { createdMeeting, health, meetingStatus, siteInfo } from '../../shared/protocol/rest.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { founding, Host } from './http/genesis.ts';
import { HttpSite } from './http/site.ts';

const KEY = `${'k'.repeat(1621)}A`;
let site: HttpSite;

beforeAll(async () => {
  site = await HttpSite.start({ reportKey: reportKey.parse(KEY) });
}, 600_000);

afterAll(() => site?.close());

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return `${response.status} ${failure.parse(await response.json()).code}`;
}

describe('every response', () => {
  it.each(['/', '/m/abc', '/assets/main-abc.js', '/api/health', '/api/nothing', '/no.txt'])(
    'carries the security headers: %s',
    async (path) => {
      const { headers } = await site.get(path);
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
        'connect-src': `'self' ws://127.0.0.1:${site.server.port}`,
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
      const socket = connect(site.server.port, '127.0.0.1', () => {
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

describe('the API', () => {
  it('tells its health', async () => {
    for (const path of ['/api/health', '/api/ready']) {
      const response = await site.get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(health.parse(await response.json())).toMatchObject({ status: 'ok', protocol: PROTOCOL_VERSION });
    }
  });

  it('publishes the key that reports are sealed to', async () => {
    expect(siteInfo.parse(await (await site.get('/api/site')).json()).reportKey).toBe(KEY);
  });

  it('answers unknown paths and methods as failures', async () => {
    expect(await codeOf(await site.get('/api'))).toBe('404 not-found');
    expect(await codeOf(await site.get('/api/meetings'))).toBe('404 not-found');
    expect(await codeOf(await site.get('/api/x/y.json'))).toBe('404 not-found');
    expect(await codeOf(await fetch(`${site.url}/api/health`, { method: 'DELETE' }))).toBe('404 not-found');
  });

  it('founds a meeting and tells of it', async () => {
    const host = new Host();
    const response = await site.found(founding(host.genesis(), host.sign({ type: 'lock', locked: true })));
    expect(response.status).toBe(201);
    expect(createdMeeting.parse(await response.json())).toEqual({ meeting: host.meeting, head: host.head });
    const status = await site.get(`/api/meetings/${host.meeting}`);
    expect(meetingStatus.parse(await status.json())).toEqual({
      state: 'open',
      preset: 'moderated',
      lobby: true,
    });
    expect(await site.server.store.records(host.meeting)).toHaveLength(2);
  });

  it('answers the same request again alike, and lets no one else take the id', async () => {
    const host = new Host();
    const body = founding(host.genesis());
    const head = host.head;
    expect((await site.found(body)).status).toBe(201);
    const again = await site.found(body);
    expect(again.status).toBe(200);
    expect(createdMeeting.parse(await again.json()).head).toBe(head);
    const thief = new Host();
    Object.assign(thief, { meeting: host.meeting });
    expect(await codeOf(await site.found(founding(thief.genesis())))).toBe('403 forbidden');
    expect(await site.server.store.records(host.meeting)).toHaveLength(1);
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
    for (const [body, code] of cases) expect(await codeOf(await site.found(body))).toBe(code);
    expect(await site.server.store.records(host.meeting)).toEqual([]);
    expect(await codeOf(await site.get(`/api/meetings/${host.meeting}`))).toBe('404 not-found');
    expect(await codeOf(await site.get('/api/meetings/nonsense'))).toBe('404 not-found');
  });

  it('takes JSON only, so that no form of another site can found meetings', async () => {
    const body = JSON.stringify(founding(new Host().genesis()));
    expect(await codeOf(await site.found(body, { 'Content-Type': 'text/plain' }))).toBe('400 bad-request');
  });

  it('limits how many one address founds', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.9' };
    let answer = '';
    let retryAfter: string | null = null;
    for (let i = 0; i < 40 && !answer.startsWith('429'); i++) {
      const response = await site.found('{}', from);
      retryAfter = response.headers.get('retry-after');
      answer = await codeOf(response);
    }
    expect(answer).toBe('429 rate-limited');
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(await codeOf(await site.found('{}', { 'X-Forwarded-For': '203.0.113.10' }))).toBe(
      '400 bad-request',
    );
  });
});

describe('the log', () => {
  it('has no ids, paths or addresses', async () => {
    const host = new Host();
    await site.found(founding(host.genesis()), { 'X-Forwarded-For': '198.51.100.77' });
    await site.get(`/api/meetings/${host.meeting}`);
    await site.get(`/m/${host.meeting}?marker=planted`);
    const text = site.logLines.join('');
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
      const response = await site.get(path);
      await response.arrayBuffer();
      const id = response.headers.get('x-request-id') ?? '';
      expect(id).toMatch(/^[0-9a-f]{12}$/);
      ids.add(id);
      const line = JSON.stringify({ request: id, method: 'GET', kind, status }).slice(1, -1);
      const lines = () => site.logLines.filter((each) => each.includes(id));
      // Written when the answer has left, which may be after it has come.
      await expect.poll(lines).toEqual([expect.stringContaining(line)]);
    }
    expect(ids.size).toBe(asked.length);
  });
});
