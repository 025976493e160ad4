import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeyStore, memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { linkPath, type MeetingLink } from '../../client/e2ee/link/link.ts';
import { loadLobbySeed } from '../../client/e2ee/records/hostSecrets.ts';
import { systemClock } from '../../client/meeting/clock.ts';
import { deviceSeed } from '../../client/meeting/core/deviceSeed.ts';
import { endMeeting } from '../../client/meeting/core/endMeeting.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { gatherBans } from '../../client/meeting/core/gatherBans.ts';
import { bannedFrom } from '../../client/meeting/library/bans.ts';
import { type SeriesId, seriesId } from '../../client/meeting/library/entry.ts';
import { Library } from '../../client/meeting/library/library.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import { decodeRecord } from '../../shared/records/record.ts';
import { type Preset, presetPolicy } from '../../shared/roles.ts';
import { Insider } from '../adversary/insider.ts';
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
async function meetingOf(
  series: SeriesId | null,
  preset: Preset = 'moderated',
): Promise<{ host: Bot; link: MeetingLink }> {
  const policy = presetPolicy(preset);
  const barred = series === null ? [] : await bannedFrom(hosts, series);
  const link = await foundMeeting({ origin: site.origin, keyStore: hosts, policy, barred, now: Date.now() });
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
  const again = await openBot({ origin: site.origin, link: next.link, keyStore: device });
  bots.push(again);
  await again.until('barred', ({ phase }) => phase.name === 'denied' && phase.banned);
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

async function letIn(host: Bot, link: MeetingLink, keyStore: KeyStore, name: string): Promise<Bot> {
  const bot = await knock(link, keyStore, name);
  const { knocks } = await host.until('a knock', (state) => state.knocks.some((each) => each.name === name));
  host.core.control.admit(knocks.filter((each) => each.name === name).map(({ knockId }) => knockId));
  await bot.until('inside', (state) => state.phase.name === 'meeting');
  await host.until('with them', (state) => state.members.some((member) => member.name === name));
  return bot;
}

async function deputy(host: Bot, link: MeetingLink): Promise<Bot> {
  const bot = await letIn(host, link, memoryKeyStore(), 'Chen');
  if (!bot.state.self) throw new Error('no device');
  host.core.control.setRole(bot.state.self, 'cohost');
  await bot.until('the role', ({ role }) => role === 'cohost');
  // Handed over inside the group, and kept.
  await expect.poll(() => loadLobbySeed(bot.keyStore, link.meeting)).not.toBeNull();
  return bot;
}

test('a ban holds in the next meeting without the founder: made while away, enforced while away', async () => {
  const device = memoryKeyStore();
  const first = await meetingOf(null);
  const chen = await deputy(first.host, first.link);
  const noor = await letIn(first.host, first.link, device, 'Noor');
  first.host.core.leave();
  await chen.until('without the founder', ({ members }) => members.length === 2);
  if (!noor.state.self) throw new Error('no device');
  chen.core.control.remove(noor.state.self, true);
  await noor.until('out', ({ phase }) => phase.name === 'removed' && phase.banned);

  const series = seriesId.parse(first.link.meeting);
  expect(await bannedFrom(hosts, series)).toEqual([]);
  await gatherBans(series, {
    origin: site.origin,
    keyStore: hosts,
    clock: systemClock,
    isIn: async () => false,
    signalingFor: (meeting) => socketSignaling(site.origin, meeting),
  });
  expect(await bannedFrom(hosts, series)).toMatchObject([{ name: 'Noor' }]);

  const next = await meetingOf(series);
  const again = await deputy(next.host, next.link);
  next.host.core.leave();
  await again.until('without the founder', ({ members }) => members.length === 1);
  // The honest client of whoever is barred reads it at the door.
  const honest = await openBot({ origin: site.origin, link: next.link, keyStore: device });
  bots.push(honest);
  await honest.until('barred', ({ phase }) => phase.name === 'denied' && phase.banned);
  // A modified one knocks all the same, under another name.
  const stage = { link: next.link, site, onClose: () => undefined, admit: async () => undefined };
  const mallory = await Insider.atDoor(stage, await deviceSeed(device));
  const denied = new Promise((resolve) => mallory.signaling.on('lobby:denied', resolve));
  await mallory.knock('Somebody else');
  await expect(denied).resolves.toMatchObject({ banned: true });
  expect(again.state.knocks).toEqual([]);
  const records = (await site.store.records(next.link.meeting)).flatMap((each) => decodeRecord(each) ?? []);
  expect(records.at(-1)).toMatchObject({ by: again.state.self, body: { type: 'remove', ban: true } });
  // What the server holds of it names nobody, and is another thing in each meeting.
  const written = JSON.stringify(records);
  for (const { lasting, name } of await bannedFrom(hosts, series)) {
    expect(written).not.toContain(lasting);
    expect(written).not.toContain(name);
  }
  // On another device it is somebody else; only the name is marked, for the deputy as well.
  await knock(next.link, memoryKeyStore(), 'noor');
  const { knocks } = await again.until('a knock', (state) => state.knocks.length === 1);
  expect(knocks[0]).toMatchObject({ name: 'noor', likeBanned: true });
});

test('in an open meeting any member keeps out who is barred from the series, until a host lifts it', async () => {
  const device = memoryKeyStore();
  const first = await meetingOf(null);
  const noor = await letIn(first.host, first.link, device, 'Noor');
  if (!noor.state.self) throw new Error('no device');
  first.host.core.control.remove(noor.state.self, true);
  await noor.until('out', ({ phase }) => phase.name === 'removed');
  const next = await meetingOf(seriesId.parse(first.link.meeting), 'open');
  const wu = await openBot({ origin: site.origin, link: next.link });
  bots.push(wu);
  await enter(wu, 'Wu');
  next.host.core.leave();
  await wu.until('alone', ({ members }) => members.length === 1);
  const stage = { link: next.link, site, onClose: () => undefined, admit: async () => undefined };
  const mallory = await Insider.atDoor(stage, await deviceSeed(device));
  const denied = new Promise((resolve) => mallory.signaling.on('lobby:denied', resolve));
  await mallory.knock('Somebody else');
  await denied;
  expect(wu.state.members.map(({ name }) => name)).toEqual(['Wu']);

  const again = await openBot({ origin: site.origin, link: next.link, keyStore: hosts });
  bots.push(again);
  await enter(again, 'Lin');
  const { barred } = await again.until('the list', (state) => state.barred.length === 1);
  expect(barred[0]?.name).toBe('Noor');
  for (const { lasting } of barred) again.core.attempt(again.core.seriesBars.lift(lasting));
  await again.until('lifted', (state) => state.barred.length === 0);
  const back = await openBot({ origin: site.origin, link: next.link, keyStore: device });
  bots.push(back);
  await enter(back, 'Noor');
  expect(await bannedFrom(hosts, seriesId.parse(first.link.meeting))).toEqual([]);
});

test('a host ends a meeting from the list without going in; nobody else can', async () => {
  const { host, link } = await meetingOf(null);
  const errand = (keyStore: KeyStore) =>
    endMeeting({
      link,
      origin: site.origin,
      signaling: socketSignaling(site.origin, link.meeting),
      connect: (room) => socketSignaling(site.origin, room),
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
