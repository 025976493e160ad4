// How fast a meeting changes its keys: the real server and real clients, all in one Node process and so
// on one thread, over loopback; what a client does beside the others counts for all. Prints JSON.
// Run: node test/bench/e2ee/meeting.ts [--members 20] [--removals 10] [--silences 3]
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { EpochMessage } from '../../../client/e2ee/frames/messages.ts';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import type { MeetingLink } from '../../../client/e2ee/link/link.ts';
import { foundMeeting } from '../../../client/meeting/core/found.ts';
import { defaultLimits } from '../../../server/signaling/limits.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { Tap } from '../../adversary/tap.ts';
import { type Bot, enter, openBot } from '../../bots/bot.ts';
import { type Site, startSite } from '../../bots/site.ts';
import { type Spread, spread, wholeNumber } from './measure.ts';

/** Milliseconds. */
interface MeetingReport {
  readonly members: number;
  /** From the host's remove until the last remaining member's frame worker was given the next key. */
  readonly removal: Spread;
  /** The same until each remaining member, all removals together. */
  readonly removalPerMember: Spread;
  /** The same until the first member besides the host: what one client on a machine of its own waits. */
  readonly removalFirst: Spread;
  /** Processor time from the remove to the last key: server and all clients, work beside the keys too. */
  readonly removalCpu: Spread;
  /** From `join()` of one device to its first media key, in the full meeting, without a lobby. */
  readonly joinToKeys: Spread;
  /**
   * A member leaves, and the first in line makes commits that never reach the order: from the leave until
   * the last of the others has the key of a commit by the next in line.
   */
  readonly silentCommitter: Spread;
}

const PATIENCE_MS = 60_000;
/** So that what one change leaves to do does not count for the next. */
const QUIET_MS = 500;

/** A host, whose connection can be tampered with, and guests who come and go. */
class Meeting {
  readonly #site: Site;
  readonly #link: MeetingLink;
  readonly #guests: Bot[] = [];
  readonly host: Bot;
  readonly hostTap: Tap;
  #names = 0;

  private constructor(site: Site, link: MeetingLink, host: Bot, hostTap: Tap) {
    this.#site = site;
    this.#link = link;
    this.host = host;
    this.hostTap = hostTap;
  }

