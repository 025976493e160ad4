import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createInvite } from '../../server/accounts/invites.ts';
import { AuditLog } from '../../server/audit/auditLog.ts';
import { readEntry } from '../../server/audit/entry.ts';
import { SiteKey } from '../../server/audit/siteKey.ts';
import { verifyStored } from '../../server/audit/stored.ts';
import { createLog } from '../../server/log.ts';
import { KyselyAudit } from '../../server/store/auditStore.ts';
import { KyselyAccounts } from '../../server/store/kyselyAccounts.ts';
import { KyselyReports } from '../../server/store/kyselyReports.ts';
import { openSite } from '../../server/store/open.ts';
import { failure } from '../../shared/errors.ts';
import { accountAnswer, signInLocation } from '../../shared/protocol/accounts.ts';
import {
  type AuditQuery,
  adminAccounts,
  adminInvites,
  adminReports,
  auditPage,
  auditState,
  foundMeeting,
  madeInvite,
  overview,
  sitePolicies,
} from '../../shared/protocol/admin.ts';
import { meetingStatus } from '../../shared/protocol/rest.ts';
import { enter, foundByBot, openBot } from '../bots/bot.ts';
import { freePort } from '../support/childServer.ts';
import { ClusterSite } from '../support/clusterSite.ts';
import { CLIENT_ID, CLIENT_SECRET, TestProvider } from '../support/provider.ts';
import { Visitor } from '../support/visitor.ts';

// One site of two servers, processes of their own, on a real PostgreSQL and a real Redis, as its administrators meet it.

const HOUR = 3_600_000;
let site: ClusterSite;
let provider: TestProvider;
let tables: Awaited<ReturnType<typeof openSite>>;
const url = { one: '', two: '' };
/** The same administrator, led to either server. */
let one: Visitor;
let two: Visitor;

beforeAll(async () => {
  const ports = { one: await freePort(), two: await freePort() };
  url.one = `http://127.0.0.1:${ports.one}`;
  url.two = `http://127.0.0.1:${ports.two}`;
  provider = await TestProvider.start(
    [url.one, url.two].map((origin) => `${origin}/api/account/provider/callback`),
  );
  site = await ClusterSite.start();
  const settings = (port: number) => ({
    SEALROOM_PORT: String(port),
    SEALROOM_OIDC_ISSUER: provider.issuer,
    SEALROOM_OIDC_CLIENT_ID: CLIENT_ID,
    SEALROOM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    SEALROOM_OIDC_ROLES: 'groups=hosts:host,groups=admins:admin',
    SEALROOM_CREATE: 'anyone',
  });
  await site.node('taipei-1', settings(ports.one));
  await site.node('taipei-2', { ...settings(ports.two), SEALROOM_PRESETS: 'open,moderated' });
  tables = await openSite({ dataDir: '', databaseUrl: site.databaseUrl });
  one = await signedIn('ada');
  two = one.at(url.two);
}, 600_000);

afterAll(async () => {
  await tables?.destroy();
  await site?.close();
  await provider?.close();
});

async function signedIn(login: string): Promise<Visitor> {
  const who = new Visitor(url.one);
  const begun = await who.api('POST', '/account/provider', { nonce: `${'n'.repeat(42)}A` });
  const { location } = signInLocation.parse(await begun.json());
  await who.go(await who.atProvider(location, login, url.one));
  return who;
}

/** Somebody who came to the first server by a one-time link. */
async function byLink(name: string): Promise<Visitor> {
  const path = await createInvite(new KyselyAccounts(tables), {
    name,
    role: 'host',
    account: null,
    expiresAt: Date.now() + HOUR,
  });
  const who = new Visitor(url.one);
  await who.api('POST', '/account/invite', { token: path.split('#')[1] });
  return who;
}

const codeOf = async (response: Response) => (response.ok ? 'ok' : failure.parse(await response.json()).code);
const get = async <Form extends z.ZodType>(who: Visitor, path: string, form: Form) =>
  form.parse(await (await who.api('GET', `/admin${path}`)).json());
const post = (who: Visitor, path: string, body: object = {}) => who.api('POST', `/admin${path}`, body);
const audit = async (who: Visitor, query: Partial<AuditQuery> = {}) => {
  const all = { kinds: [], about: '', since: null, before: null, ...query };
  return auditPage.parse(await (await post(who, '/audit', all)).json());
};
const accountOf = async (who: Visitor) =>
  accountAnswer.parse(await (await who.api('GET', '/account')).json()).account;
