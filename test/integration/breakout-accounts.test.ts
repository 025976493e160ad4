import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { startSite } from '../bots/site.ts';
import { goInto, namesIn, openRooms, selfOf } from '../support/breakouts.ts';
import { ProviderSite } from '../support/providerSite.ts';
import { Visitor } from '../support/visitor.ts';

const bots: Bot[] = [];
let site: ProviderSite;

beforeAll(async () => {
  site = await ProviderSite.start({
    SEALROOM_CREATE: 'signed-in',
    SEALROOM_OIDC_NAME: 'Test account',
    SEALROOM_OIDC_GROUP: 'groups=staff',
    SEALROOM_OIDC_ROLES: 'groups=hosts:host',
  });
});

afterEach(() => {
  for (const bot of bots.splice(0)) bot.close();
});

afterAll(() => site?.close());

/** A meeting of a host who is signed in. Bots have no cookies: a browser that has some hands in the records. */
async function meeting(): Promise<{ host: Bot; link: MeetingLink }> {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-elsewhere-'));
  const elsewhere = await startSite(join(folder, 'sealroom.sqlite'));
  const keyStore = memoryKeyStore();
  const policy = presetPolicy('moderated');
  const link = await foundMeeting({ origin: elsewhere.origin, keyStore, policy, now: Date.now() });
  const records = await elsewhere.store.records(link.meeting);
  await elsewhere.close();
  rmSync(folder, { recursive: true });
  const body = {
    records: records.map(({ bytes, signature }) => ({
      bytes: toBase64Url(bytes),
      signature: toBase64Url(signature),
    })),
  };
  expect((await new Visitor(site.url).api('POST', '/meetings', body)).status).toBe(401);
  expect((await (await site.signIn('lin')).api('POST', '/meetings', body)).status).toBe(201);
  const host = await openBot({ origin: site.url, link, keyStore });
  bots.push(host);
  await enter(host, 'Lin');
  return { host, link };
}

async function letIn(host: Bot, link: MeetingLink, name: string): Promise<Bot> {
  const bot = await openBot({ origin: site.url, link });
  bots.push(bot);
  await bot.until('at the door', ({ phase }) => phase.name === 'prejoin');
  bot.core.join(name, '');
  const { knocks } = await host.until(`${name} knocks`, (state) => state.knocks.some((k) => k.name === name));
  host.core.control.admit(knocks.map(({ knockId }) => knockId));
  await bot.until('inside', ({ phase }) => phase.name === 'meeting');
  return bot;
}

it('a guest who is co-host opens rooms where only those signed in found meetings, and those alone', async () => {
  const { host, link } = await meeting();
  const guest = await letIn(host, link, 'Guest');
  const ann = await letIn(host, link, 'Ann');
  host.core.control.setRole(selfOf(guest), 'cohost');
  await guest.until('is co-host', ({ role }) => role === 'cohost');
  const [room] = await openRooms(guest, [[ann]]);
  if (!room) throw new Error('no room');
  const there = await goInto(ann, room, site.url);
  bots.push(there);
  const visiting = await goInto(guest, room, site.url);
  bots.push(visiting);
  await there.until('both', (state) => namesIn(state).join() === 'Ann,Guest');
  expect(await site.server.store.rooms()).toMatchObject([{ id: room, main: link.meeting }]);
  // A meeting of its own it may not found, by the same device or another.
  const own = foundMeeting({
    origin: site.url,
    keyStore: guest.keyStore,
    policy: presetPolicy('moderated'),
    now: Date.now(),
  });
  await expect(own).rejects.toMatchObject({ code: 'sign-in-required' });
});
