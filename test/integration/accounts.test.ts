import { execFileSync, spawnSync } from 'node:child_process';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../shared/errors.ts';
import {
  accountAnswer,
  idTokenAnswer,
  type OwnAccount,
  signInLocation,
} from '../../shared/protocol/accounts.ts';
import { siteInfo } from '../../shared/protocol/rest.ts';
import { CLIENT_ID } from '../support/provider.ts';
import { ProviderSite } from '../support/providerSite.ts';
import { Visitor } from '../support/visitor.ts';
import { founding, Host } from './http/genesis.ts';

const NONCE = `${'n'.repeat(42)}A`;
const SESSION = 'sealroom-session';
const HOUR = 3_600_000;
let site: ProviderSite;

beforeAll(async () => {
  site = await ProviderSite.start({
    SEALROOM_CREATE: 'signed-in',
    SEALROOM_OIDC_NAME: 'Test account',
    SEALROOM_OIDC_GROUP: 'groups=staff',
    SEALROOM_OIDC_ROLES: 'groups=hosts:host',
  });
});

afterAll(() => site?.close());

let visitor: Visitor;
beforeEach(() => {
  visitor = new Visitor(site.url);
});
afterEach(() => {
  site.ahead = 0;
});

async function begin(who = visitor, nonce = NONCE): Promise<string> {
  const response = await who.api('POST', '/account/provider', { nonce });
  expect(response.status).toBe(200);
  return signInLocation.parse(await response.json()).location;
}

/** The way back into the page: where the callback sends the browser. */
const comeBack = async (callback: string, who = visitor) => (await who.go(callback)).headers.get('location');

async function signIn(login = 'lin', who = visitor): Promise<void> {
  const callback = await who.atProvider(await begin(who), login, site.url);
  expect(await comeBack(callback, who)).toBe('/signed-in');
}

async function me(who = visitor): Promise<OwnAccount | null> {
  return accountAnswer.parse(await (await who.api('GET', '/account')).json()).account;
}

const session = (who = visitor) => who.jar.get(new URL(site.url).host)?.get(SESSION);
const withSession = (token: string) => {
  const other = new Visitor(site.url);
  other.jar.set(new URL(site.url).host, new Map([[SESSION, token]]));
  return other;
};

/** Looked up by another process: opening the file here would drop the locks that the database holds on it. */
const onDisk = (text: string) => spawnSync('grep', ['-rqF', '--', text, site.dataDir]).status === 0;

const found = (who = visitor) => who.api('POST', '/meetings', founding(new Host().genesis()));
const codeOf = async (response: Response) => failure.parse(await response.json()).code;

