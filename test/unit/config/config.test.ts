import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../server/config/config.ts';
import { describeSettings, printSettings } from '../../../server/config/describe.ts';
import { settings } from '../../../server/config/settings.ts';
import { readSource } from '../../../server/config/source.ts';
import { operator } from '../../support/operator.ts';
import { openPolicies } from '../../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function refusal(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: null,
      dataDir: resolve('data'),
      databaseUrl: null,
      siteList: null,
      cluster: null,
      tls: null,
      media: { announced: [], listen: null, port: 44400, workers: availableParallelism(), turn: null },
      files: {
        fileBytes: 1024 ** 3,
        meetingBytes: 4 * 1024 ** 3,
        totalBytes: 20 * 1024 ** 3,
        keepMs: 86_400_000,
      },
      logLevel: 'info',
      trustedProxies: ['loopback'],
      reportKey: null,
      accounts: { create: 'anyone', provider: null },
      policies: openPolicies,
      rates: {},
      metricsToken: null,
      node: null,
      drainMs: 7_200_000,
      reportDays: 90,
    });
  });

  it('takes an empty value as not set', () => {
    expect(readConfig({ SEALROOM_PORT: '', SEALROOM_TURN_URLS: ' ' })).toEqual(readConfig({}));
  });

  it('listens on every address once it speaks TLS', () => {
    const pem = file('some.pem', 'x');
    const config = readConfig({ SEALROOM_TLS_CERT: pem, SEALROOM_TLS_KEY: pem });
    expect(config.host).toBe('::');
    expect(config.tls).toEqual({ certFile: pem, keyFile: pem });
  });

  it('reads a file, under the environment', () => {
    const SEALROOM_CONFIG = file('sealroom.env', 'SEALROOM_PORT=9001\nSEALROOM_WORKERS=3 # small\n');
    const config = readConfig({ SEALROOM_CONFIG, SEALROOM_PORT: '9002' });
    expect(config.port).toBe(9002);
    expect(config.media.workers).toBe(3);
  });

  it('takes a name for the media server, and a region with a name only', () => {
    const named = readConfig({ SEALROOM_NODE_NAME: 'taipei-1', SEALROOM_REGION: 'Taipei' });
    expect(named.node).toEqual({ name: 'taipei-1', region: 'Taipei' });
    expect(readConfig({ SEALROOM_NODE_NAME: 'taipei-1' }).node).toEqual({ name: 'taipei-1', region: null });
    expect(refusal({ SEALROOM_REGION: 'Taipei' }).message).toContain('SEALROOM_NODE_NAME is missing');
  });

  it('holds meetings to regions of the signed list only', () => {
    const site = operator();
    const entry = (name: string, region: string) => ({
      name,
      region,
      addresses: ['192.0.2.1'],
      fingerprint: Array(32).fill('AB').join(':'),
      relays: [],
    });
    const list = site.list(
      entry('taipei-1', 'Taipei'),
      entry('taipei-2', 'Taipei'),
      entry('hsinchu-1', 'Hsinchu'),
    );
    const SEALROOM_SITE_LIST = file('site-list.json', JSON.stringify(list));
    const listed = { SEALROOM_SITE_LIST, SEALROOM_NODE_NAME: 'taipei-1' };
    expect(readConfig(listed).policies.residency).toBeNull();
    const named = readConfig({ ...listed, SEALROOM_RESIDENCY: 'Taipei, Hsinchu,Taipei' });
    expect(named.policies.residency).toEqual({ operator: site.key, regions: ['Hsinchu', 'Taipei'] });

    expect(refusal({ SEALROOM_RESIDENCY: 'Taipei' }).message).toMatch(/^SEALROOM_SITE_LIST is missing/);
    const SEALROOM_CONFIG = file('regions.env', '# ours\nSEALROOM_RESIDENCY=Taipei,Abroad\n');
    expect(refusal({ ...listed, SEALROOM_CONFIG }).message).toBe(
      `SEALROOM_RESIDENCY names Abroad, where no server of ${SEALROOM_SITE_LIST} is: it has Hsinchu, Taipei. Fix line 2 of ${SEALROOM_CONFIG}.`,
    );
    const forged = { ...list, content: list.content.replaceAll('Hsinchu', 'Abroad') };
    const unsigned = { ...listed, SEALROOM_SITE_LIST: file('forged.json', JSON.stringify(forged)) };
    expect(refusal({ ...unsigned, SEALROOM_RESIDENCY: 'Abroad' }).message).toContain(
      'is no list that npm run site:sign wrote.',
    );
    expect(refusal({ ...listed, SEALROOM_RESIDENCY: 'R'.repeat(61) }).message).toContain(
      'at most 16 regions',
    );
  });

  it('joins servers only with a database that they share, and by name', () => {
    const SEALROOM_REDIS_URL = 'redis://:secret@redis.example:6379';
    const SEALROOM_DATABASE_URL = 'postgres://sealroom@db.example/sealroom';
    expect(refusal({ SEALROOM_REDIS_URL }).message).toMatch(/^SEALROOM_DATABASE_URL is missing/);
    expect(refusal({ SEALROOM_REDIS_URL, SEALROOM_DATABASE_URL }).message).toMatch(
      /^SEALROOM_NODE_NAME is missing/,
    );
    const config = readConfig({ SEALROOM_REDIS_URL, SEALROOM_DATABASE_URL, SEALROOM_NODE_NAME: 'taipei-1' });
    expect(config.cluster).toEqual({ redisUrl: SEALROOM_REDIS_URL, node: 'taipei-1' });
    expect(refusal({ SEALROOM_DATABASE_URL: 'mysql://db/x' }).setting).toBe('SEALROOM_DATABASE_URL');
  });

  it('takes TURN servers, announced addresses and a public address', () => {
    const config = readConfig({
      SEALROOM_TURN_URLS: 'turn:a.example:3478?transport=udp, turns:b.example:443?transport=tcp',
      SEALROOM_TURN_SECRET: 'sixteen letters!',
      SEALROOM_ANNOUNCED_ADDRESS: '203.0.113.7,2001:db8::7',
      SEALROOM_PUBLIC_URL: 'https://meet.example.org/',
    });
    expect(config.media.turn?.urls).toEqual([
      'turn:a.example:3478?transport=udp',
      'turns:b.example:443?transport=tcp',
    ]);
    expect(config.media.announced).toEqual(['203.0.113.7', '2001:db8::7']);
    expect(config.publicUrl).toBe('https://meet.example.org');
  });

  it.each([
    [{ SEALROOM_PORT: 'web' }, 'SEALROOM_PORT must be a whole number from 0 to 65535.'],
    [{ SEALROOM_PORT: '70000' }, 'SEALROOM_PORT must be a whole number from 0 to 65535.'],
    [{ SEALROOM_PORT: '-1' }, 'SEALROOM_PORT must be a whole number from 0 to 65535.'],
    [{ SEALROOM_HOST: 'http://x' }, 'SEALROOM_HOST must be an IP address or a host name'],
    [{ SEALROOM_WORKERS: '0' }, 'SEALROOM_WORKERS must be a whole number from 1 to 256.'],
    [{ SEALROOM_LOG_LEVEL: 'loud' }, 'SEALROOM_LOG_LEVEL must be one of silent, error,'],
    [{ SEALROOM_PUBLIC_URL: 'meet.example.org' }, 'SEALROOM_PUBLIC_URL must be the address people open'],
    [{ SEALROOM_PUBLIC_URL: 'https://x.org/sub/' }, 'without a path'],
    [{ SEALROOM_ANNOUNCED_ADDRESS: '1.2.3.4,5.6.7.8' }, 'takes at most one IPv6 address and one IPv4'],
    [{ SEALROOM_ANNOUNCED_ADDRESS: 'not an address' }, 'must be the public IP address'],
    [{ SEALROOM_MEDIA_PORT: '65535', SEALROOM_WORKERS: '2' }, 'SEALROOM_MEDIA_PORT must be at most 65534'],
    [{ SEALROOM_TLS_CERT: '/nowhere.pem' }, 'SEALROOM_TLS_KEY is missing'],
    [{ SEALROOM_TLS_CERT: '/nowhere.pem', SEALROOM_TLS_KEY: '/n' }, 'SEALROOM_TLS_CERT names /nowhere.pem'],
    [{ SEALROOM_TURN_URLS: 'turn:x' }, 'SEALROOM_TURN_SECRET is missing'],
    [{ SEALROOM_TURN_SECRET: 'sixteen letters!' }, 'SEALROOM_TURN_URLS is missing'],
    [{ SEALROOM_TURN_URLS: 'https://x', SEALROOM_TURN_SECRET: 'sixteen letters!' }, 'must be TURN addresses'],
    [{ SEALROOM_REPORT_KEY: 'A'.repeat(1621) }, 'SEALROOM_REPORT_KEY must be the one line of the file'],
    [{ SEALROOM_PRESETS: 'open,secret' }, 'SEALROOM_PRESETS must be kinds of meetings'],
    [{ SEALROOM_NETWORKS: '192.0.2.0/33' }, 'SEALROOM_NETWORKS must be networks separated by commas'],
    [{ SEALROOM_MIN_VERSION: 'new' }, 'SEALROOM_MIN_VERSION must be a version'],
    [{ SEALROOM_GUESTS: 'no' }, 'SEALROOM_GUESTS must be allowed or refused.'],
    [{ SEALROOM_CREATE: 'nobody' }, 'SEALROOM_CREATE must be anyone or signed-in.'],
    [{ SEALROOM_OIDC_ISSUER: 'http://id.example' }, 'must be the https:// address of the identity provider'],
    [{ SEALROOM_OIDC_ISSUER: 'https://id.example' }, 'SEALROOM_OIDC_CLIENT_ID is missing'],
    [{ SEALROOM_OIDC_GROUP: 'groups=staff' }, 'SEALROOM_OIDC_ISSUER is missing: SEALROOM_OIDC_GROUP'],
    [{ SEALROOM_OIDC_GROUP: 'staff' }, 'SEALROOM_OIDC_GROUP must be a claim and its value'],
    [{ SEALROOM_OIDC_ROLES: 'groups=it:root' }, 'SEALROOM_OIDC_ROLES must be claims with the role'],
    [{ SEALROOM_REPORT_DAYS: '0' }, 'SEALROOM_REPORT_DAYS must be a whole number from 1 to 3650.'],
    [{ SEALROOM_TRUSTED_PROXIES: 'proxy' }, 'SEALROOM_TRUSTED_PROXIES must be addresses, networks, loopback'],
    [{ SEALROOM_CONFIG: '/nowhere.env' }, 'SEALROOM_CONFIG names /nowhere.env'],
  ])('refuses %o in one sentence', (environment, sentence) => {
    const error = refusal(environment);
    expect(error.message).toContain(sentence);
    expect(error.message).toMatch(/\.$/);
    expect(error.message).not.toContain('\n');
    expect(error.message.startsWith(error.setting)).toBe(true);
  });

  it('never repeats a secret', () => {
    const error = refusal({ SEALROOM_TURN_URLS: 'turn:x', SEALROOM_TURN_SECRET: 'hunter2' });
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    ['SEALROOM_PROT', 'did you mean SEALROOM_PORT?'],
    ['SEALROOM_ODIC_ISSUER', 'did you mean SEALROOM_OIDC_ISSUER?'],
    ['SEALROOM_TURN_URL', 'did you mean SEALROOM_TURN_URLS?'],
    ['SEALROOM_COLOUR_OF_THE_SKY', 'npm run config:print lists them all.'],
  ])('refuses %s, in a file and in the environment', (name, sentence) => {
    const SEALROOM_CONFIG = file('misspelt.env', `PATH=/bin\n${name}=1\n`);
    expect(refusal({ SEALROOM_CONFIG }).message).toBe(
      `${name} is not a setting: ${sentence} Fix line 2 of ${SEALROOM_CONFIG}.`,
    );
    expect(refusal({ [name]: '1' }).message).toBe(
      `${name} is not a setting: ${sentence} It is set in the environment.`,
    );
  });

  it('overlooks what Kubernetes adds for services of our name', () => {
    readConfig({
      SEALROOM_SERVICE_HOST: '10.0.0.1',
      SEALROOM_WEB_SERVICE_PORT_HTTP: '80',
      SEALROOM_PORT_8080_TCP_ADDR: '10.0.0.1',
      SEALROOM_WEB_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    });
  });

  it.each([
    'SEALROOM_TRUSTED_ISSUERS',
    'SEALROOM_WORKER',
    'SEALROOM_CACHE_DIR',
    'SEALROOM_CHROMIUM',
    'SEALROOM_FIREFOX',
  ])('overlooks %s, which is not the server’s', (name) => {
    readConfig({ [name]: '/usr/bin/true' });
    readConfig({ SEALROOM_CONFIG: file(`${name}.env`, `${name}=/usr/bin/true\n`) });
  });

  it('names the line of the file that is to be fixed', () => {
    const SEALROOM_CONFIG = file('wrong.env', '# ours\n\nSEALROOM_PORT=web\n');
    expect(refusal({ SEALROOM_CONFIG }).message).toBe(
      `SEALROOM_PORT must be a whole number from 0 to 65535. Fix line 3 of ${SEALROOM_CONFIG}.`,
    );
    expect(refusal({ SEALROOM_CONFIG, SEALROOM_PORT: 'x' }).message).not.toContain('line');
  });

  it.each([
    ['SEALROOM_GUESTS: refused', 'SEALROOM_CONFIG takes lines NAME=value only.'],
    ['SEALROOM_GUESTS refused', 'SEALROOM_CONFIG takes lines NAME=value only.'],
    ['GUESTS=refused', 'GUESTS is not a setting: did you mean SEALROOM_GUESTS?'],
    ['sealroom_guests=refused', 'sealroom_guests is not a setting: did you mean SEALROOM_GUESTS?'],
    ['SEALROM_GUESTS=refused', 'SEALROM_GUESTS is not a setting: did you mean SEALROOM_GUESTS?'],
  ])('lets no line of the file go unheeded: %s', (line, sentence) => {
    const SEALROOM_CONFIG = file('slip.env', `\uFEFFSEALROOM_PORT=81\r\n${line}\r\n`);
    expect(refusal({ SEALROOM_CONFIG }).message).toBe(`${sentence} Fix line 2 of ${SEALROOM_CONFIG}.`);
  });

  it('takes no setting twice from the file, and nothing from an empty variable', () => {
    const twice = file('twice.env', 'SEALROOM_PORT=81\nSEALROOM_PORT=82\n');
    expect(refusal({ SEALROOM_CONFIG: twice }).message).toMatch(
      /^SEALROOM_PORT is set in line 1 already\..* line 2 of/,
    );
    const once = file('once.env', '\uFEFFSEALROOM_PORT=81\n');
    expect(readConfig({ SEALROOM_CONFIG: once, SEALROOM_PORT: '' }).port).toBe(81);
  });

  it('prints every value with where it is from, and no secret', () => {
    const SEALROOM_CONFIG = file('print.env', 'SEALROOM_PORT=81\nSEALROOM_TURN_SECRET=sixteen letters!\n');
    const printed = printSettings(readSource({ SEALROOM_CONFIG, SEALROOM_HOST: '::' }));
    expect(printed).toContain(`SEALROOM_PORT=81    # line 1 of ${SEALROOM_CONFIG}`);
    expect(printed).toContain('SEALROOM_HOST=::    # environment');
    expect(printed).toContain('# SEALROOM_MEDIA_PORT=44400    (default)');
    expect(printed).toContain('SEALROOM_TURN_SECRET=********');
    expect(printed).not.toContain('sixteen letters!');
  });

  it('takes limits that differ, and says which form they have', () => {
    const { rates } = readConfig({ SEALROOM_LIMITS: 'commits=60/10, knocksPerAddress=100/0.5' });
    expect(rates).toEqual({
      commits: { burst: 60, perSecond: 10 },
      knocksPerAddress: { burst: 100, perSecond: 0.5 },
    });
    for (const wrong of ['commits', 'commits=60', 'comits=60/10', 'commits=0/1', 'commits=5/0']) {
      expect(() => readConfig({ SEALROOM_LIMITS: wrong }), wrong).toThrow(ConfigError);
    }
  });

  it('asks a usual site for ten settings at most', () => {
    expect(Object.values(settings).filter((setting) => 'usual' in setting).length).toBeLessThanOrEqual(10);
  });

  it('documents every setting', () => {
    for (const name of Object.keys(settings)) expect(describeSettings()).toContain(name);
  });
});
