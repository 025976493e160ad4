import type { BreakoutRoomView, BreakoutView } from '../../../client/meeting/breakoutView.ts';
import type { MeetingView } from '../../../client/meeting/view.ts';
import { type MeetingId, meetingId } from '../../../shared/ids.ts';
import { type Permission, presetPolicy } from '../../../shared/roles.ts';
import { keyOf, memberOf } from './people.ts';

type Base = () => MeetingView;

const idOf = (number: number): MeetingId => meetingId.parse(`${number}${'R'.repeat(20)}A`);
const names = ['', '', '訪談與觀察'];

function roomOf(number: number, assigned: readonly number[], inside: readonly number[]): BreakoutRoomView {
  return {
    id: idOf(number),
    name: names[number - 1] ?? '',
    number,
    assigned: assigned.map(keyOf),
    inside: inside.map(keyOf),
    ready: true,
  };
}

const MINUTE_MS = 60_000;

function open(change: Partial<BreakoutView> = {}): BreakoutView {
  return {
    rooms: [roomOf(1, [1, 2], [1, 2]), roomOf(2, [3, 4], [3]), roomOf(3, [5, 6], [5, 6])],
    entry: 'assigned',
    mayReturn: true,
    until: Date.now() + 7.5 * MINUTE_MS,
    recalled: false,
    by: '林美華',
    own: null,
    here: null,
    broadcast: null,
    calls: [],
    calling: false,
    ...change,
  };
}

/** A meeting of eight of which the first looks, as host or as one of the others. */
function meeting(base: Base, host: boolean, rooms: BreakoutView | null, shown = 8): MeetingView {
  const all = Array.from({ length: 8 }, (_, number) =>
    memberOf(number, { role: number === 0 && host ? 'host' : 'participant' }),
  );
  const policy = presetPolicy('classroom');
  return {
    ...base(),
    members: all.slice(0, shown),
    ...(host
      ? {}
      : { role: 'participant', rights: new Set<Permission>(['speak', 'camera', 'chat', 'react']) }),
    policy,
    preset: 'classroom',
    breakouts: {
      rooms,
      opening: false,
      mayRun: host,
      people: all.map(({ device, name }, number) => ({ device, name, runs: number === 0 && host })),
    },
  };
}

const call = { device: keyOf(5), name: '陳怡君', room: idOf(3) };
const broadcast = { id: 'b', text: '還有五分鐘，請選一位同學報告。', by: '林美華' };

/** Breakout rooms before, while and after people are in them. */
export function breakoutScenarios(base: Base): Record<string, () => MeetingView> {
  return {
    'breakout-none': () => meeting(base, true, null),
    'breakout-run': () => meeting(base, true, open({ calls: [call] })),
    'breakout-invited': () => meeting(base, false, open({ own: idOf(1) })),
    'breakout-choice': () => meeting(base, false, open({ entry: 'choice' })),
    'breakout-inside': () => meeting(base, false, open({ own: idOf(1), here: idOf(1), broadcast }), 3),
    'breakout-recalled': () =>
      meeting(
        base,
        false,
        open({ own: idOf(3), here: idOf(3), recalled: true, until: Date.now() + 25_000 }),
        3,
      ),
  };
}
