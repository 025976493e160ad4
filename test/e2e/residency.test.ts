import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Config } from '../../server/config/config.ts';
import { mediaCertificate } from '../../server/media/certificate.ts';
import { choose } from '../support/choose.ts';
import { keepEvidence } from '../support/failure.ts';
import { MediaTap } from '../support/mediaTap.ts';
import { operator } from '../support/operator.ts';
import { letIn, Person } from '../support/person.ts';
import { openPolicies, PUBLIC_URL, startTestServer, type TestServer } from '../support/server.ts';
import { pause } from '../support/until.ts';

const site = operator();
let server: TestServer;
let tap: MediaTap;
let ann: Person;
const everyone: Person[] = [];
const servers: TestServer[] = [];

keepEvidence(
  () => everyone,
  () => server,
);

/**
 * A server that its operator signed for under an address, and a founder whose meeting is bound to its region: by the
 * operator's rule, or by the founder's choice.
 */
async function foundIn(region: string, address: string, by: 'operator' | 'founder'): Promise<string> {
  tap = new MediaTap();
  server = await startTestServer({ onRouter: tap.onRouter }, async (dataDir): Promise<Partial<Config>> => {
    const { fingerprint } = await mediaCertificate(dataDir);
    const siteList = join(dataDir, 'site-list.json');
    const node = { name: 'taipei-1', region, addresses: [address], fingerprint, relays: [] };
    await writeFile(siteList, JSON.stringify(site.list(node)));
    const bounds = by === 'operator' ? { operator: site.key, regions: [region] } : null;
    return {
      siteList,
      node: { name: 'taipei-1', region: null },
      policies: { ...openPolicies, residency: bounds },
    };
  });
  servers.push(server);
  ann = await arrive('Annemarie', 0);
  return ann.startMeeting('Moderated', PUBLIC_URL, async () => {
    await ann.button('Name, passphrase and more').click();
    const box = ann.page.getByRole('checkbox', { name: region });
    if (by === 'founder') return choose(box);
    await ann.page.getByText(`pass only through servers in ${region}. Every device checks`).waitFor();
    expect(await box.count()).toBe(0);
  });
}

async function arrive(name: string, sender: number): Promise<Person> {
  const person = await Person.arrive(name, sender, server);
  everyone.push(person);
  return person;
}

afterAll(async () => {
  for (const person of everyone) await person.close();
  for (const each of servers) await each.close();
});

it('media of a meeting bound to a region passes the server signed for there, and people see it', async () => {
  const link = await foundIn('Taipei', '127.0.0.1', 'operator');
  const bob = await arrive('Bertrand', 1);
  await letIn(ann, bob, link);
  for (const person of [ann, bob]) await person.watch();
  await ann.sees(bob);
  await bob.sees(ann);
  const seal = await bob.openPanel('Seal');
  await seal.getByText('taipei-1, in Taipei').waitFor();
  const rule = seal.locator('dt', { hasText: 'Only through servers in' });
  expect(await rule.locator('xpath=following-sibling::dd').textContent()).toBe('Taipei');
  expect(await bob.warnings()).toEqual([]);
});

it('nothing is sent to a server at another address than the one signed for, and the founder is told', async () => {
  await foundIn('Taipei', '192.0.2.7', 'founder');
  const seal = await ann.openPanel('Seal');
  await seal.getByText('Weaker protection was offered, and refused').waitFor();
  await pause(3_000);
  expect(tap.streams).toEqual([]);
});
