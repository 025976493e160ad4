import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { failure } from '../../shared/errors.ts';
import { accountAnswer } from '../../shared/protocol/accounts.ts';
import {
  type AuditQuery,
  adminAccounts,
  adminInvites,
  adminReports,
  auditPage,
  auditState,
  diagnosis,
  foundMeeting,
  madeInvite,
  overview,
  sitePolicies,
} from '../../shared/protocol/admin.ts';
import { meetingStatus } from '../../shared/protocol/rest.ts';
import { enter, foundByBot, openBot } from '../bots/bot.ts';
import { hostLink } from '../support/hostLink.ts';
import { ProviderSite } from '../support/providerSite.ts';
import { Visitor } from '../support/visitor.ts';

const HOUR = 3_600_000;
let site: ProviderSite;
let admin: Visitor;

beforeAll(async () => {
  site = await ProviderSite.start({
    SEALROOM_OIDC_ROLES: 'groups=hosts:host,groups=admins:admin',
    SEALROOM_NETWORKS: '198.51.100.0/24,127.0.0.0/8',
  });
  admin = await site.signIn('ada');
});

afterAll(() => site?.close());

/** Somebody who came by a one-time link, and nothing more. */
async function byLink(role: 'host' | 'admin'): Promise<Visitor> {
  const { token } = await hostLink(site.dataDir, 'Link', role);
  const who = new Visitor(site.url);
  await who.api('POST', '/account/invite', { token });
  return who;
}

const codeOf = async (response: Response) => (response.ok ? 'ok' : failure.parse(await response.json()).code);
const get = async <Form extends z.ZodType>(path: string, form: Form, who = admin) =>
  form.parse(await (await who.api('GET', `/admin${path}`)).json());
const post = (path: string, body: object = {}, who = admin) => who.api('POST', `/admin${path}`, body);
const audit = async (query: Partial<AuditQuery> = {}) => {
  const all = { kinds: [], about: '', since: null, before: null, ...query };
  return auditPage.parse(await (await post('/audit', all)).json());
};
/** The newest entry of a kind, as an object. */
const noted = async (kind: string) =>
  Object.fromEntries((await audit({ kinds: [kind] })).rows[0]?.details ?? []);
const ownId = async (who: Visitor): Promise<string> =>
  accountAnswer.parse(await (await who.api('GET', '/account')).json()).account?.id ?? '';

const someId = 'A'.repeat(22);
const routes: readonly (readonly ['GET' | 'POST', string, object?])[] = [
  ['GET', '/overview'],
  ['POST', '/meetings/find', { id: someId }],
  ['POST', '/meetings/end', { id: someId }],
  ['POST', '/drain', { node: 'this server', minutes: 1 }],
  ['GET', '/accounts'],
  ['POST', '/accounts/role', { id: someId, role: 'host' }],
  ['POST', '/accounts/revoke', { id: someId }],
  ['POST', '/accounts/remove', { id: someId }],
  ['GET', '/invites'],
  ['POST', '/invites', { name: 'X', role: 'host', hours: 1, account: null }],
  ['POST', '/invites/withdraw', { id: `${'A'.repeat(42)}A` }],
  ['GET', '/reports'],
  ['GET', `/reports/${someId}`],
  ['POST', '/reports/remove', { id: someId }],
  ['POST', '/audit', { kinds: [], about: '', since: null, before: null }],
  ['POST', '/audit/verify', {}],
  ['GET', '/audit/export'],
  ['GET', '/policies'],
  ['POST', '/doctor', {}],
];

