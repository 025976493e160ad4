import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { z } from 'zod';
import { readConfig } from '../../../server/config/config.ts';
import { startServer } from '../../../server/main.ts';
import { ensureWorkerBinary } from '../../../server/media/worker/ensure.ts';
import { failure } from '../../../shared/errors.ts';
import { reportKey } from '../../../shared/ids.ts';
import {
  addPasskey,
  beginSignIn,
  endSession,
  passkeySignIn,
  removePasskey,
  signOut,
  useInvite,
} from '../../../shared/protocol/accounts.ts';
import { putLibrary } from '../../../shared/protocol/library.ts';
import { OWN_PAGE_HEADER } from '../../../shared/protocol/ownPage.ts';
import { createMeeting } from '../../../shared/protocol/rest.ts';
import { founding, Host } from '../../integration/http/genesis.ts';
import { fuzzed, mutated, nasty } from '../arbitrary.ts';
import { digestOf, runEdge, type Verdict } from '../edge.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-fuzz-'));
const table = z.object({ name: z.string() });

/** Bodies that lead to sessions or meetings have a schema here; where a body is opaque it is bytes. */
const bodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'POST /api/meetings': fc.oneof(
    fuzzed(createMeeting),
    mutated(fc.constant(null).map(() => founding(new Host().genesis()))),
  ),
  'POST /api/meetings/ID/reports': fc.uint8Array({ maxLength: 400 }),
  'PUT /api/blobs/ID?offset=0': fc.uint8Array({ maxLength: 400 }),
  'PUT /api/library': fuzzed(putLibrary),
  'POST /api/account/provider': fuzzed(beginSignIn),
  'POST /api/account/invite': fuzzed(useInvite),
  'POST /api/account/passkey/options': fuzzed(z.strictObject({})),
  'POST /api/account/passkey': fuzzed(passkeySignIn),
  'POST /api/account/passkeys': fuzzed(addPasskey),
  'POST /api/account/passkeys/remove': fuzzed(removePasskey),
  'POST /api/account/sessions/end': fuzzed(endSession),
  'POST /api/account/sign-out': fuzzed(signOut),
};
const reading = [
  '/api/meetings/ID',
  '/api/blobs/ID',
  '/api/health',
  '/api/ready',
  '/api/site',
  '/api/account',
  '/api/account/callback?code=ID&state=ID',
  '/metrics',
  '/m/ID',
  '/assets/ID',
  '/ID',
  '/guide/ID',
];

const segment = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{21}[AQgw]$/),
  fc.constantFrom(
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%',
    '__proto__',
    '%c0%ae%c0%ae',
    '....//....//x',
    'a'.repeat(3_000),
    '%F0%9F',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }).map(encodeURIComponent),
);

await runEdge(async () => {
  const clientDir = join(folder, 'client');
  mkdirSync(join(clientDir, 'assets'), { recursive: true });
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>Sealroom</title>');
  const config = readConfig({
    SEALROOM_PORT: '0',
    SEALROOM_DATA: folder,
    SEALROOM_WORKERS: '1',
    SEALROOM_TRUSTED_PROXIES: 'loopback',
  });
  const server = await startServer(
    {
      ...config,
      logLevel: 'silent',
      reportKey: reportKey.parse(`${'k'.repeat(1621)}A`),
      media: { ...config.media, listen: ['127.0.0.1'], port: 0 },
    },
    { workerBin: await ensureWorkerBinary(), clientDir },
  );
  const origin = `http://127.0.0.1:${server.port}`;
  const database = new DatabaseSync(join(folder, 'sealroom.sqlite'), { readOnly: true });
  // Refusals are written down, as they should be.
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%'")
    .all()
    .map((row) => table.parse(row).name);

  const headers = fc.record({
    own: fc.boolean(),
    origin: fc.constantFrom(origin, origin, 'https://elsewhere.example', 'null', ''),
    type: fc.constantFrom(
      'application/json',
      'application/json',
      'application/octet-stream',
      'text/plain',
      'application/json; charset=utf-7',
    ),
    token: fc.oneof(
      fc.constant(''),
      fc.stringMatching(/^Bearer [A-Za-z0-9_-]{43}$/),
      fc.constantFrom('Bearer', 'Basic Og=='),
    ),
    cookie: fc.oneof(
      fc.constant(''),
      fc.stringMatching(/^(__Host-)?sealroom[a-z-]{0,8}=[A-Za-z0-9_.-]{0,60}$/),
    ),
    range: fc.constantFrom('', '', 'bytes=0-', 'bytes=-5', 'bytes=99999999999999999999-', 'bytes=0-1,2-3'),
    // Each case comes from an address of its own, so that limits do not end it first.
    from: fc.tuple(fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff)),
  });
  const request = fc.oneof(
    fc.constantFrom(...Object.keys(bodies)).chain((route) => {
      const [method = '', path = ''] = route.split(' ');
      return fc.record({
        method: fc.constant(method),
        path: fc.constant(path),
        body: bodies[route] ?? nasty,
      });
    }),
    fc.record({
      method: fc.constantFrom('GET', 'GET', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'POST'),
      path: fc.oneof(
        fc.constantFrom(...reading),
        fc.constantFrom(...Object.keys(bodies).map((route) => route.split(' ')[1] ?? '')),
      ),
      body: fc.oneof(fc.constant(undefined), nasty),
    }),
  );

  return {
    batch: 20,
    cases: fc.record({
      request,
      headers,
      id: segment,
      cut: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
    }),
    async take({ request: { method, path, body }, headers: given, id, cut }): Promise<Verdict> {
      const bare = method === 'GET' || method === 'HEAD';
      const text =
        body instanceof Uint8Array ? Uint8Array.from(body) : (JSON.stringify(body) ?? '').slice(cut);
      const response = await fetch(origin + path.replaceAll('ID', id), {
        method,
        redirect: 'manual',
        headers: {
          'content-type': given.type,
          origin: given.origin,
          'x-forwarded-for': `2001:${given.from.map((part) => part.toString(16)).join(':')}::1`,
          ...(given.own ? { [OWN_PAGE_HEADER]: '1' } : {}),
          ...(given.token ? { authorization: given.token } : {}),
          ...(given.cookie ? { cookie: given.cookie } : {}),
          ...(given.range ? { range: given.range } : {}),
        },
        ...(bare ? {} : { body: text }),
      });
      const answer = await response.text();
      if (response.headers.get('access-control-allow-origin') !== null)
        throw new Error('open to other origins');
      const location = response.headers.get('location');
      if (location?.startsWith('/') === false || location?.startsWith('//'))
        throw new Error(`leads to ${location}`);
      if (response.ok) return bare || method === 'OPTIONS' ? 'read' : 'taken';
      if (response.status >= 300 && response.status < 400) return 'read';
      if (response.status >= 500)
        throw new Error(`${method} ${path}: ${response.status} ${answer.slice(0, 200)}`);
      if (path.startsWith('/api/') && method !== 'HEAD') failure.parse(JSON.parse(answer));
      return 'refused';
    },
    state: () =>
      digestOf(
        tables.map((name) =>
          database.prepare(`SELECT count(*) AS rows, max(rowid) AS last FROM "${name}"`).get(),
        ),
      ),
    async close() {
      database.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