const ownId = async (who: Visitor) => (await accountOf(who))?.id ?? '';

describe('meetings', () => {
  it('of both servers are listed at either, and ended from the one that does not run them', async () => {
    const [here, there] = [await foundByBot(url.one, 'open'), await foundByBot(url.two, 'open')];
    await enter(here.host, 'Annemarie');
    await enter(there.host, 'Bertrand');
    const guest = await openBot({ origin: url.one, link: there.link });
    await enter(guest, 'Chiara');
    const late = await openBot({ origin: url.one, link: there.link });
    await late.until('at the door', ({ phase }) => phase.name === 'prejoin');

    for (const [who, self] of [
      [one, 'taipei-1'],
      [two, 'taipei-2'],
    ] as const) {
      const { nodes, meetings } = await get(who, '/overview', overview);
      expect(nodes.map(({ name }) => name).sort()).toEqual(['taipei-1', 'taipei-2']);
      expect(nodes[0]).toMatchObject({ name: self, here: true });
      // Connections are counted where they arrive, people where the meeting is run.
      const connections = nodes.map(({ name, figures }) => [name, figures?.connections]).sort();
      expect(connections).toEqual([
        ['taipei-1', 3],
        ['taipei-2', 1],
      ]);
      const counts = meetings.map(({ node, members, connected }) => ({ node, members, connected }));
      expect(counts.sort((a, b) => (a.node < b.node ? -1 : 1))).toEqual([
        { node: 'taipei-1', members: 1, connected: 1 },
        { node: 'taipei-2', members: 2, connected: 3 },
      ]);
    }

    const { meetings } = await get(one, '/overview', overview);
    const meeting = meetings.find(({ node }) => node === 'taipei-2')?.meeting;
    const found = await (await post(one, '/meetings/find', { id: there.link.meeting })).json();
    expect(foundMeeting.parse(found)).toMatchObject({ meeting, state: 'open' });
    expect(await codeOf(await post(one, '/meetings/end', { meeting }))).toBe('ok');
    for (const bot of [there.host, guest, late]) {
      await bot.until('told who ended it', ({ phase }) => phase.name === 'ended' && phase.by === 'operator');
    }
    for (const origin of [url.one, url.two]) {
      const status = await fetch(`${origin}/api/meetings/${there.link.meeting}`);
      expect(meetingStatus.parse(await status.json()).state).toBe('ended');
    }
    const left = (await get(two, '/overview', overview)).meetings;
    expect(left).toMatchObject([{ node: 'taipei-1', members: 1 }]);
    const { rows } = await audit(two, { kinds: ['meeting-stopped'] });
    expect(rows.map(({ details }) => Object.fromEntries(details))).toEqual([
      { meeting, by: await ownId(one) },
    ]);
    // The other goes on.
    expect(here.host.state.phase.name).toBe('meeting');
    for (const bot of [here.host, there.host, guest, late]) bot.close();
  });

  it('are warned where the server is drained from the other, and nobody else is', async () => {
    const [here, there] = [await foundByBot(url.one, 'open'), await foundByBot(url.two, 'open')];
    await enter(here.host, 'Annemarie');
    await enter(there.host, 'Bertrand');
    const warned = (drains: boolean) =>
      there.host.until('warned', ({ notices }) =>
        notices.some(({ notice }) => notice.kind === 'maintenance' && (notice.until !== null) === drains),
      );
    const ready = async (origin: string) => (await fetch(`${origin}/api/ready`)).status;
    const draining = async (who: Visitor) =>
      (await get(who, '/overview', overview)).nodes
        .filter((node) => node.draining && node.figures?.drain.until != null)
        .map(({ name }) => name);

    expect(await codeOf(await post(one, '/drain', { node: 'taipei-2', minutes: 30 }))).toBe('ok');
    await warned(true);
    expect([await ready(url.one), await ready(url.two)]).toEqual([200, 503]);
    expect([await draining(one), await draining(two)]).toEqual([['taipei-2'], ['taipei-2']]);
    // Whoever comes to it is led on: the meeting begins at the other server.
    const begun = await foundByBot(url.one, 'open');
    begun.host.close();
    const led = await openBot({ origin: url.two, link: begun.link });
    await led.until('at the door', ({ phase }) => phase.name === 'prejoin');
    const { meetings } = await get(one, '/overview', overview);
    const found = await (await post(one, '/meetings/find', { id: begun.link.meeting })).json();
    const { meeting } = foundMeeting.parse(found);
    expect(meetings.find((each) => each.meeting === meeting)?.node).toBe('taipei-1');

    expect(await codeOf(await post(one, '/drain', { node: 'taipei-2', minutes: null }))).toBe('ok');
    await warned(false);
    expect(await ready(url.two)).toBe(200);
    expect(here.host.state.notices.filter(({ notice }) => notice.kind === 'maintenance')).toEqual([]);
    const { rows } = await audit(two, { kinds: ['drain'] });
    expect(rows.map(({ details }) => Object.fromEntries(details))).toMatchObject([
      { node: 'taipei-2', on: 'false' },
      { node: 'taipei-2', on: 'true', by: await ownId(one) },
    ]);
    for (const bot of [here.host, there.host, led]) bot.close();
  });
});

