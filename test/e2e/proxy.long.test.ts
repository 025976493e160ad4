import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config/config.ts';
import { type Caddy, startCaddy } from '../support/caddy.ts';
import { freePort } from '../support/childServer.ts';
import { chromiumPath } from '../support/chromium.ts';
import { keepEvidence } from '../support/failure.ts';
import type { Household } from '../support/household.ts';
import { Internet, namespacesRefused, succeeds } from '../support/namespace.ts';
import { type Authority, startPebble } from '../support/pebble.ts';
import { Person } from '../support/person.ts';
import { openPolicies, startTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const lacking = ['caddy', 'pebble'].find((program) => !succeeds('sh', '-c', `command -v ${program}`));
const refused = namespacesRefused() ?? (lacking === undefined ? null : `${lacking} is missing: ${lacking}`);
if (refused !== null) console.warn(`NOT TESTED: the shipped reverse proxy. Reason: ${refused}`);

const url = 'https://meet.test';
const caller = fileURLToPath(new URL('../support/caller.ts', import.meta.url));

let internet: Internet;
let authority: Authority;
let caddy: Caddy;
let server: TestServer;
let home: Household;
let stranger: Household;
let ann: Person;
let bob: Person;
keepEvidence(
  () => [ann, bob].filter((each) => each !== undefined),
  () => server && { logs: () => [server.logs(), caddy?.log(), authority?.log()].join('\n') },
);

/** The certificate that is served at an address; null where it is not of the authority or not for the name. */
async function certificateAt(host: string): Promise<string | null> {
  const socket = connect({
    host,
    port: 443,
    servername: 'meet.test',
    ca: authority.root,
    ALPNProtocols: ['http/1.1'],
  });
  try {
    await once(socket, 'secureConnect');
    return socket.authorized ? (socket.getPeerX509Certificate()?.issuer ?? null) : null;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/** How a device at somebody's is refused that asks for no meeting in particular. */
async function callFrom(from: Household, family: 4 | 6, pretended: string): Promise<unknown> {
  const order = `--dns-result-order=ipv${family}first`;
  const args = [order, caller, url, pretended];
  const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: authority.rootFile };
  const { stdout } = await promisify(execFile)(from.launcher(process.execPath), args, { env });
  return JSON.parse(stdout);
}

describe.skipIf(refused !== null)('a site behind the reverse proxy that comes with it', () => {
  beforeAll(async () => {
    internet = Internet.open(({ site }) => ({ 'meet.test': site }));
    const { v4, v6 } = internet.site;
    const homes = [internet.household(), internet.household()];
    const [first = internet.household(), second = first] = homes;
    home = first;
    stranger = internet.household();
    const port = await freePort();
    authority = await startPebble(internet.site);
    [caddy, server] = await Promise.all([
      startCaddy({
        SEALROOM_HOSTNAME: 'meet.test',
        SEALROOM_PORT: String(port),
        SEALROOM_PROXY_BIND: `${v4} ${v6}`,
        SEALROOM_ACME_CA: authority.directory,
        SSL_CERT_FILE: authority.directoryRoot,
      }),
      startTestServer(
        {},
        {
          port,
          publicUrl: url,
          trustedProxies: readConfig({}).trustedProxies,
          policies: { ...openPolicies, networks: homes.flatMap(({ outside }) => [outside.v4, outside.v6]) },
          media: { announced: [], listen: [v4], port: 0, workers: 1, turn: null },
        },
      ),
    ]);
    await until(() => certificateAt(v4), Boolean, 'a certificate is served', 60_000);
    const arrive = (name: string, sender: number, from: Household) =>
      Person.arrive(name, sender, server, {
        surroundings: { program: from.launcher(chromiumPath), env: authority.home() },
      });
    [ann, bob] = await Promise.all([arrive('Annemarie', 0, home), arrive('Bertrand', 1, second)]);
  });

  afterAll(async () => {
    await Promise.all([ann?.close(), bob?.close()]);
    await caddy?.close();
    await server?.close();
    await authority?.close();
    internet?.close();
  });

  it('has a certificate of the authority by ACME, at both addresses, and leads there from HTTP', async () => {
    const { v4, v6 } = internet.site;
    expect(await certificateAt(v4)).toContain('Pebble Intermediate CA');
    expect(await certificateAt(v6)).toContain('Pebble Intermediate CA');
    for (const host of [v4, v6]) {
      const [plain] = await once(get({ host, path: '/m/x', headers: { Host: 'meet.test' } }), 'response');
      plain.resume();
      expect(plain.statusCode).toBe(308);
      expect(plain.headers.location).toBe(`${url}/m/x`);
    }
  });

  it('knows from which network each device is, whatever it says itself', async () => {
    for (const family of [4, 6] as const) {
      const own = family === 4 ? 'v4' : 'v6';
      expect(await callFrom(home, family, stranger.outside[own])).toEqual({
        http: 'not-found',
        socket: 'not-found',
      });
      expect(await callFrom(stranger, family, home.outside[own])).toEqual({
        http: 'network-refused',
        socket: 'network-refused',
      });
    }
  });

  it('carries a meeting', async () => {
    const link = await ann.startMeeting('Open', url);
    await bob.open(link);
    await bob.button('Join now').click();
    await bob.inside();
    await Promise.all([ann.watch(), bob.watch()]);
    await Promise.all([ann.sees(bob), bob.sees(ann)]);
    expect([...ann.browser.errors, ...bob.browser.errors]).toEqual([]);
  });
});
