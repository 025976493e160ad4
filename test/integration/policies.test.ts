import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { type Config, readConfig } from '../../server/config/config.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { mediaCertificate } from '../../server/media/certificate.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import { foundMeeting as storeMeeting } from '../../server/meeting/found.ts';
import { failure } from '../../shared/errors.ts';
import { siteInfo } from '../../shared/protocol/rest.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import { CLIENT_VERSION, PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { Residency } from '../../shared/residency.ts';
import { type Policy, presetPolicy } from '../../shared/roles.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { hostLink } from '../support/hostLink.ts';
import { operator } from '../support/operator.ts';
import { Visitor } from '../support/visitor.ts';
import { AT, crypto, newSigner, Script } from '../unit/records/signing.ts';
import { founding, Host } from './http/genesis.ts';
import { Client } from './signaling/client.ts';
import { Gathering, type MeetingPlace } from './signaling/meeting.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-policies-'));
let workerBin: string;
let server: RunningServer | null = null;
let site: string;
const bots: Bot[] = [];

beforeAll(async () => {
  workerBin = await ensureWorkerBinary();
});

afterEach(async () => {
  for (const bot of bots.splice(0)) bot.close();
  await server?.close();
  server = null;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(
  name: string,
  policies: Partial<Config['policies']>,
  port = 0,
  settings: Record<string, string> = {},
): Promise<RunningServer> {
  const config = readConfig({
    SEALROOM_PORT: String(port),
    SEALROOM_DATA: join(folder, name),
    SEALROOM_WORKERS: '1',
    ...settings,
  });
  const media = { ...config.media, listen: ['127.0.0.1'], port: 0 };
  server = await startServer(
    { ...config, media, logLevel: 'silent', policies: { ...config.policies, ...policies } },
    { workerBin, clientDir: folder },
  );
  site = `http://127.0.0.1:${server.port}`;
  return server;
}

const visitor = () => new Visitor(site);
const found = (host = new Host()) => foundBy([host.genesis()]);
const foundBy = async (records: readonly SignedRecord[]) => {
  const response = await visitor().api('POST', '/meetings', founding(...records));
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

describe('where recording is refused', () => {
  const refusals = ({ state }: Bot) =>
    state.notices.filter(
      ({ notice }) => notice.kind === 'request-failed' && notice.code === 'not-allowed-here',
    ).length;

  /** A host and a co-host in a meeting that this site's own page founds. */
  async function meeting(): Promise<readonly [Bot, Bot]> {
    const { host, link } = await foundByBot(site, 'open');
    bots.push(host);
    await enter(host, 'Lin');
    const cohost = await openBot({ origin: site, link });
    bots.push(cohost);
    await enter(cohost, 'Chen');
    const { self } = cohost.state;
    if (!self) throw new Error('no device');
    host.core.control.setRole(self, 'cohost');
    await cohost.until('the role', ({ role }) => role === 'cohost');
    return [host, cohost];
  }

  it('no meeting begins by rules that give the right, and the page asks for none', async () => {
    await start('recording', { recording: false });
    const answer = siteInfo.parse(await (await visitor().api('GET', '/site')).json());
    expect(answer.policies.recording).toBe(false);
    expect(await found()).toBe('not-allowed-here');
    const [host, cohost] = await meeting();
    expect(Object.values(host.state.policy?.permissions ?? {}).flat()).not.toContain('record');
    expect(cohost.state.rights.has('record')).toBe(false);
  });

  it('nobody begins to record, a host no more than others, nor does a later change of rules allow it', async () => {
    await start('recording-host', { recording: false });
    const [host, cohost] = await meeting();
    const { policy } = host.state;
    if (!policy) throw new Error('no rules');
    // Of hosts the rules say nothing: they have every right.
    expect(host.state.rights.has('record')).toBe(true);
    host.core.control.setRecording(true);
    await host.until('the refusal', () => refusals(host) === 1);
    host.core.control.setPolicy(presetPolicy('open'));
    await host.until('the refusal', () => refusals(host) === 2);
    host.core.control.setPolicy({ ...policy, watermark: true });
    for (const bot of [host, cohost]) {
      const state = await bot.until('the other rule', (each) => each.policy?.watermark === true);
      expect(state.recording).toEqual([]);
      expect(state.rights.has('record')).toBe(bot === host);
    }
    expect(refusals(host)).toBe(2);
  });

  it('rules from before keep nobody who records from stopping, and let nobody begin', async () => {
    const before = await start('recording-later', {});
    const [host, cohost] = await meeting();
    host.core.control.setRecording(true);
    await cohost.until('who records', ({ recording }) => recording.length === 1);
    const { port } = before;
    const { code } = cohost.state.seal;
    await before.close();
    await start('recording-later', { recording: false }, port);
    // The group begins anew with its server.
    for (const bot of [host, cohost])
      await bot.until('back', ({ seal, members }) => seal.code !== code && members.length === 2, 30_000);
    expect(cohost.state.rights.has('record')).toBe(true);
    cohost.core.control.setRecording(true);
    await cohost.until('the refusal', () => refusals(cohost) === 1);
    host.core.control.setRecording(false);
    await cohost.until('nobody records', ({ recording }) => recording.length === 0);
    host.core.control.setRecording(true);
    await host.until('the refusal', () => refusals(host) === 1);
    expect(cohost.state.recording).toEqual([]);
  });

  it('no meeting begins with somebody who records already', async () => {
    await start('recording-founding', {});
    const device = newSigner();
    const script = new Script(presetPolicy('moderated'));
    script.add(script.host, { type: 'grant', device: device.device, role: 'host' });
    script.add(device, { type: 'recording', on: true });
    expect(await foundBy(script.records)).toBe('bad-request');
    expect(await foundBy(script.records.slice(0, 2))).toBe('founded');
  });
});

describe('where the operator names regions', () => {
  const { key, list } = operator();
  const bounds: Residency = { operator: key, regions: ['Hsinchu', 'Taipei'] };
  const rules = (residency?: Residency): Policy => ({
    ...presetPolicy('moderated'),
    ...(residency && { residency }),
  });

  /** A server in Taipei; there are some in Hsinchu and abroad. */
  async function startBounded(name: string): Promise<RunningServer> {
    const data = join(folder, name);
    mkdirSync(data);
    const { fingerprint } = await mediaCertificate(data);
    const entry = (server: string, region: string) => ({
      name: server,
      region,
      addresses: ['127.0.0.1'],
      fingerprint,
      relays: [],
    });
    const file = join(data, 'site-list.json');
    const entries = [entry('taipei-1', 'Taipei'), entry('hsinchu-1', 'Hsinchu'), entry('abroad-1', 'Abroad')];
    writeFileSync(file, JSON.stringify(list(...entries)));
    return start(name, {}, 0, {
      SEALROOM_SITE_LIST: file,
      SEALROOM_NODE_NAME: 'taipei-1',
      SEALROOM_RESIDENCY: 'Taipei,Hsinchu',
    });
  }

  it('no meeting begins that is not held to them, and the page holds its own to them', async () => {
    await startBounded('regions');
    const answer = siteInfo.parse(await (await visitor().api('GET', '/site')).json());
    expect(answer.policies.residency).toEqual(bounds);
    const foundUnder = (residency?: Residency) => foundBy(new Script(rules(residency)).records);
    expect(await foundUnder()).toBe('regions-required');
    expect(await foundUnder({ ...bounds, regions: ['Taipei', 'Abroad'] })).toBe('regions-required');
    expect(await foundUnder({ ...bounds, operator: operator().key })).toBe('regions-required');
    expect(await foundUnder({ ...bounds, regions: ['Taipei'] })).toBe('founded');

    const { host } = await foundByBot(site, 'open');
    bots.push(host);
    await host.until('its rules', ({ policy }) => policy !== null);
    expect(host.state.policy?.residency).toEqual(bounds);
    const abroad = rules({ ...bounds, regions: ['Abroad'] });
    const founder = { origin: site, keyStore: memoryKeyStore(), now: Date.now() };
    await expect(foundMeeting({ ...founder, policy: abroad })).rejects.toMatchObject({
      code: 'regions-required',
    });
  });

  it('no later rules lead out of them, not even of a meeting from before', async () => {
    const { store, port } = await startBounded('regions-later');
    const clients: Client[] = [];
    const place: MeetingPlace = {
      meeting: async (policy) => {
        const script = new Script(policy);
        await storeMeeting(store, crypto, script.records, AT);
        return script;
      },
      connect: (meeting) => {
        const client = new Client(port, { protocol: PROTOCOL_VERSION, meeting });
        clients.push(client);
        return client;
      },
    };
    try {
      for (const residency of [bounds, undefined]) {
        const gathering = await Gathering.open(place, rules(residency));
        const change = (policy: Policy) =>
          gathering.append(gathering.script.host, { type: 'policy', policy });
        for (const wider of [rules(), rules({ ...bounds, regions: ['Hsinchu', 'Taipei', 'Abroad'] })])
          await expect(change(wider)).rejects.toThrow('regions-required');
        const within = change({ ...rules(bounds), watermark: true });
        if (residency) await within;
        else await expect(within).rejects.toThrow('forbidden');
      }
    } finally {
      for (const client of clients) client.close();
    }
  });
});

it('people from other networks can do nothing but read the page', async () => {
  await start('network', { networks: ['192.0.2.0/24'] });
  expect(await found()).toBe('network-refused');
  expect(await knock('A'.repeat(22))).toBe('network-refused');
  for (const method of ['GET', 'PUT'] as const) {
    const answer = await visitor().api(method, `/blobs/${'A'.repeat(22)}`);
    expect([method, answer.status, failure.parse(await answer.json()).code]).toEqual([
      method,
      403,
      'network-refused',
    ]);
  }
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
  const { token } = await hostLink(join(folder, 'guests'));
  const person = visitor();
  await person.api('POST', '/account/invite', { token });
  const [cookie] = [...(person.jar.get(new URL(site).host) ?? [])].map(([name, value]) => `${name}=${value}`);
  expect(await knock(host.meeting, CLIENT_VERSION, cookie)).toBe('connected');
  expect(await knock(host.meeting, CLIENT_VERSION, `${cookie}x`)).toBe('sign-in-required');
});
