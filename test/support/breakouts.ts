import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { BreakoutPlan } from '../../client/meeting/breakoutView.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import type { DeviceKey, MeetingId } from '../../shared/ids.ts';
import { type Bot, type BotOptions, enter, openBot } from '../bots/bot.ts';

export const roomsOf = (state: CoreState) => state.breakouts.rooms;
export const ownRoom = (state: CoreState) => roomsOf(state)?.own ?? null;

export function selfOf(bot: Bot): DeviceKey {
  if (!bot.state.self) throw new Error('no key yet');
  return bot.state.self;
}

/** Rooms for these people, with the rest as a host would leave it. */
export function planFor(
  people: readonly (readonly DeviceKey[])[],
  more: Partial<BreakoutPlan> = {},
): BreakoutPlan {
  const names = people.map(() => '');
  return { names, entry: 'assigned', mayReturn: true, minutes: 10, teamwork: false, people, ...more };
}

/** Has a host open rooms for these people, and waits until everybody is assigned. Returns the rooms' ids. */
export async function openRooms(
  host: Bot,
  people: readonly (readonly Bot[])[],
  more: Partial<BreakoutPlan> = {},
): Promise<MeetingId[]> {
  const plan = planFor(
    people.map((room) => room.map(selfOf)),
    more,
  );
  host.core.breakouts.want({ do: 'open', plan });
  const wanted = people.flat().length;
  const { breakouts } = await host.until('rooms are open', (state) => {
    const assigned = roomsOf(state)?.rooms.flatMap((room) => room.assigned) ?? [];
    return roomsOf(state) !== null && assigned.length === wanted && !state.breakouts.opening;
  });
  return breakouts.rooms?.rooms.map(({ id }) => id) ?? [];
}

/** The way into a room, once this device has it. */
export async function wayInto(bot: Bot, room: MeetingId): Promise<MeetingLink> {
  await bot.until('the way in', (state) =>
    Boolean(roomsOf(state)?.rooms.some(({ id, ready }) => id === room && ready)),
  );
  const link = bot.core.breakouts.linkOf(room);
  if (!link) throw new Error('no way in');
  return link;
}

/** At the door of a room as a page is: beside the main meeting, under the same key. */
export function atRoom(
  bot: Bot,
  link: MeetingLink,
  origin: string,
  more: Pick<BotOptions, 'signaling'> = {},
): Promise<Bot> {
  return openBot({ origin, link, keyStore: bot.keyStore, main: bot.core.meeting, ...more });
}

/** Inside a room. The bot that is returned is the room's, to be closed on leaving it. */
export async function goInto(bot: Bot, room: MeetingId, origin: string): Promise<Bot> {
  const inside = await atRoom(bot, await wayInto(bot, room), origin);
  await enter(inside, bot.state.name);
  bot.core.breakouts.setHere(room);
  return inside;
}

export const namesIn = (state: CoreState) => state.members.map(({ name }) => name).sort();
