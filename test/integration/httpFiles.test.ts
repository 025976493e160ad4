import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpSite, script } from './http/site.ts';

let site: HttpSite;

beforeAll(async () => {
  site = await HttpSite.start();
}, 600_000);

afterAll(() => site?.close());

/** The request as it is: fetch would tidy up the path and add headers of its own. */
function rawGet(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: site.server.port, path, headers }, (response) => {
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

describe('the page', () => {
  it.each(['/', '/m/AAAAAAAAAAAAAAAAAAAAAA', '/security', '/index.html'])('is served at %s', async (path) => {
    const response = await site.get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>Sealroom</title>');
  });

  it('serves hashed files for ever, in the encoding that is understood', async () => {
    const plain = await site.get('/assets/main-abc.js', { 'Accept-Encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(plain.headers.get('vary')).toContain('Accept-Encoding');
    expect(await plain.text()).toBe(script);
    const brotli = await site.get('/assets/main-abc.js', { 'Accept-Encoding': 'gzip, br' });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(await brotli.text()).toBe(script);
    const zipped = await site.get('/assets/main-abc.js', { 'Accept-Encoding': 'gzip, br;q=0' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(Number(zipped.headers.get('content-length'))).toBe(gzipSync(script).length);
    expect(gunzipSync(gzipSync(script)).toString()).toBe(await zipped.text());
  });

  it('is not sent again while it is the same', async () => {
    const etag = (await site.get('/')).headers.get('etag') ?? '';
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
    expect((await fetch(`${site.url}/`, { method: 'POST' })).status).toBe(404);
    const head = await fetch(`${site.url}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('is picked up when it is built again, and says so before it is built', async () => {
    const dir = join(site.folder, 'later');
    const other = await site.startOther('later-data', {}, undefined, dir);
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