describe('signing in by the provider', () => {
  it('makes an account and hands the id_token over once, bound to the device', async () => {
    await signIn();
    expect(await me()).toMatchObject({
      name: 'Lin Mei-hua',
      role: 'host',
      kind: 'provider',
      mayCreate: true,
    });
    const first = idTokenAnswer.parse(await (await visitor.api('POST', '/account/id-token')).json());
    const claims = decodeJwt(first.idToken ?? '');
    expect(claims).toMatchObject({ iss: site.provider.issuer, aud: CLIENT_ID, sub: 'lin', nonce: NONCE });
    const again = idTokenAnswer.parse(await (await visitor.api('POST', '/account/id-token')).json());
    expect(again.idToken).toBeNull();
  });

  it('tells the page of the provider and its keys, public parts only', async () => {
    const answer = siteInfo.parse(await (await visitor.api('GET', '/site')).json());
    expect(answer.create).toBe('signed-in');
    expect(answer.signIn.provider).toEqual({ name: 'Test account' });
    expect(answer.staff).toMatchObject({ issuer: site.provider.issuer, audience: CLIENT_ID });
    for (const key of answer.staff?.keys ?? []) expect(key).not.toHaveProperty('d');
  });

  it('keeps one account per person', async () => {
    await signIn();
    const first = await me();
    const other = new Visitor(site.url);
    await signIn('lin', other);
    expect((await me(other))?.id).toBe(first?.id);
  });

  it('refuses whoever lacks the group', async () => {
    const callback = await visitor.atProvider(await begin(), 'eve', site.url);
    expect(await comeBack(callback)).toBe('/signed-in#not-entitled');
    expect(await me()).toBeNull();
  });

  it('refuses a callback that comes twice', async () => {
    const callback = await visitor.atProvider(await begin(), 'lin', site.url);
    const cookies = new Map(visitor.jar.get(new URL(site.url).host));
    expect(await comeBack(callback)).toBe('/signed-in');
    const again = new Visitor(site.url);
    again.jar.set(new URL(site.url).host, cookies);
    expect(await comeBack(callback, again)).toBe('/signed-in#sign-in-failed');
  });

  it('refuses a code that was used already, under a new state', async () => {
    const used = new URL(await visitor.atProvider(await begin(), 'lin', site.url));
    await comeBack(used.href);
    const state = new URL(await begin()).searchParams.get('state') ?? '';
    used.searchParams.set('state', state);
    expect(await comeBack(used.href)).toBe('/signed-in#sign-in-failed');
  });

  it('refuses a callback in another browser than the one that began (forged sign-in)', async () => {
    const callback = await visitor.atProvider(await begin(), 'lin', site.url);
    const victim = new Visitor(site.url);
    expect(await comeBack(callback, victim)).toBe('/signed-in#sign-in-failed');
    await begin(victim);
    expect(await comeBack(callback, victim)).toBe('/signed-in#sign-in-failed');
    expect(await me(victim)).toBeNull();
  });

  it('refuses an id_token with another nonce, and a changed PKCE challenge', async () => {
    for (const [name, value] of [
      ['nonce', 'x'.repeat(43)],
      ['code_challenge', 'y'.repeat(43)],
    ] as const) {
      const location = new URL(await begin());
      location.searchParams.set(name, value);
      const callback = await visitor.atProvider(location.href, 'lin', site.url);
      expect(await comeBack(callback)).toBe('/signed-in#sign-in-failed');
    }
  });

  it('refuses an answer in the name of another provider, and a sign-in that took too long', async () => {
    const mixed = new URL(await visitor.atProvider(await begin(), 'lin', site.url));
    mixed.searchParams.set('iss', 'https://evil.example');
    expect(await comeBack(mixed.href)).toBe('/signed-in#sign-in-failed');
    const late = await visitor.atProvider(await begin(), 'lin', site.url);
    site.ahead = 11 * 60_000;
    expect(await comeBack(late)).toBe('/signed-in#sign-in-failed');
  });

  it('begins for our own page only', async () => {
    const post = (headers: Record<string, string>) =>
      visitor.go(`${site.url}/api/account/provider`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ nonce: NONCE }),
      });
    expect((await post({ Origin: site.url })).status).toBe(403);
    expect((await post({ Origin: 'https://evil.example', 'X-Sealroom': '1' })).status).toBe(403);
    expect((await post({ 'Sec-Fetch-Site': 'cross-site', 'X-Sealroom': '1' })).status).toBe(403);
    expect((await visitor.api('POST', '/account/provider', { nonce: 'short' })).status).toBe(400);
  });
});