describe('administration', () => {
  it('is for administrators alone, at every address', async () => {
    const [host, link, guest] = [await site.signIn('lin'), await byLink('admin'), new Visitor(site.url)];
    for (const [method, path, body] of routes) {
      const ask = async (who: Visitor) => codeOf(await who.api(method, `/admin${path}`, body));
      expect([path, await ask(guest)]).toEqual([path, 'sign-in-required']);
      expect([path, await ask(host)]).toEqual([path, 'not-entitled']);
      // A link alone, whoever it was sent to, is not enough.
      expect([path, await ask(link)]).toEqual([path, 'passkey-required']);
    }
    expect(await noted('admin-refused')).toMatchObject({
      account: await ownId(link),
      why: 'passkey-required',
    });
  });

  it('takes no request that another site made with the cookie', async () => {
    for (const [method, path, body] of routes) {
      const made = (headers: Record<string, string>) =>
        admin.go(`${site.url}/api/admin${path}`, {
          method,
          headers: { 'Content-Type': 'application/json', ...headers },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
      expect((await made({ Origin: site.url })).status).toBe(403);
      expect((await made({ 'X-Sealroom': '1', Origin: 'https://evil.example' })).status).toBe(403);
      expect((await made({ 'X-Sealroom': '1', 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    }
  });

  it('has every address in the lists above, and no other', async () => {
    for (const path of ['/meetings', '/join', '/records', '/sessions']) {
      expect(await codeOf(await admin.api('GET', `/admin${path}`))).toBe('not-found');
    }
    expect(await codeOf(await post('/drain', { node: 'this server', minutes: '1' }))).toBe('bad-request');
    expect(await codeOf(await post('/accounts/role', { id: someId, role: 'root' }))).toBe('bad-request');
  });

  it('ends with the sign-in that is too old', async () => {
    const early = await site.signIn('ada');
    site.ahead = 12 * HOUR;
    expect(await codeOf(await early.api('GET', '/admin/overview'))).toBe('sign-in-required');
    site.ahead = 0;
  });
});

describe('meetings', () => {
  it('are shown by tags that open nothing, with how many are there, and can be ended', async () => {
    const { host, link } = await foundByBot(site.url, 'open');
    await enter(host, 'Annemarie');
    const guest = await openBot({ origin: site.url, link });
    await enter(guest, 'Bertrand');
    const late = await openBot({ origin: site.url, link });
    await late.until('at the door', ({ phase }) => phase.name === 'prejoin');

    const answer = await (await admin.api('GET', '/admin/overview')).text();
    expect(answer).not.toContain(link.meeting);
    const { meetings, nodes } = overview.parse(JSON.parse(answer));
    expect(meetings).toMatchObject([{ members: 2, waiting: 0, connected: 3, weak: 0 }]);
    expect(nodes[0]?.figures?.connections).toBe(3);
    const tag = meetings[0]?.meeting ?? '';
    const known = foundMeeting.parse(await (await post('/meetings/find', { id: link.meeting })).json());
    expect(known).toMatchObject({ meeting: tag, state: 'open' });

    expect(await codeOf(await post('/meetings/end', { meeting: tag }))).toBe('ok');
    for (const bot of [host, guest, late]) {
      await bot.until('told who ended it', ({ phase }) => phase.name === 'ended' && phase.by === 'operator');
    }
    expect(await noted('meeting-stopped')).toEqual({ meeting: tag, by: await ownId(admin) });
    const status = await fetch(`${site.url}/api/meetings/${link.meeting}`);
    expect(meetingStatus.parse(await status.json()).state).toBe('ended');
    const again = await openBot({ origin: site.url, link });
    await again.until('kept out', ({ phase }) => phase.name === 'ended' && phase.by === null);
    expect((await get('/overview', overview)).meetings).toEqual([]);
    expect(await codeOf(await post('/meetings/end', { id: link.meeting }))).toBe('not-found');
    for (const bot of [host, guest, late, again]) bot.close();
  });

  it('are warned of a restart, and told when it is called off', async () => {
    const { host } = await foundByBot(site.url, 'open');
    await enter(host, 'Annemarie');
    const warned = (until: boolean) =>
      host.until('warned', ({ notices }) =>
        notices.some(({ notice }) => notice.kind === 'maintenance' && (notice.until !== null) === until),
      );
    expect(await codeOf(await post('/drain', { node: 'this server', minutes: 30 }))).toBe('ok');
    await warned(true);
    expect((await fetch(`${site.url}/api/ready`)).status).toBe(503);
    await expect(foundByBot(site.url, 'open')).rejects.toMatchObject({ code: 'draining' });
    const { nodes } = await get('/overview', overview);
    const drain = { until: expect.any(Number), final: false };
    expect(nodes).toMatchObject([{ here: true, draining: true, figures: { drain } }]);
    expect(await codeOf(await post('/drain', { node: 'another', minutes: 30 }))).toBe('not-found');
    expect(await noted('drain')).toMatchObject({ on: 'true' });

    expect(await codeOf(await post('/drain', { node: 'this server', minutes: null }))).toBe('ok');
    await warned(false);
    expect((await fetch(`${site.url}/api/ready`)).status).toBe(200);
    expect(await noted('drain')).toMatchObject({ on: 'false', by: await ownId(admin) });
    host.close();
  });
});

describe('accounts', () => {
  it('get another role at once, lose their sessions, and are removed, each on record', async () => {
    const who = await byLink('host');
    const id = await ownId(who);
    const listed = async () =>
      (await get('/accounts', adminAccounts)).accounts.find((each) => each.id === id);
    expect(await listed()).toMatchObject({ role: 'host', kind: 'local', sessions: 1, self: false });

    expect(await codeOf(await post('/accounts/role', { id, role: 'member' }))).toBe('ok');
    expect(await listed()).toMatchObject({ role: 'member' });
    expect(await noted('role-changed')).toEqual({ account: id, role: 'member', by: await ownId(admin) });

    expect(await codeOf(await post('/accounts/revoke', { id }))).toBe('ok');
    expect(await ownId(who)).toBe('');
    expect(await noted('sessions-revoked')).toMatchObject({ account: id });

    expect(await codeOf(await post('/accounts/remove', { id }))).toBe('ok');
    expect(await listed()).toBeUndefined();
    expect(await noted('account-removed')).toMatchObject({ account: id, by: await ownId(admin) });
    expect(await codeOf(await post('/accounts/remove', { id }))).toBe('not-found');
  });

  it('of one’s own, and roles that the provider gives, stay', async () => {
    const own = await ownId(admin);
    for (const path of ['/accounts/remove', '/accounts/role'])
      expect(
        await codeOf(await post(path, { id: own, ...(path.endsWith('role') ? { role: 'host' } : {}) })),
      ).toBe('forbidden');
    const lin = await ownId(await site.signIn('lin'));
    expect(await codeOf(await post('/accounts/role', { id: lin, role: 'admin' }))).toBe('forbidden');
  });
});

describe('links for hosts', () => {
  it('are made, listed without what opens them, used once, and withdrawn', async () => {
    const make = async (name: string) =>
      madeInvite.parse(await (await post('/invites', { name, role: 'host', hours: 2, account: null })).json())
        .path;
    const token = (path: string) => path.split('#')[1] ?? '';
    const [used, withdrawn] = [await make('Used'), await make('Withdrawn')];
    expect(await noted('invite-made')).toEqual({ role: 'host', account: '', by: await ownId(admin) });
    const answer = await (await admin.api('GET', '/admin/invites')).text();
    expect(answer).not.toContain(token(used));
    const { invites } = adminInvites.parse(JSON.parse(answer));
    expect(invites.map(({ name }) => name).sort()).toEqual(['Used', 'Withdrawn']);

    expect(
      await codeOf(await new Visitor(site.url).api('POST', '/account/invite', { token: token(used) })),
    ).toBe('ok');
    const id = invites.find(({ name }) => name === 'Withdrawn')?.id;
    expect(await codeOf(await post('/invites/withdraw', { id }))).toBe('ok');
    expect(await noted('invite-withdrawn')).toMatchObject({ role: 'host' });
    expect(
      await codeOf(await new Visitor(site.url).api('POST', '/account/invite', { token: token(withdrawn) })),
    ).toBe('sign-in-failed');
    expect((await get('/invites', adminInvites)).invites).toEqual([]);
  });
});

describe('reports', () => {
  it('are listed, fetched as they were sealed, and deleted', async () => {
    const { host, link } = await foundByBot(site.url, 'open');
    host.close();
    const sealed = new Uint8Array([1, 2, 3]);
    const id = `${'Q'.repeat(21)}A`;
    const report = adminReports.shape.reports.element.shape.id.parse(id);
    await site.server.reports.add({ id: report, meeting: link.meeting, receivedAt: Date.now(), sealed }, 10);
    const { reports } = await get('/reports', adminReports);
    const { meeting } = foundMeeting.parse(await (await post('/meetings/find', { id: link.meeting })).json());
    expect(reports).toMatchObject([{ id, meeting, bytes: 3 }]);
    const fetched = await admin.api('GET', `/admin/reports/${id}`);
    expect(fetched.headers.get('content-disposition')).toBe('attachment; filename="report.sealed"');
    expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(sealed);
    expect(await noted('report-fetched')).toMatchObject({ report: id });
    expect(await codeOf(await post('/reports/remove', { id }))).toBe('ok');
    expect(await noted('report-deleted')).toMatchObject({ report: id, by: await ownId(admin) });
    expect((await get('/reports', adminReports)).reports).toEqual([]);
  });
});

describe('the audit log', () => {
  it('is searched, exported line by line, and verified', async () => {
    const { rows, next } = await audit({ kinds: ['sign-in'], about: await ownId(admin) });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ kind }) => kind === 'sign-in')).toBe(true);
    expect(next).toBeNull();
    expect((await audit({ since: Date.now() + HOUR })).rows).toEqual([]);

    const exported = await admin.api('GET', '/admin/audit/export');
    const lines = (await exported.text()).trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 1, event: { kind: 'start' } });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: { kind: 'audit-exported' } });
    const state = auditState.parse(await (await post('/audit/verify')).json());
    expect(state).toMatchObject({ ok: true, entries: lines.length });
  });

  it('goes on where an answer ended', async () => {
    for (let made = 0; made < 60; made += 1) {
      await post('/invites', { name: `Many ${made}`, role: 'host', hours: 1, account: null });
    }
    const first = await audit({ kinds: ['invite-made'] });
    expect(first.rows).toHaveLength(50);
    const second = await audit({ kinds: ['invite-made'], before: first.next });
    const seqs = [...first.rows, ...second.rows].map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => b - a));
    expect(second.next).toBeNull();
  });
});

describe('the site', () => {
  it('says what holds here', async () => {
    expect(await get('/policies', sitePolicies)).toMatchObject({
      here: {
        networks: ['198.51.100.0/24', '127.0.0.0/8'],
        guests: true,
        reports: false,
        reportDays: 90,
      },
      others: [],
    });
  });

  it('is examined while it runs, as by the command', async () => {
    const { findings } = diagnosis.parse(await (await post('/doctor')).json());
    expect(findings).toContainEqual({ state: 'green', found: { code: 'database-whole' } });
    expect(findings).toContainEqual({ state: 'green', found: { code: 'worker-starts' } });
  });
});
