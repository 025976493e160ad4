import type { DeviceKey, MeetingId } from '../../../shared/ids.ts';
import type { Messages } from '../../i18n/en.ts';
import type { BreakoutRoomView, BreakoutView } from '../../meeting/breakoutView.ts';
import type { MeetingView } from '../../meeting/view.ts';

/** What a room is called on screen: its number, and its name where it has one. */
export function roomName({ number, name }: BreakoutRoomView, m: Messages): string {
  return name === '' ? m.breakout.room(number) : m.breakout.named(number, name);
}

/** The room of an id; undefined for none, or one that is closed. */
export function roomOf(rooms: BreakoutView, id: MeetingId | null): BreakoutRoomView | undefined {
  return rooms.rooms.find((room) => room.id === id);
}

/** The room in which a member of the main meeting is. */
export function whereIs(view: MeetingView, device: DeviceKey): BreakoutRoomView | undefined {
  const { rooms } = view.breakouts;
  // Inside a room everybody on screen is in it.
  if (!rooms || rooms.here !== null) return undefined;
  return rooms.rooms.find(({ inside }) => inside.includes(device));
}

/** The view without the people of the main meeting who are in a room: they are not to be seen or heard here. */
export function withoutAway(view: MeetingView): MeetingView {
  const members = view.members.filter(({ device }) => !whereIs(view, device));
  return members.length === view.members.length ? view : { ...view, members };
}
