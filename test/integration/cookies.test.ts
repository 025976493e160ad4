import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { accountAnswer } from '../../shared/protocol/accounts.ts';
import { OWN_PAGE_HEADER } from '../../shared/protocol/ownPage.ts';
import { hostLink } from '../support/hostLink.ts';

const PUBLIC_URL = 'https://meet.example.org';
const NAME = '__Host-sealroom-session';
const folder = mkdtempSync(join(tmpdir(), 'sealroom-cookies-'));
let server: RunningServer;
let line: string;
let token: string;

beforeAll(async () => {
  const dataDir = join(folder, 'data');
  const config = readConfig({
    SEALROOM_PORT: '0',
    SEALROOM_DATA: dataDir,
    SEALROOM_WORKERS: '1',
    SEALROOM_PUBLIC_URL: PUBLIC_URL,
  });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  server = await startServer(
    { ...config, media, logLevel: 'silent' },
    { workerBin: await ensureWorkerBinary(), clientDir: folder },
  );
  const link = await hostLink(dataDir);
  line = only(await ask('POST', '/account/invite', '', { token: link.token }));
  [, token = ''] = /^[^=]+=([^;]*)/.exec(line) ?? [];
});

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the proxy in front hands on what a page asks that came by HTTPS. */
function ask(method: 'GET' | 'POST', path: string, cookie: string, body?: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}/api${path}`, {
    method,
    headers: {
      Origin: PUBLIC_URL,
      [OWN_PAGE_HEADER]: '1',
      'Content-Type': 'application/json',
      ...(cookie && { Cookie: cookie }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The only cookie that an answer sets. */
function only(response: Response): string {
  const lines = response.headers.getSetCookie();
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

const nameBy = async (cookie: string) => {
  const { account } = accountAnswer.parse(await (await ask('GET', '/account', cookie)).json());
  return account?.name ?? null;
};

it('a session is for HTTPS and for this host alone where people come by HTTPS', () => {
  const attributes = 'Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=';
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(line.replace(/\d+$/, '')).toBe(`${NAME}=${token}; ${attributes}`);
});

it('a cookie by a name that another host or plain HTTP could have set is nobody', async () => {
  expect(await nameBy(`${NAME}=${token}`)).toBe('Chen');
  for (const cookie of [
    `sealroom-session=${token}`,
    `__Secure-sealroom-session=${token}`,
    `__host-sealroom-session=${token}`,
    `${NAME}=${token}; ${NAME}=${token}`,
  ]) {
    expect(await nameBy(cookie), cookie).toBeNull();
  }
});

it('signing out takes it back by the attributes that browsers ask of such a cookie', async () => {
  const cleared = only(await ask('POST', '/account/sign-out', `${NAME}=${token}`, { everywhere: false }));
  expect(cleared).toBe(`${NAME}=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0`);
  expect(await nameBy(`${NAME}=${token}`)).toBeNull();
});
