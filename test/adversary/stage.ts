import { expect } from 'vitest';
import type { EpochMessage } from '../../client/e2ee/frames/messages.ts';
import { type DeviceIdentity, deviceIdentity } from '../../client/e2ee/identity/device.ts';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import type { Access } from '../../client/e2ee/link/access.ts';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { Clock } from '../../client/meeting/clock.ts';
import { deviceSeed } from '../../client/meeting/core/deviceSeed.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import type { Alarm } from '../../client/meeting/noticeView.ts';
import { toHex } from '../../shared/bytes.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { EventOf } from '../../shared/protocol/events.ts';
import type { StreamEntry } from '../../shared/protocol/stream.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import { type Preset, presetPolicy } from '../../shared/roles.ts';
import { type Bot, type BotOptions, enter, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { accessOf } from '../support/invitation.ts';
import { Tap } from './tap.ts';

/** A real client with the malicious server's hand on its connection. */
export interface Actor extends Bot {
  readonly tap: Tap;
}

/** Seconds pass so many times faster for the clients of a case that waits for an alarm. */
export function fastClock(rate: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * rate,
    after(ms, task) {
      const timer = setTimeout(task, ms / rate);
      return () => clearTimeout(timer);
    },
  };
}

/** One meeting at one site, with everybody in it; closed as a whole. */
export class Stage {
  readonly site: Site;
  readonly link: MeetingLink;
  readonly host: Actor;
  /** What every holder of the link has. */
  readonly access: Access;
  readonly #closing: (() => void)[];
  readonly #clock: Clock | undefined;

  private constructor(site: Site, link: MeetingLink, host: Actor, access: Access, clock: Clock | undefined) {
    this.site = site;
    this.access = access;
    this.link = link;
    this.host = host;
    this.#clock = clock;
    this.#closing = [() => host.close()];
  }

  /** A meeting with its host inside. */
  static async open(
    preset: Preset,
    { site: given, ...options }: { clock?: Clock; site?: Site } = {},
  ): Promise<Stage> {
    const site = given ?? (await startSite());
    const keyStore = memoryKeyStore();
    const link = await foundMeeting({
      origin: site.origin,
      keyStore,
      policy: presetPolicy(preset),
      now: Date.now(),
    });
    const host = await openActor({ origin: site.origin, link, keyStore, ...options });
    await enter(host, 'Lin');
    return new Stage(site, link, host, accessOf(link, await recordsOf(host)), options.clock);
  }

  /** A client at the door. The tap may have been prepared. */
  async actor(options: { keyStore?: Bot['keyStore']; link?: MeetingLink; tap?: Tap } = {}): Promise<Actor> {
    const clock = this.#clock ? { clock: this.#clock } : {};
    const actor = await openActor({ origin: this.site.origin, link: this.link, ...clock, ...options });
    this.#closing.push(() => actor.close());
    return actor;
  }

  /** A client inside, let in by the host where there is a lobby. */
  async member(name: string, options: Parameters<Stage['actor']>[0] = {}): Promise<Actor> {
    const actor = await this.actor(options);
    await this.letIn(actor, name);
    return actor;
  }

  async letIn(actor: Actor, name: string): Promise<void> {
    await atDoor(actor);
    actor.core.join(name, '');
    await this.admit(name);
    await actor.until('inside', (state) => state.phase.name === 'meeting');
  }

  /** The host answers whoever knocks under a name; returns at once where no lobby stands. */
  async admit(name: string): Promise<void> {
    if (!this.host.state.policy?.lobby) return;
    const { knocks } = await this.host.until('a knock', (state) => state.knocks.some((k) => k.name === name));
    this.host.core.control.admit(knocks.filter((k) => k.name === name).map((k) => k.knockId));
  }

  onClose(task: () => void): void {
    this.#closing.push(task);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0)) close();
    await this.site.close();
  }
}

async function openActor(options: BotOptions & { tap?: Tap }): Promise<Actor> {
  const tap = options.tap ?? new Tap();
  const bot = await openBot({ ...options, signaling: tap.wrap });
  // Delegation instead of a copy: `state` is a getter of the bot.
  return Object.assign(Object.create(bot) as Bot, { tap });
}

export async function atDoor(actor: Bot): Promise<void> {
  await actor.until('at the door', (state) => state.phase.name === 'prejoin');
}

