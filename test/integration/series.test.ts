import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeyStore, memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { linkPath, type MeetingLink } from '../../client/e2ee/link/link.ts';
import { systemClock } from '../../client/meeting/clock.ts';
import { endMeeting } from '../../client/meeting/core/endMeeting.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { type SeriesId, seriesId } from '../../client/meeting/library/entry.ts';
import { Library } from '../../client/meeting/library/library.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';

let site: Site;
let hosts: KeyStore;
const bots: Bot[] = [];

beforeEach(async () => {
  site = await startSite();
  hosts = memoryKeyStore();
});

afterEach(async () => {
  for (const bot of bots.splice(0)) bot.close();
  await site.close();
});

/** A meeting of a series, in the list of its founder, who is in it. */
async function meetingOf(series: SeriesId | null): Promise<{ host: Bot; link: MeetingLink }> {
  const policy = presetPolicy('moderated');
  const link = await foundMeeting({ origin: site.origin, keyStore: hosts, policy, now: Date.now() });
  await new Library(hosts, Date.now).keep({
    meeting: link.meeting,
    title: 'Class 3B',
    path: linkPath(link),
    role: 'host',
    created: Date.now(),
    sequence: 0,
    ended: false,
    schedule: null,
    series,
    passphrase: false,
    rules: null,
  });
  const host = await openBot({ origin: site.origin, link, keyStore: hosts });
  bots.push(host);
  await enter(host, 'Lin');
  return { host, link };
}

async function knock(link: MeetingLink, keyStore: KeyStore, name: string): Promise<Bot> {
  const bot = await openBot({ origin: site.origin, link, keyStore });
  bots.push(bot);
  await bot.until('at the door', (state) => state.phase.name === 'prejoin');
  bot.core.join(name, '');
  return bot;
}

test('whoever was barred from one meeting of a series is barred from the next, whose link is a new one', async () => {
  const device = memoryKeyStore();
  const first = await meetingOf(null);
  const noor = await knock(first.link, device, 'Noor');
  const { knocks } = await first.host.until('a knock', (state) => state.knocks.length === 1);
  first.host.core.control.admit(knocks.map(({ knockId }) => knockId));
  await noor.until('inside', (state) => state.phase.name === 'meeting');
  const { members } = await first.host.until('two members', (state) => state.members.length === 2);
  const member = members.find(({ self }) => !self);
  if (!member) throw new Error('no member');
  first.host.core.control.remove(member.device, true);
  await noor.until('out', ({ phase }) => phase.name === 'removed' && phase.banned);

  const next = await meetingOf(seriesId.parse(first.link.meeting));
  const again = await knock(next.link, device, 'Somebody else');
  await again.until(
    'barred',
    ({ phase }) => (phase.name === 'denied' || phase.name === 'removed') && phase.banned,
  );
  expect(next.host.state.knocks).toEqual([]);

  // Another device is another one: it is shown, with a warning about its name.
  await knock(next.link, memoryKeyStore(), 'noor');
  const shown = await next.host.until('a knock', (state) => state.knocks.length === 1);
  expect(shown.knocks[0]).toMatchObject({ name: 'noor', likeBanned: true });
  await knock(next.link, memoryKeyStore(), 'Ada');
  const both = await next.host.until('two knocks', (state) => state.knocks.length === 2);
  expect(both.knocks.find(({ name }) => name === 'Ada')?.likeBanned).toBe(false);

  // A meeting that is none of the series knows nothing of it.
  const apart = await meetingOf(null);
  await knock(apart.link, device, 'Noor');
  const free = await apart.host.until('a knock', (state) => state.knocks.length === 1);
  expect(free.knocks[0]).toMatchObject({ name: 'Noor', likeBanned: false });
});

test('a host ends a meeting from the list without going in; nobody else can', async () => {
  const { host, link } = await meetingOf(null);
  const errand = (keyStore: KeyStore) =>
    endMeeting({
      link,
      origin: site.origin,
      signaling: socketSignaling(site.origin, link.meeting),
      keyStore,
      clock: systemClock,
    });
  await expect(errand(memoryKeyStore())).rejects.toMatchObject({ code: 'forbidden' });
  expect(host.state.phase.name).toBe('meeting');
  await errand(hosts);
  await host.until('over', ({ phase }) => phase.name === 'ended' || phase.name === 'replaced');
  const late = await openBot({ origin: site.origin, link });
  bots.push(late);
  await late.until('over', ({ phase }) => phase.name === 'ended');
  // Asked again, it is over already.
  await errand(hosts);
});