describe('sessions', () => {
  it('are cookies that scripts cannot read and other sites do not send', async () => {
    const callback = await visitor.atProvider(await begin(), 'lin', site.url);
    const { headers } = await visitor.go(callback);
    expect(headers.get('content-disposition')).toBeNull();
    const lines = headers.getSetCookie();
    const line = lines.find((each) => each.startsWith(`${SESSION}=`));
    expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(lines.find((each) => each.startsWith('sealroom-sign-in='))).toMatch(/Max-Age=0$/);
  });

  it('rest as hashes only', async () => {
    await signIn();
    const token = session() ?? '';
    expect(token).toHaveLength(43);
    expect(onDisk('Lin Mei-hua')).toBe(true);
    expect(onDisk(token)).toBe(false);
    expect(site.logs).not.toContain(token);
  });

  it('are new at each sign-in: a token planted before is worth nothing after (fixation)', async () => {
    await signIn('bo');
    const planted = session() ?? '';
    await signIn('lin');
    expect(session()).not.toBe(planted);
    expect(await me(withSession(planted))).toBeNull();
    const invented = withSession('z'.repeat(43));
    await signIn('lin', invented);
    expect(session(invented)).not.toBe('z'.repeat(43));
  });

  it('change their token every hour; the old one passes until the new one was seen, and a minute longer', async () => {
    await signIn();
    const old = session() ?? '';
    site.ahead = HOUR;
    expect(await me()).not.toBeNull();
    const fresh = session() ?? '';
    expect(fresh).not.toBe(old);
    expect(await me(withSession(old))).not.toBeNull();
    expect(await me()).not.toBeNull();
    expect(await me(withSession(old))).not.toBeNull();
  });

  it('end when a token that was replaced comes back', async () => {
    await signIn();
    const old = session() ?? '';
    site.ahead = HOUR;
    await me();
    await me();
    site.ahead = HOUR + 120_000;
    expect(await me(withSession(old))).toBeNull();
    expect(await me()).toBeNull();
  });

  it('end with the working day', async () => {
    await signIn();
    for (const hours of [4, 8, 11]) {
      site.ahead = hours * HOUR;
      expect(await me()).not.toBeNull();
    }
    site.ahead = 12 * HOUR + 1;
    expect(await me()).toBeNull();
  });

  it('can be ended one by one and everywhere', async () => {
    const [desk, phone, tablet] = [new Visitor(site.url), new Visitor(site.url), new Visitor(site.url)];
    await signIn('bo', desk);
    await desk.api('POST', '/account/sign-out', { everywhere: true });
    for (const each of [desk, phone, tablet]) await signIn('bo', each);
    const stranger = new Visitor(site.url);
    await signIn('lin', stranger);
    const others = ((await me(desk))?.sessions ?? []).filter(({ current }) => !current);
    expect(others).toHaveLength(2);
    for (const { id } of others) await stranger.api('POST', '/account/sessions/end', { id });
    expect((await me(desk))?.sessions).toHaveLength(3);
    const [first] = others;
    await desk.api('POST', '/account/sessions/end', { id: first?.id });
    expect((await me(desk))?.sessions).toHaveLength(2);
    expect((await desk.api('POST', '/account/sign-out', { everywhere: true })).status).toBe(200);
    for (const each of [desk, phone, tablet]) expect(await me(each)).toBeNull();
    expect(await me(stranger)).not.toBeNull();
  });
});

describe('creating meetings', () => {
  it('needs a sign-in, and the right', async () => {
    expect(await codeOf(await found())).toBe('sign-in-required');
    await signIn('bo');
    expect(await me()).toMatchObject({ role: 'member', mayCreate: false });
    expect(await codeOf(await found())).toBe('not-entitled');
    const host = new Visitor(site.url);
    await signIn('lin', host);
    expect((await found(host)).status).toBe(201);
  });

  it('takes no request that another site made with the cookie', async () => {
    await signIn('lin');
    const body = JSON.stringify(founding(new Host().genesis()));
    const post = (headers: Record<string, string>) =>
      visitor.go(`${site.url}/api/meetings`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
      });
    expect((await post({ Origin: 'https://evil.example', 'X-Sealroom': '1' })).status).toBe(403);
    expect((await post({ Origin: site.url })).status).toBe(403);
    expect((await post({ Origin: site.url, 'X-Sealroom': '1' })).status).toBe(201);
  });

  it('ends with the session', async () => {
    await signIn('lin');
    await visitor.api('POST', '/account/sign-out', { everywhere: false });
    expect(await codeOf(await found())).toBe('sign-in-required');
  });
});