describe('accounts', () => {
  it('have at both servers at once the role and the sessions that one of them gave or took', async () => {
    const person = await byLink('Chen');
    const elsewhere = person.at(url.two);
    const id = await ownId(person);
    expect((await accountOf(elsewhere))?.role).toBe('host');

    expect(await codeOf(await post(one, '/accounts/role', { id, role: 'admin' }))).toBe('ok');
    expect((await accountOf(elsewhere))?.role).toBe('admin');
    expect(await codeOf(await elsewhere.api('GET', '/admin/overview'))).toBe('passkey-required');
    expect(await codeOf(await post(two, '/accounts/role', { id, role: 'member' }))).toBe('ok');
    expect((await accountOf(person))?.role).toBe('member');
    expect(await codeOf(await person.api('GET', '/admin/overview'))).toBe('not-entitled');

    expect(await codeOf(await post(one, '/accounts/revoke', { id }))).toBe('ok');
    expect(await accountOf(elsewhere)).toBeNull();
    const { accounts } = await get(two, '/accounts', adminAccounts);
    expect(accounts.find((each) => each.id === id)).toMatchObject({ role: 'member', sessions: 0 });
    expect(await codeOf(await post(two, '/accounts/remove', { id }))).toBe('ok');
    expect(await codeOf(await post(one, '/accounts/remove', { id }))).toBe('not-found');
  });

  it('come by a link that either server made, once, and none that the other withdrew', async () => {
    const [used, withdrawn] = [await makeLink(one, 'Used'), await makeLink(one, 'Withdrawn')];
    const { invites } = await get(two, '/invites', adminInvites);
    const take = async (token: string | undefined, origin: string) =>
      codeOf(await new Visitor(origin).api('POST', '/account/invite', { token }));
    expect(await take(used, url.two)).toBe('ok');
    expect(await take(used, url.one)).toBe('sign-in-failed');
    const id = invites.find(({ name }) => name === 'Withdrawn')?.id;
    expect(await codeOf(await post(two, '/invites/withdraw', { id }))).toBe('ok');
    expect(await take(withdrawn, url.one)).toBe('sign-in-failed');
  });
});

describe('reports', () => {
  it('are in the inbox of either server, and gone from both', async () => {
    const { host, link } = await foundByBot(url.two, 'open');
    host.close();
    const id = adminReports.shape.reports.element.shape.id.parse(`${'Q'.repeat(21)}A`);
    const sealed = new Uint8Array([1, 2, 3, 0, 255]);
    const reports = new KyselyReports(tables);
    await reports.add({ id, meeting: link.meeting, receivedAt: Date.now(), sealed }, 10);
    for (const who of [one, two]) {
      const listed = (await get(who, '/reports', adminReports)).reports;
      expect(listed).toMatchObject([{ id, bytes: 5 }]);
      const fetched = await who.api('GET', `/admin/reports/${id}`);
      expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(sealed);
    }
    expect(await codeOf(await post(two, '/reports/remove', { id }))).toBe('ok');
    expect((await get(one, '/reports', adminReports)).reports).toEqual([]);
    expect(await codeOf(await one.api('GET', `/admin/reports/${id}`))).toBe('not-found');
  });
});