  /** A meeting with its host inside. */
  static async open(): Promise<Meeting> {
    // All clients share one address here and come again and again; nothing else is eased.
    const limits = { ...defaultLimits, knocksPerAddress: { burst: 1_000, perSecond: 1_000 } };
    const site = await startSite(':memory:', limits);
    try {
      const keyStore = memoryKeyStore();
      const { origin } = site;
      const link = await foundMeeting({ origin, keyStore, policy: presetPolicy('open'), now: Date.now() });
      const hostTap = new Tap();
      const host = await openBot({ origin, link, keyStore, signaling: hostTap.wrap });
      await enter(host, 'Host');
      return new Meeting(site, link, host, hostTap);
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  get all(): Bot[] {
    return [this.host, ...this.#guests];
  }

  /** One more, and how long it waited for its keys. */
  async join(): Promise<number> {
    const bot = await openBot({ origin: this.#site.origin, link: this.#link });
    this.#guests.push(bot);
    await bot.until('at the door', (state) => state.phase.name === 'prejoin', PATIENCE_MS);
    this.#names += 1;
    const start = performance.now();
    bot.core.join(`Guest ${this.#names}`, '');
    return (await keyed(bot, () => true)) - start;
  }

  /** The guest that came first of those still here is no part of the meeting any more. */
  letGo(): Bot {
    const guest = this.#guests.shift();
    if (!guest) throw new Error('nobody left');
    return guest;
  }

  /** Waits until all agree about the members and the epoch, and nothing is under way. */
  async settled(): Promise<void> {
    const { all, host } = this;
    for (const bot of all) {
      await bot.until('everybody', ({ members }) => members.length === all.length, PATIENCE_MS);
    }
    for (const bot of all) {
      await bot.until('one code', ({ seal }) => seal.code === host.state.seal.code, PATIENCE_MS);
      if (bot.state.alarms.length > 0) throw new Error(`alarms: ${JSON.stringify(bot.state.alarms)}`);
    }
    await pause(QUIET_MS);
  }

  async close(): Promise<void> {
    for (const bot of this.all) bot.close();
    await this.#site.close();
  }
}

/** When a client's frame worker had been given the media key of an epoch that is as wanted. */
async function keyed(bot: Bot, wanted: (message: EpochMessage) => boolean): Promise<number> {
  let at = 0;
  // The client publishes right after it has handed a key over, in the same turn of the event loop.
  const condition = () => {
    if (!bot.frameMessages.some((message) => message.type === 'epoch' && wanted(message))) return false;
    at = performance.now();
    return true;
  };
  await bot.until('keys', condition, PATIENCE_MS);
  return at;
}

/** When each of some clients was given its first key, from now on, of an epoch without a device. */
async function keyedWithout(bots: readonly Bot[], device: DeviceKey): Promise<number[]> {
  const epoch = Math.max(...bots.map(({ state }) => state.seal.epoch));
  return Promise.all(
    bots.map((bot) =>
      keyed(
        bot,
        (message) => message.epoch > epoch && message.leaves.every((leaf) => leaf.device !== device),
      ),
    ),
  );
}

function deviceOf(bot: Bot): DeviceKey {
  const { self } = bot.state;
  if (!self) throw new Error('no device');
  return self;
}

async function removals(meeting: Meeting, count: number) {
  const last: number[] = [];
  const each: number[] = [];
  const first: number[] = [];
  const cpu: number[] = [];
  const joins: number[] = [];
  for (let i = 0; i < count; i++) {
    const removed = meeting.letGo();
    const device = deviceOf(removed);
    const keys = keyedWithout(meeting.all, device);
    const start = performance.now();
    const before = process.cpuUsage();
    meeting.host.core.control.remove(device, false);
    const waited = (await keys).map((at) => at - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1_000);
    // `all` begins with the host, whose own commit costs it nothing to take.
    first.push(Math.min(...waited.slice(1)));
    last.push(Math.max(...waited));
    each.push(...waited);
    // The measurement rests on this: the key just handed out never came to the one put out.
    const { epoch } = meeting.host.state.seal;
    if (removed.frameMessages.some((message) => message.type === 'epoch' && message.epoch >= epoch)) {
      throw new Error('a removed member was given the next key');
    }
    removed.close();
    await meeting.settled();
    joins.push(await meeting.join());
    await meeting.settled();
    const shown = [first, last].map((times) => Math.round(times.at(-1) ?? 0)).join(' to ');
    console.error(`meeting: removal ${i + 1} of ${count}, ${shown} ms`);
  }
  return {
    removal: spread(last),
    removalPerMember: spread(each),
    removalFirst: spread(first),
    removalCpu: spread(cpu),
    joinToKeys: spread(joins),
  };
}

/** The host is first in line; it believes that its commits are placed, but nothing arrives. */
async function silences(meeting: Meeting, count: number): Promise<Spread> {
  const last: number[] = [];
  for (let i = 0; i < count; i++) {
    let swallowed = 0;
    const speak = meeting.hostTap.onRequest('group:commit', async () => {
      swallowed += 1;
      return { seq: Number.MAX_SAFE_INTEGER };
    });
    const gone = meeting.letGo();
    const keys = keyedWithout(meeting.all, deviceOf(gone));
    const start = performance.now();
    gone.core.leave();
    last.push(Math.max(...(await keys)) - start);
    speak();
    if (swallowed === 0) throw new Error('the first in line did not try');
    gone.close();
    await meeting.settled();
    await meeting.join();
    await meeting.settled();
    console.error(`meeting: silent committer ${i + 1} of ${count}`);
  }
  return spread(last);
}

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '20' },
    removals: { type: 'string', default: '10' },
    silences: { type: 'string', default: '3' },
  },
});
const members = wholeNumber(values.members);
const meeting = await Meeting.open();
try {
  while (meeting.all.length < members) await meeting.join();
  await meeting.settled();
  const changes = await removals(meeting, wholeNumber(values.removals));
  const silentCommitter = await silences(meeting, wholeNumber(values.silences));
  const report: MeetingReport = { members, ...changes, silentCommitter };
  console.log(JSON.stringify({ unit: 'milliseconds', ...report }, null, 2));
} finally {
  await meeting.close();
}
