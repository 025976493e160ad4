import { type ErrorCode, ProtocolError } from '../../shared/errors.ts';
import { sources } from '../../shared/records/record.ts';
import type { CommandOf, CommandType, ValueOf } from './commands.ts';
import type { Effect } from './effects.ts';
import { commit, found, message, relay, sync } from './group.ts';
import { maySendNow, watchHosts } from './hostGone.ts';
import { deny, knock, tell, tellKnocks, tellPlacesLater, withdraw } from './lobby.ts';
import { disconnect, identify, leave, timer } from './presence.ts';
import { append, list } from './records.ts';
import { refuse } from './refuse.ts';
import { stop } from './sendHome.ts';
import type { MeetingState, Surroundings } from './state.ts';
import { Turn } from './turn.ts';

/** A decision: the state after it, what to do about it, and the caller's answer; or why nothing happens. */
export type Decision<Value> =
  | {
      readonly ok: true;
      readonly state: MeetingState;
      readonly effects: readonly Effect[];
      readonly value: Value;
    }
  | { readonly ok: false; readonly code: ErrorCode };

type Rules = { readonly [Type in CommandType]: (turn: Turn, command: CommandOf<Type>) => ValueOf<Type> };

const rules: Rules = {
  identify,
  leave,
  knock,
  withdraw,
  deny,
  tell,
  found,
  commit,
  refuse,
  message,
  relay,
  sync,
  append,
  list,
  disconnect,
  timer,
  stop,
};

/** The meeting's rules: what a command does to a meeting. Pure; refusals leave the state as it was. */
export function decide<Type extends CommandType>(
  state: MeetingState,
  command: CommandOf<Type>,
  around: Surroundings,
): Decision<ValueOf<Type>> {
  const turn = new Turn(state, around);
  try {
    const rule: Rules[Type] = rules[command.type];
    const value = rule(turn, command);
    settle(turn);
    return { ok: true, state: turn.state, effects: turn.effects, value };
  } catch (error) {
    if (error instanceof ProtocolError) return { ok: false, code: error.code };
    throw error;
  }
}

/** What follows from a change whatever brought it about. */
function settle(turn: Turn): void {
  const { before } = turn;
  watchHosts(turn);
  enforceSending(turn);
  const { chain, group, members, sessions, knocks } = turn.state;
  if ((before.group === null) !== (group === null)) {
    const outside = [...sessions.keys()].filter((device) => !members.has(device));
    turn.send(outside, { name: 'group:running', data: { running: group !== null } });
  }
  const moved =
    before.chain !== chain ||
    before.members !== members ||
    before.sessions !== sessions ||
    before.knocks !== knocks;
  // News of places changes nothing but what was told.
  if (!moved || (before.lobbyDue && !turn.state.lobbyDue)) return;
  tellKnocks(turn);
  if (turn.state.knocks.size > 0 && !turn.state.lobbyDue) tellPlacesLater(turn);
}

/** Stops what members may no longer send since records or the presence of hosts changed. */
function enforceSending(turn: Turn): void {
  const { before, state } = turn;
  if (before.chain === state.chain && before.hosts.frozen === state.hosts.frozen) return;
  for (const device of state.members.keys()) {
    const lost = sources.filter(
      (from) => maySendNow(before, device, from) && !maySendNow(state, device, from),
    );
    if (lost.length > 0) turn.effects.push({ type: 'stopSources', device, sources: lost });
  }
}