/** Everybody sees these names, in one epoch with one code. */
export async function agreed(actors: readonly Bot[], names: readonly string[]): Promise<void> {
  const wanted = [...names].sort().join();
  for (const actor of actors) {
    await actor.until(wanted, (state) => namesIn(state.members) === wanted);
  }
  const [first] = actors;
  for (const actor of actors) {
    await actor.until('one code', (state) => state.seal.code === first?.state.seal.code);
  }
}

function namesIn(members: readonly { readonly name: string }[]): string {
  return members
    .map((member) => member.name)
    .sort()
    .join();
}

/** Waits for an alarm of a kind. */
export async function alarmed(actor: Bot, kind: Alarm['kind'], ms?: number): Promise<Alarm> {
  const has = (alarm: Alarm) => alarm.kind === kind;
  const state = await actor.until(
    `alarm ${kind}`,
    ({ alarms }) => alarms.some(({ alarm }) => has(alarm)),
    ms,
  );
  const found = state.alarms.find(({ alarm }) => has(alarm));
  if (!found) throw new Error('unreachable');
  return found.alarm;
}

export function alarmKinds(actor: Bot): Alarm['kind'][] {
  return actor.state.alarms.map(({ alarm }) => alarm.kind);
}

/** The media keys the client's frame worker was given, in order. */
export function keysOf(actor: Bot): EpochMessage[] {
  return actor.frameMessages.flatMap((message) => (message.type === 'epoch' ? [message] : []));
}

/** No key of an epoch in which a device has a leaf was ever handed to this client's frame worker. */
export function neverKeyedWith(actor: Bot, device: DeviceKey): void {
  const shared = keysOf(actor).filter(({ leaves }) => leaves.some((leaf) => leaf.device === device));
  expect(shared.map(({ epoch }) => epoch)).toEqual([]);
}

/** An outsider holds nothing: no key, nobody's name, no knock, no word. */
export function knowsNothing(actor: Bot): void {
  expect(keysOf(actor)).toEqual([]);
  expect(actor.state.members).toEqual([]);
  expect(actor.state.knocks).toEqual([]);
  expect(actor.state.chat).toEqual([]);
  expect(actor.state.seal.code).toBe('');
}

/** The server shows a waiting client a welcome after each of its knocks, until it is told what that means. */
export async function welcomedInVain(actor: Actor, welcome: EventOf<'lobby:welcome'>): Promise<void> {
  for (let knocks = 1; knocks <= 3; knocks++) {
    await expect.poll(() => actor.tap.requestsOf('lobby:knock').length).toBeGreaterThanOrEqual(knocks);
    await pause(100);
    actor.tap.deliver('lobby:welcome', welcome);
  }
  await alarmed(actor, 'fork');
  await pause(300);
  expect(actor.state.phase.name).not.toBe('meeting');
  knowsNothing(actor);
}

/** Base keys as text, to compare. */
export function keySet(actor: Bot): Set<string> {
  return new Set(keysOf(actor).map(({ baseKey }) => toHex(baseKey)));
}

/** The keys behind an actor: what a case that plays the device itself signs with. */
export async function identityOf(actor: Bot, link: MeetingLink): Promise<DeviceIdentity> {
  return deviceIdentity(await deviceSeed(actor.keyStore), link.meeting);
}

/** The place of the last entry that reached a client. */
export function lastSeq(actor: Actor): number {
  return actor.tap.eventsOf('stream:entries').at(-1)?.entries.at(-1)?.seq ?? welcomeSeq(actor);
}

function welcomeSeq(actor: Actor): number {
  return actor.tap.eventsOf('lobby:welcome').at(-1)?.seq ?? 0;
}

/** Entries of one kind that reached a client. */
export function entriesOf<Kind extends StreamEntry['kind']>(
  actor: Actor,
  kind: Kind,
): Extract<StreamEntry, { kind: Kind }>[] {
  const is = (entry: StreamEntry): entry is Extract<StreamEntry, { kind: Kind }> => entry.kind === kind;
  return actor.tap.eventsOf('stream:entries').flatMap(({ entries }) => entries.filter(is));
}

/** The chain the real server shows at the door. */
export async function recordsOf(actor: Actor): Promise<SignedRecord[]> {
  const { records } = await actor.tap.real.request('record:list', { from: 0 });
  return records;
}

/** Time for the clients to do what they would do. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