describe('one-time host links', () => {
  const invite = (...args: string[]) =>
    execFileSync(process.execPath, ['server/tools/hostsInvite.ts', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SEALROOM_DATA: site.dataDir, SEALROOM_PUBLIC_URL: 'https://meet.example.org' },
    }).trim();

  it('sign one person in, once', async () => {
    const link = new URL(invite('--name', 'Chen'));
    expect(link.origin + link.pathname).toBe('https://meet.example.org/invited');
    const token = link.hash.slice(1);
    expect((await visitor.api('POST', '/account/invite', { token })).status).toBe(200);
    expect(await me()).toMatchObject({ name: 'Chen', role: 'host', kind: 'local' });
    expect((await found()).status).toBe(201);
    const second = new Visitor(site.url);
    expect(await codeOf(await second.api('POST', '/account/invite', { token }))).toBe('sign-in-failed');
    expect(onDisk(token)).toBe(false);
    const again = new URL(invite('--name', 'Chen', '--account', (await me())?.id ?? ''));
    await second.api('POST', '/account/invite', { token: again.hash.slice(1) });
    expect((await me(second))?.id).toBe((await me())?.id);
  });

  it('open accounts that the administrator can remove', async () => {
    const token = new URL(invite('--name', 'Former')).hash.slice(1);
    await visitor.api('POST', '/account/invite', { token });
    const id = (await me())?.id ?? '';
    const hosts = (...args: string[]) =>
      execFileSync(process.execPath, ['server/tools/hosts.ts', ...args], {
        encoding: 'utf8',
        env: { ...process.env, SEALROOM_DATA: site.dataDir },
      });
    expect(hosts('list')).toContain(`${id}  host    local     Former`);
    hosts('remove', '--account', id);
    expect(await me()).toBeNull();
    expect(hosts('list')).not.toContain(id);
  });

  it('wait no longer than they were made for', async () => {
    const token = new URL(invite('--name', 'Late', '--hours', '1')).hash.slice(1);
    site.ahead = HOUR + 1;
    expect(await codeOf(await visitor.api('POST', '/account/invite', { token }))).toBe('sign-in-failed');
  });

  it.each([
    [[], '--name must be'],
    [['--name', 'x', '--role', 'member'], '--role must be'],
    [['--name', 'x', '--hours', '0'], '--hours must be'],
    [['--name', 'x', '--account', 'nobody'], '--account must be'],
    [['--name', 'x', '--account', 'A'.repeat(22)], 'no such account'],
  ])('are not made from %o', (args, sentence) => {
    expect(() => invite(...args)).toThrow(sentence);
  });
});

it('what happened is on record, with no name and no address', async () => {
  const audit = (task: string) =>
    execFileSync(process.execPath, ['server/tools/audit.ts', task], {
      encoding: 'utf8',
      env: { ...process.env, SEALROOM_DATA: site.dataDir },
    });
  const { id } = (await signIn().then(() => me())) ?? {};
  const lines = audit('export');
  for (const kind of [
    'start',
    'meeting-founded',
    'sign-in-refused',
    'session-stolen',
    'invite-made',
    'sign-out',
  ]) {
    expect(lines).toContain(`{"kind":"${kind}"`);
  }
  expect(lines).toContain(`{"kind":"sign-in","way":"provider","account":"${id}","role":"host"`);
  expect(lines).not.toMatch(/Lin Mei|127\.0\.0\.1|198\.51|Chen|example/);
  expect(audit('verify')).toContain('The audit log is whole');
});

it('too many sign-ins from one address have to wait', async () => {
  const statuses = new Set<number>();
  // One more comes back each second; even a slow machine is quicker than that.
  for (let i = 0; i < 120; i += 1) {
    statuses.add((await visitor.api('POST', '/account/invite', { token: `${'q'.repeat(42)}A` })).status);
  }
  expect([...statuses]).toEqual([401, 429]);
});
