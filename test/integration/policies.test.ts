import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createInvite } from '../../server/accounts/invites.ts';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { systemClock } from '../../server/signaling/clock.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { databasePath, openTables } from '../../server/store/open.ts';
import { failure } from '../../shared/errors.ts';
import { siteInfo } from '../../shared/protocol/rest.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { CLIENT_VERSION, PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { openPolicies } from '../support/server.ts';
import { Visitor } from '../support/visitor.ts';
import { founding, Host } from './http/genesis.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-policies-'));
let workerBin: string;
let server: RunningServer | null = null;
let site: string;
let ahead = 0;

beforeAll(async () => {
  workerBin = await ensureWorkerBinary();
});

afterEach(async () => {
  await server?.close();
  server = null;
  ahead = 0;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(name: string, policies: Partial<Config['policies']>): Promise<RunningServer> {
  const config = readConfig({ SEALROOM_PORT: '0', SEALROOM_DATA: join(folder, name), SEALROOM_WORKERS: '1' });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  server = await startServer(
    { ...config, media, logLevel: 'silent', policies: { ...openPolicies, ...policies } },
    { workerBin, clientDir: folder, clock: { ...systemClock, now: () => Date.now() + ahead } },
  );
  site = `http://127.0.0.1:${server.port}`;
  return server;
}

const visitor = () => new Visitor(site);
const found = async (host = new Host()) => {
  const response = await visitor().api('POST', '/meetings', founding(host.genesis()));
  return response.ok ? 'founded' : failure.parse(await response.json()).code;
};

/** How the socket receives someone: `connected`, or the code of the refusal. */
function knock(meeting: string, version: string | undefined = CLIENT_VERSION, cookie = ''): Promise<string> {
  const socket = io(site, {
    path: SOCKET_PATH,
    auth: { protocol: PROTOCOL_VERSION, meeting, ...(version === undefined ? {} : { version }) },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { cookie },
  });
  return new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) => {
      const data = 'data' in error ? error.data : null;
      resolve(failure.safeParse(data).data?.code ?? error.message);
    });
  }).finally(() => socket.close());
}

it('kinds of meetings that are not allowed cannot be founded, and the page knows', async () => {
  await start('presets', { presets: ['classroom'] });
  expect(await found()).toBe('not-allowed-here');
  const answer = siteInfo.parse(await (await visitor().api('GET', '/site')).json());
  expect(answer.policies.presets).toEqual(['classroom']);
});

it('nobody gets the right to record where it is refused', async () => {
  await start('recording', { recording: false });
  expect(await found()).toBe('not-allowed-here');
});

it('people from other networks can do nothing but read the page', async () => {
  await start('network', { networks: ['192.0.2.0/24'] });
  expect(await found()).toBe('network-refused');
  expect(await knock('A'.repeat(22))).toBe('network-refused');
  expect((await visitor().api('GET', '/health')).status).toBe(200);
  expect((await visitor().api('GET', '/site')).status).toBe(200);
});

it('pages that are too old have to reload; meetings are no larger than allowed', async () => {
  await start('size', { minVersion: '0.1.0', meetingSize: 2 });
  const host = new Host();
  expect(await found(host)).toBe('founded');
  expect(await knock(host.meeting, '0.0.9')).toBe('version-mismatch');
  expect(await knock(host.meeting)).toBe('connected');
  const held = [1, 2].map(() =>
    io(site, {
      path: SOCKET_PATH,
      auth: { protocol: PROTOCOL_VERSION, meeting: host.meeting, version: CLIENT_VERSION },
      transports: ['websocket'],
      forceNew: true,
    }),
  );
  try {
    await Promise.all(held.map((each) => new Promise<void>((resolve) => each.once('connect', resolve))));
    expect(await knock(host.meeting)).toBe('full');
  } finally {
    for (const each of held) each.close();
  }
});

it('guests stay out where they are refused; whoever is signed in comes in', async () => {
  await start('guests', { guests: false });
  const host = new Host();
  expect(await found(host)).toBe('founded');
  expect(await knock(host.meeting)).toBe('sign-in-required');
  const tables = await openTables(databasePath(join(folder, 'guests')));
  const path = await createInvite(new KyselyAccounts(tables), {
    name: 'Chen',
    role: 'host',
    account: null,
    expiresAt: Date.now() + 60_000,
  });
  await tables.destroy();
  const person = visitor();
  await person.api('POST', '/account/invite', { token: path.split('#')[1] });
  const [cookie] = [...(person.jar.get(new URL(site).host) ?? [])].map(([name, value]) => `${name}=${value}`);
  expect(await knock(host.meeting, CLIENT_VERSION, cookie)).toBe('connected');
  expect(await knock(host.meeting, CLIENT_VERSION, `${cookie}x`)).toBe('sign-in-required');
});

it('records of ended meetings are deleted when their time is over', async () => {
  const { store } = await start('keep', { keepDays: 2 });
  const [over, open] = [new Host(), new Host()];
  for (const host of [over, open]) expect(await found(host)).toBe('founded');
  const stored = await store.find(over.meeting);
  const record = over.sign({ type: 'end' });
  if (!stored || !over.head) throw new Error('not stored');
  const hash = over.head;
  await store.append(over.meeting, { prev: stored.head, seq: 1, record, hash, endedAt: Date.now() });
  const day = 24 * 3_600_000;
  expect(await store.forget(Date.now() - day)).toBe(0);
  expect(await store.forget(Date.now() + day)).toBe(1);
  expect(await store.records(over.meeting)).toEqual([]);
  expect(await store.records(open.meeting)).toHaveLength(1);
});
