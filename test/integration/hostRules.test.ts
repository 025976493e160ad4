import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { type MeetingLink, parseLink } from '../../client/e2ee/link/link.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import type { EventOf } from '../../shared/protocol/events.ts';
import { decodeRecord } from '../../shared/records/record.ts';
import { type Policy, presetPolicy } from '../../shared/roles.ts';
import { Tap } from '../adversary/tap.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { SkippingClock } from '../support/skippingClock.ts';

const MINUTE = 60_000;

let site: Site;
let clock: SkippingClock;
const bots: Bot[] = [];

beforeEach(async () => {
  site = await startSite();
  clock = new SkippingClock();
});

afterEach(async () => {
  for (const bot of bots.splice(0)) bot.close();
  await site.close();
});

async function arrive(link: MeetingLink, keyStore = memoryKeyStore(), tap = new Tap()): Promise<Bot> {
  const bot = await openBot({ origin: site.origin, link, keyStore, clock, signaling: tap.wrap });
  bots.push(bot);
  return bot;
}

/** A meeting by these rules, its host inside. */
async function meeting(policy: Policy): Promise<{ host: Bot; link: MeetingLink }> {
  const keyStore = memoryKeyStore();
  const link = await foundMeeting({ origin: site.origin, keyStore, policy, now: clock.now() });
  const host = await arrive(link, keyStore);
  await enter(host, 'Lin');
  return { host, link };
}

async function recordsOf(link: MeetingLink) {
  const records = await site.store.records(link.meeting);
  return records.flatMap((record) => decodeRecord(record) ?? []);
}

test('a meeting locks itself by a signed record some minutes after a host came, for everybody new', async () => {
  const { host, link } = await meeting({ ...presetPolicy('open'), autoLockMinutes: 15 });
  const member = await arrive(link);
  await enter(member, 'Chen');
  clock.skip(14 * MINUTE);
  const latecomer = await arrive(link);
  await enter(latecomer, 'Wu');
  expect(member.state.locked).toBe(false);

  clock.skip(MINUTE);
  for (const bot of [host, member]) await bot.until('locked', ({ locked }) => locked);
  const last = (await recordsOf(link)).at(-1);
  expect(last).toMatchObject({ by: host.state.self, body: { type: 'lock', locked: true } });
  const stranger = await arrive(link);
  await stranger.until('at the door', ({ phase }) => phase.name === 'prejoin');
  stranger.core.join('Hsu', '');
  await stranger.until('waiting', ({ phase }) => phase.name === 'waiting');
  expect(host.state.members.map(({ name }) => name).sort()).toEqual(['Chen', 'Lin', 'Wu']);
});

test('what a host decided about the door by hand stands, whatever the time', async () => {
  const { host, link } = await meeting({ ...presetPolicy('open'), autoLockMinutes: 15 });
  for (const locked of [true, false]) {
    host.core.control.setLocked(locked);
    await host.until('by hand', (state) => state.locked === locked);
  }
  clock.skip(60 * MINUTE);
  // Whatever would have been written is before this in the chain.
  host.core.control.setSpotlight([]);
  await expect.poll(async () => (await recordsOf(link)).at(-1)?.body.type).toBe('spotlight');
  expect((await recordsOf(link)).filter(({ body }) => body.type === 'lock')).toHaveLength(2);
});

test('the last host goes: it is said what follows, then nobody is heard until a host is back', async () => {
  const { host, link } = await meeting({ ...presetPolicy('open'), hostGone: 'freeze' });
  const chen = await arrive(link);
  const wu = await arrive(link);
  for (const [bot, name] of [
    [chen, 'Chen'],
    [wu, 'Wu'],
  ] as const)
    await enter(bot, name);
  // What is said before Chen knows of Wu is not for Wu.
  await chen.until('all there', ({ members }) => members.length === 3);
  chen.core.sendChat('Before');
  await wu.until('before', ({ chat }) => chat.length === 1);

  host.core.leave();
  for (const bot of [chen, wu]) {
    const { hostGone, rights } = await bot.until('said beforehand', (state) => state.hostGone !== null);
    expect(hostGone).toMatchObject({ next: 'freeze', now: false, at: expect.any(Number) });
    expect(rights.has('chat')).toBe(true);
  }
  clock.skip(15_000);
  for (const bot of [chen, wu]) {
    const { rights } = await bot.until('frozen', ({ hostGone }) => hostGone?.now === true);
    for (const right of ['speak', 'camera', 'share', 'chat', 'react', 'rename'] as const)
      expect(rights.has(right)).toBe(false);
  }
  const refusals = () => chen.state.notices.filter(({ notice }) => notice.kind === 'request-failed').length;
  chen.core.sendChat('During');
  chen.core.people.setHand(true);
  await chen.until('refused', () => refusals() === 2);
  expect(chen.state.chat.map(({ text }) => text)).toEqual(['Before']);
  expect(chen.state.members.find(({ self }) => self)?.hand).toBeNull();

  const again = await arrive(link, host.keyStore);
  await enter(again, 'Lin');
  for (const bot of [chen, wu]) await bot.until('thawed', ({ hostGone }) => hostGone === null);
  chen.core.sendChat('After');
  await wu.until('after', ({ chat }) => chat.length === 2);
  expect(wu.state.chat.map(({ text }) => text)).toEqual(['Before', 'After']);
});

