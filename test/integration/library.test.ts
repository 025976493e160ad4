import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { ready } from '../../client/e2ee/sodium.ts';
import { Library } from '../../client/meeting/library/library.ts';
import { LibrarySync } from '../../client/meeting/library/sync.ts';
import { siteLibrary } from '../../client/meeting/library/syncService.ts';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { openDatabase } from '../../server/store/database.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { migrate } from '../../server/store/migrations.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { failure } from '../../shared/errors.ts';
import { meetingId } from '../../shared/ids.ts';
import { type AccountId, accountAnswer, accountId } from '../../shared/protocol/accounts.ts';
import { keptLibrary, LIBRARY_BYTES, LIBRARY_STEP } from '../../shared/protocol/library.ts';
import { freePort } from '../support/childServer.ts';
import { Visitor } from '../support/visitor.ts';

interface SignedInVisitor {
  readonly visitor: Visitor;
  readonly account: AccountId;
}

const folder = mkdtempSync(join(tmpdir(), 'sealroom-library-'));
const dataDir = join(folder, 'data');
const meeting = meetingId.parse(`${'a'.repeat(21)}A`);
const TITLE = 'Planted-title-4711';
const SECRET = `PlantedSecret${'S'.repeat(37)}`;
const logLines: string[] = [];
let server: RunningServer;
let site: string;

let chen: SignedInVisitor;
let lin: SignedInVisitor;

/** The browser whose page makes the calls of the client's code. */
let browser: Visitor;
const realFetch = globalThis.fetch;

beforeAll(async () => {
  await ready();
  const workerBin = await ensureWorkerBinary();
  const port = await freePort();
  site = `http://127.0.0.1:${port}`;
  const config = readConfig({
    SEALROOM_PORT: String(port),
    SEALROOM_DATA: dataDir,
    SEALROOM_WORKERS: '1',
  });
  const media: Config['media'] = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  server = await startServer(
    { ...config, media, logLevel: 'trace' },
    { workerBin, clientDir: folder, logStream: { write: (line) => void logLines.push(line) } },
  );
  vi.stubGlobal('fetch', (address: string | URL, init: RequestInit = {}) => {
    // What the visitor itself sends.
    if (init.redirect === 'manual') return realFetch(address, init);
    const headers = new Headers(init.headers);
    headers.set('Origin', site);
    return browser.go(address, { ...init, headers });
  });
  chen = await enter();
  lin = await enter();
});

