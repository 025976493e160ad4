import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verify as verifyEd25519 } from '../../client/e2ee/crypto/ed25519.ts';
import { ready } from '../../client/e2ee/sodium.ts';
import { heldToRegions } from '../../client/meeting/core/heldToRegions.ts';
import { foundMeeting } from '../../server/meeting/found.ts';
import { KyselyStore } from '../../server/store/kyselyStore.ts';
import { openSite } from '../../server/store/open.ts';
import { fromBase64Url } from '../../shared/bytes.ts';
import { siteInfo } from '../../shared/protocol/rest.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { type OperatorKey, operatorKey, type Verify } from '../../shared/residency.ts';
import { type Policy, presetPolicy } from '../../shared/roles.ts';
import { type ClusterNode, ClusterSite } from '../support/clusterSite.ts';
import { AT, crypto, Script } from '../unit/records/signing.ts';
import { Client } from './signaling/client.ts';
import { Gathering, type MeetingPlace } from './signaling/meeting.ts';

const verify: Verify = (message, signature, by) => verifyEd25519(fromBase64Url(by), message, signature);
const regions = { 'taipei-1': 'Taipei', 'abroad-1': 'Abroad' } as const;

let site: ClusterSite;
let store: KyselyStore;
let operator: OperatorKey;
let redis: ReturnType<typeof createClient>;
let taipei: ClusterNode;
let abroad: ClusterNode;
let listFile: string;
const clients: Client[] = [];

/** The operator's tool, on a server's settings. */
function tool(args: readonly string[], env: Record<string, string> = {}): string {
  const ran = spawnSync(process.execPath, ['server/tools/site.ts', ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  if (ran.status !== 0) throw new Error(ran.stderr + ran.stdout);
  return ran.stdout;
}

const entryOf = (name: string, region: string) =>
  tool(['node'], {
    SEALROOM_NODE_NAME: name,
    SEALROOM_REGION: region,
    SEALROOM_DATA: site.dataOf(name),
    SEALROOM_ANNOUNCED_ADDRESS: '127.0.0.1',
  });

beforeAll(async () => {
  await ready();
  site = await ClusterSite.start();
  store = new KyselyStore(await openSite({ dataDir: '', databaseUrl: site.databaseUrl }));
  const office = site.dataOf('office');
  const entries = Object.entries(regions).map(([name, region]) => entryOf(name, region));
  writeFileSync(join(office, 'nodes.json'), `[${entries.join(',')}]`);
  const key = join(office, 'operator-key.pem');
  operator = operatorKey.parse(tool(['keys', '--key', key]).trim());
  listFile = join(office, 'site-list.json');
  tool(['sign', '--key', key, '--out', listFile, join(office, 'nodes.json')]);
  taipei = await site.node('taipei-1', { SEALROOM_SITE_LIST: listFile });
  abroad = await site.node('abroad-1', { SEALROOM_SITE_LIST: listFile });
  redis = createClient({ url: site.redis.url });
  await redis.connect();
}, 600_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  redis?.destroy();
  await store?.close();
  await site?.close();
});

const inTaipei = (): Policy => ({
  ...presetPolicy('moderated'),
  residency: { operator, regions: ['Taipei'] },
});

const at = ({ port }: ClusterNode): MeetingPlace => ({
  meeting: async (policy = inTaipei()) => {
    const script = new Script(policy);
    await foundMeeting(store, crypto, script.records, AT);
    return script;
  },
  connect: (meeting) => {
    const client = new Client(port, { protocol: PROTOCOL_VERSION, meeting });
    clients.push(client);
    return client;
  },
});

describe('a meeting bound to a region', () => {
  it('is run there, also for who connects elsewhere, and shows it to the browser', async () => {
    const { host, script } = await Gathering.open(at(abroad));
    const wire = await host.client.ask('media:createTransport', { direction: 'send' });
    expect(wire.node).toEqual({ name: 'taipei-1', region: 'Taipei' });
    expect(
      heldToRegions(wire, script.chain.policy.residency, verify).dtlsParameters.fingerprints,
    ).toHaveLength(1);
    const strict = { operator, regions: ['Abroad'] };
    expect(() => heldToRegions(wire, strict, verify)).toThrow();
  });

  it('is not moved out of it by its own rules, nor opened to all servers', async () => {
    const gathering = await Gathering.open(at(taipei));
    const { residency: _, ...anywhere } = inTaipei();
    for (const policy of [{ ...inTaipei(), residency: { operator, regions: ['Abroad'] } }, anywhere])
      await expect(gathering.append(gathering.script.host, { type: 'policy', policy })).rejects.toThrow();
  });

  it('can be chosen on a page: the site says where its servers are', async () => {
    const answer = await fetch(`http://127.0.0.1:${abroad.port}/api/site`);
    expect(siteInfo.parse(await answer.json()).regions).toEqual({ operator, names: ['Abroad', 'Taipei'] });
  });

  it('is never run elsewhere, whoever Redis names as its owner', async () => {
    const outcomes: string[] = [];
    for (const key of await redis.keys('sealroom:node:*')) {
      const script = await at(taipei).meeting();
      const { meeting } = script.chain;
      const named = key.slice('sealroom:node:'.length);
      await redis.hSet(`sealroom:meeting:${meeting}`, { node: named, token: '7' });
      for (const node of [taipei, abroad]) {
        const client = at(node).connect(meeting);
        const [outcome] = await Promise.all([
          Promise.race([
            client.refusedAtDoor().then(({ code }) => code),
            client.identify(meeting).then(() => 'served'),
          ]),
        ]);
        outcomes.push(outcome);
      }
    }
    // One of the two names is that of the allowed server: nothing was falsified then.
    expect(outcomes.sort()).toEqual(['region-unavailable', 'region-unavailable', 'served', 'served']);
  });

  it('is not served by a server that takes the name of a listed one', async () => {
    const rogue = site.dataOf('rogue');
    await expect(
      site.node('rogue', {
        SEALROOM_SITE_LIST: listFile,
        SEALROOM_NODE_NAME: 'taipei-1',
        SEALROOM_DATA: rogue,
      }),
    ).rejects.toThrow('another media certificate');
  });

  it('waits when no server of the region is left', async () => {
    const script = await at(taipei).meeting();
    await taipei.program.kill();
    for (;;) {
      const client = at(abroad).connect(script.chain.meeting);
      // Until its lease is over the dead server counts as there.
      const code = await Promise.race([
        client.refusedAtDoor().then((refused) => refused.code),
        client.untilClosed().then(() => null),
      ]);
      if (code === 'region-unavailable') break;
    }
    const free = await at(abroad).meeting(presetPolicy('moderated'));
    await at(abroad).connect(free.chain.meeting).identify(free.chain.meeting);
  });
});