describe('policies', () => {
  it('that the servers do not share are named at either, and each enforces its own', async () => {
    expect(await get(one, '/policies', sitePolicies)).toMatchObject({
      here: { presets: ['open', 'moderated', 'classroom', 'webinar'] },
      others: [{ node: 'taipei-2', differs: ['presets'] }],
    });
    expect(await get(two, '/policies', sitePolicies)).toMatchObject({
      here: { presets: ['open', 'moderated'] },
      others: [{ node: 'taipei-1', differs: ['presets'] }],
    });
    await expect(foundByBot(url.two, 'classroom')).rejects.toMatchObject({ code: 'not-allowed-here' });
  });
});

describe('the audit log', () => {
  const command = (task: 'verify' | 'export', ...more: string[]) =>
    spawnSync(process.execPath, ['server/tools/audit.ts', task, ...more], {
      encoding: 'utf8',
      env: {
        ...process.env,
        SEALROOM_DATA: site.dataOf('taipei-1'),
        SEALROOM_DATABASE_URL: site.databaseUrl,
      },
    });

  it('is one for both servers: what either did is found, counted and exported at each', async () => {
    const starts = (await audit(one, { kinds: ['start'] })).rows;
    expect(starts.map(({ details }) => Object.fromEntries(details).node).sort()).toEqual([
      'taipei-1',
      'taipei-2',
    ]);
    const by = await ownId(one);
    await Promise.all([1, 2, 3, 4].flatMap(() => [makeLink(one), makeLink(two)]));
    for (const who of [one, two]) {
      const { rows } = await audit(who, { kinds: ['invite-made'], about: by });
      expect(rows.length).toBeGreaterThanOrEqual(8);
    }
    const lines = await exported(two);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(command('export').stdout.trimEnd().split('\n').map(readEntry)).toEqual(lines);
  });

  it('takes the entries of servers that write at once, all of them, and is verified meanwhile', async () => {
    const key = SiteKey.open(site.dataOf('taipei-1'));
    // As servers have it: each its own connections.
    const writers = await Promise.all(
      [1, 2, 3].map(async () => {
        const own = await openSite({ dataDir: '', databaseUrl: site.databaseUrl });
        return { own, log: new AuditLog(new KyselyAudit(own), key, Date.now, createLog('silent')) };
      }),
    );
    const many = 100;
    let busy = true;
    const written = Promise.all(
      writers.flatMap(({ log }) =>
        Array.from({ length: many }, () => log.write({ kind: 'limited', what: 'test', from: 'nobody' })),
      ),
    ).finally(() => {
      busy = false;
    });
    let looked = 0;
    while (busy) {
      expect(await verifyStored(new KyselyAudit(tables), key.publicKey, null)).toMatchObject({ ok: true });
      looked += 1;
    }
    await written;
    for (const { own } of writers) await own.destroy();
    expect(looked).toBeGreaterThan(0);
    const lines = await exported(two);
    expect(lines.filter(({ event }) => event.kind === 'limited')).toHaveLength(3 * many);
    for (const who of [one, two]) {
      const state = auditState.parse(await (await post(who, '/audit/verify')).json());
      expect(state).toMatchObject({ ok: true, entries: lines.length });
    }
    expect(command('verify').stdout).toContain(`whole: ${lines.length} entries`);
  });

  it('shows an entry that somebody took out of the middle or off the end of the database', async () => {
    const kept = await tables.selectFrom('audit').selectAll().orderBy('seq').execute();
    const missing = kept[4];
    const last = kept.at(-1);
    if (!missing || !last) throw new Error('too few entries');
    for (const { seq, line } of [missing, last]) {
      await tables.deleteFrom('audit').where('seq', '=', seq).execute();
      const state = auditState.parse(await (await post(two, '/audit/verify')).json());
      expect(state).toMatchObject({ ok: false, seq });
      const { status, stderr } = command('verify');
      expect([status, stderr]).toEqual([1, expect.stringContaining(`entry ${seq} `)]);
      await tables.insertInto('audit').values({ seq, line }).execute();
    }
    expect(command('verify').status).toBe(0);
  });
});

async function makeLink(who: Visitor, name = 'Somebody'): Promise<string> {
  const made = await post(who, '/invites', { name, role: 'host', hours: 2, account: null });
  const { path } = madeInvite.parse(await made.json());
  return path.split('#')[1] ?? '';
}

async function exported(who: Visitor) {
  const text = await (await who.api('GET', '/admin/audit/export')).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const entry = readEntry(line);
      if (!entry) throw new Error('no entry');
      return entry;
    });
}
