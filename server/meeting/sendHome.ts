import type { CommandOf, ValueOf } from './commands.ts';
import type { CloseReason } from './effects.ts';
import type { Turn } from './turn.ts';

/** The group is over, nobody waits any more, and whoever is connected is told why. The records stay as they are. */
export function sendHome(turn: Turn, reason: CloseReason): void {
  const { sessions, away } = turn.state;
  turn.endGroup();
  turn.set({ knocks: new Map() });
  for (const device of away.keys()) turn.endGrace(device);
  for (const device of sessions.keys()) turn.close(device, reason);
}

/** See Commands. That nobody comes back is up to the store, where the meeting is over by now. */
export function stop(turn: Turn, _command: CommandOf<'stop'>): ValueOf<'stop'> {
  sendHome(turn, 'operator');
  return {};
}