test('a hand that is lowered stays down, although its owner spoke of it just then', async () => {
  const { host, link } = await meeting(presetPolicy('open'));
  const tap = new Tap();
  const chen = await arrive(link, memoryKeyStore(), tap);
  await enter(chen, 'Chen');
  const handOf = (bot: Bot) => bot.state.members.find(({ name }) => /^Chen/.test(name))?.hand;
  chen.core.people.setHand(true);
  await host.until('a hand', () => handOf(host) != null);

  // Chen renames before the lowering arrives there, and so says that the hand is up.
  const held: EventOf<'stream:entries'>[] = [];
  const letGo = tap.onEvent('stream:entries', (event) => {
    held.push(event);
    return [];
  });
  host.core.lowerHand('everyone');
  await expect.poll(() => held.length).toBeGreaterThan(0);
  chen.core.people.rename('Chenchen');
  await host.until('renamed', ({ members }) => members.some(({ name }) => name === 'Chenchen'));
  letGo();
  for (const event of held) tap.deliver('stream:entries', event);
  await chen.until('lowered', () => handOf(chen) === null);
  expect(handOf(host)).toBeNull();
});

test('where the rules say so, a meeting without a host goes home after the time that was told', async () => {
  const { host, link } = await meeting({ ...presetPolicy('open'), hostGone: 'end', hostGoneMinutes: 5 });
  const chen = await arrive(link);
  await enter(chen, 'Chen');
  host.core.leave();
  const { hostGone } = await chen.until('said beforehand', (state) => state.hostGone !== null);
  expect(hostGone).toMatchObject({ next: 'end', now: false });
  expect(Math.round(((hostGone?.at ?? 0) - clock.now()) / MINUTE)).toBe(5);
  clock.skip(5 * MINUTE);
  await chen.until('sent home', ({ phase }) => phase.name === 'host-gone');
});

test('a code makes a new device the host, which can make the next one; a host by grant holds no key', async () => {
  const { host, link } = await meeting(presetPolicy('open'));
  const deputy = await arrive(link);
  await enter(deputy, 'Chen');
  if (!deputy.state.self) throw new Error('no device');
  host.core.control.setRole(deputy.state.self, 'host');
  await deputy.until('the role', ({ role }) => role === 'host');
  expect(deputy.state.holdsHostKey).toBe(false);
  await expect(deputy.core.recovery.makeCode()).rejects.toMatchObject({ code: 'forbidden' });

  await host.core.recovery.makeCode();
  const { recoveryCode } = await host.until('a code', (state) => state.recoveryCode !== null);
  const other = await arrive(link);
  await other.until('at the door', ({ phase, recoverable }) => phase.name === 'prejoin' && recoverable);
  other.core.recover(`${recoveryCode?.slice(0, -5)}00000`);
  await other.until('told', ({ notices }) =>
    notices.some(({ notice }) => notice.kind === 'request-failed' && notice.code === 'bad-code'),
  );
  expect(other.state).toMatchObject({ phase: { name: 'prejoin' }, role: 'participant', holdsHostKey: false });
  other.core.recover(recoveryCode ?? '');
  await other.until('host', ({ role, holdsHostKey }) => role === 'host' && holdsHostKey);
  await other.core.recovery.makeCode();
  // The newest alone opens.
  const late = await arrive(link);
  await late.until('at the door', ({ phase }) => phase.name === 'prejoin');
  late.core.recover(recoveryCode ?? '');
  await late.until('told', ({ notices }) => notices.some(({ notice }) => notice.kind === 'request-failed'));
  expect(late.state.role).toBe('participant');
});

test('of two hosts who change rules at once, neither loses a change; of the same rule, one is told', async () => {
  const { host, link } = await meeting(presetPolicy('open'));
  const other = await arrive(link);
  await enter(other, 'Chen');
  if (!other.state.self) throw new Error('no device');
  host.core.control.setRole(other.state.self, 'host');
  await other.until('the role', ({ role }) => role === 'host');
  const base = presetPolicy('open');
  host.core.control.setPolicy({ ...base, watermark: true }, base);
  other.core.control.setPolicy({ ...base, muteOnEntry: true }, base);
  for (const bot of [host, other]) {
    await bot.until('both', ({ policy }) => policy?.watermark === true && policy.muteOnEntry);
  }
  host.core.control.setPolicy({ ...base, hostGone: 'freeze' }, base);
  await other.until('the first', ({ policy }) => policy?.hostGone === 'freeze');
  other.core.control.setPolicy({ ...base, hostGone: 'end' }, base);
  await other.until('told', ({ notices }) =>
    notices.some(({ notice }) => notice.kind === 'request-failed' && notice.code === 'chain-conflict'),
  );
  expect(other.state.policy).toMatchObject({ hostGone: 'freeze', watermark: true, muteOnEntry: true });
});

test('an invitation that has expired says so at the door, and takes nothing else with it', async () => {
  const { host, link } = await meeting(presetPolicy('open'));
  const expires = clock.now() + 60 * MINUTE;
  const wish = { name: 'Ms Wu', uses: 1, expires, straightIn: true, personal: true };
  await host.core.invitations.create(wish);
  const { invitations } = await host.until('the invitation', (state) => state.invitations.length === 2);
  const own = invitations.find(({ name }) => name === 'Ms Wu')?.link;
  if (!own) throw new Error('no link');
  clock.skip(61 * MINUTE);
  const late = await arrive(parseLink(own));
  await late.until('told', ({ phase }) => phase.name === 'bad-link' && phase.reason === 'expired');
  const guest = await arrive(link);
  await enter(guest, 'Ms Wu');
});