afterAll(async () => {
  vi.unstubAllGlobals();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tool = (...args: string[]) =>
  execFileSync(process.execPath, ['server/tools/hostsInvite.ts', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SEALROOM_DATA: dataDir, SEALROOM_PUBLIC_URL: 'https://meet.example.org' },
  });

async function enter(...args: string[]): Promise<SignedInVisitor> {
  const visitor = new Visitor(site);
  const link = new URL(tool('--name', 'Chen', ...args).trim());
  const entered = await visitor.api('POST', '/account/invite', { token: link.hash.slice(1) });
  expect(entered.status).toBe(200);
  const { account } = accountAnswer.parse(await (await visitor.api('GET', '/account')).json());
  return { visitor, account: accountId.parse(account?.id) };
}

function deviceOf({ visitor, account }: SignedInVisitor) {
  const store = memoryKeyStore();
  const sync = new LibrarySync(store, account, siteLibrary(site), Date.now);
  return {
    library: new Library(store, Date.now),
    async with<Result>(work: (sync: LibrarySync) => Promise<Result>): Promise<Result> {
      browser = visitor;
      return work(sync);
    },
  };
}

const codeOf = async (response: Response) => failure.parse(await response.json()).code;
const put = (who: Visitor, replaces: number, bytes: number) =>
  who.api('PUT', '/account/library', { replaces, sealed: toBase64Url(new Uint8Array(bytes)) });

it('two devices of one account have one list, of which the server can read nothing', async () => {
  const one = deviceOf(chen);
  const two = deviceOf(await enter('--account', chen.account));
  const entry = await one.library.keep({
    meeting,
    title: TITLE,
    path: `/m/${meeting}#${SECRET}`,
    role: 'host',
    created: 1,
    sequence: 0,
    ended: false,
    schedule: null,
    series: null,
    passphrase: false,
    rules: null,
  });
  await one.with((sync) => sync.turnOn());
  const code = (await one.with((sync) => sync.code())) ?? '';
  await two.with((sync) => sync.enter(code));
  expect((await two.library.meetings()).entries).toEqual([entry]);
  const changed = await two.library.keep({ ...entry, ended: true });
  await two.with((sync) => sync.sync());
  await one.with((sync) => sync.sync());
  expect((await one.library.meetings()).entries).toEqual([changed]);

  const kept = keptLibrary.parse(await (await chen.visitor.api('GET', '/account/library')).json());
  expect(kept.version).toBe(2);
  // The look-up itself works: what the server does keep, it finds.
  expect(onDisk(chen.account)).toBe(true);
  expect(logLines.join('')).toContain('"method":"PUT"');
  expect(logLines.join('')).not.toContain(kept.sealed?.slice(0, 40));
  for (const marker of [TITLE, SECRET, code]) {
    expect(onDisk(marker)).toBe(false);
    expect(logLines.join('')).not.toContain(marker);
  }
});

/** Looked up by another process: opening the file here would drop the locks that the database holds on it. */
function onDisk(text: string): boolean {
  return spawnSync('grep', ['-rqaF', '--', text, dataDir]).status === 0;
}

it('is for who is signed in, and for each their own', async () => {
  const stranger = new Visitor(site);
  expect(await codeOf(await stranger.api('GET', '/account/library'))).toBe('sign-in-required');
  expect(await codeOf(await put(stranger, 0, LIBRARY_STEP))).toBe('sign-in-required');
  const theirs = keptLibrary.parse(await (await lin.visitor.api('GET', '/account/library')).json());
  expect(theirs).toEqual({ version: 0, sealed: null });
});

it('replaces only the version that was seen, and answers with the present one otherwise', async () => {
  expect((await put(lin.visitor, 0, LIBRARY_STEP)).status).toBe(200);
  expect((await put(lin.visitor, 1, LIBRARY_STEP * 2)).status).toBe(200);
  for (const replaces of [0, 1, 3]) {
    const refused = await put(lin.visitor, replaces, LIBRARY_STEP);
    expect(refused.status).toBe(409);
    const now = keptLibrary.parse(await refused.json());
    expect(now).toEqual({ version: 2, sealed: toBase64Url(new Uint8Array(LIBRARY_STEP * 2)) });
  }
});

it('takes nothing from the pages of other sites', async () => {
  const body = JSON.stringify({ replaces: 0, sealed: 'AAAA' });
  const headers = { Origin: 'https://other.example', 'Content-Type': 'application/json' };
  const refused = await chen.visitor.go(`${site}/api/account/library`, { method: 'PUT', headers, body });
  expect(await codeOf(refused)).toBe('forbidden');
});

it('takes whole steps up to the limit and nothing else', async () => {
  expect(await codeOf(await put(lin.visitor, 2, LIBRARY_STEP + 1))).toBe('bad-request');
  expect(await codeOf(await put(lin.visitor, 2, LIBRARY_BYTES + LIBRARY_STEP))).toBe('too-large');
  expect((await put(lin.visitor, 2, LIBRARY_BYTES)).status).toBe(200);
});

it('goes with its account', async () => {
  const database = openDatabase(':memory:');
  await migrate(database);
  const store = new KyselyAccounts(database);
  const { account: id } = chen;
  await store.addAccount({ id, subject: null, name: 'Chen', role: 'host', createdAt: 1 });
  expect(await store.putLibrary(id, 0, new Uint8Array(3))).toBe('put');
  expect(await store.removeAccount(id)).toBe(true);
  expect(await store.library(id)).toBeNull();
  await database.destroy();
});
