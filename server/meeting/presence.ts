import { ProtocolError } from '../../shared/errors.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { hostsGone } from './hostGone.ts';
import { dropKnock, tellPlace, tellPlaces } from './lobby.ts';
import { knockOf, withEntry, withoutKeys } from './state.ts';
import type { Turn } from './turn.ts';

/** A device has proven its key: takes over from an older connection, resumes what grace kept. */
export function identify(turn: Turn, { session, device }: CommandOf<'identify'>): ValueOf<'identify'> {
  const { chain } = turn.state;
  if (chain.ended) throw new ProtocolError('ended');
  if (chain.banned.has(device)) throw new ProtocolError('banned');
  if (turn.state.sessions.get(device) !== session) {
    turn.close(device, 'replaced');
    turn.set({ sessions: withEntry(turn.state.sessions, device, session) });
    turn.endGrace(device);
    const pending = knockOf(turn.state, device);
    if (pending) tellPlace(turn, pending);
  }
  const { group, members, records } = turn.state;
  const member = members.get(device);
  if (member?.welcome) {
    turn.send([device], { name: 'lobby:welcome', data: member.welcome });
    turn.set({ members: withEntry(members, device, { ...member, welcome: null }) });
  }
  return {
    records: [...records],
    group: group && { groupId: group.groupId, epoch: group.epoch },
    // One whose welcome is only now on its way has no stream to resume.
    member: member !== undefined && member.welcome === null,
  };
}

/** Goodbye of a member or a waiting device. The connection stays, at the door. */
export function leave(turn: Turn, caller: CommandOf<'leave'>): ValueOf<'leave'> {
  turn.requireIdentified(caller);
  dropKnock(turn, caller.device);
  turn.depart(caller.device);
  return {};
}

/** A connection is lost: members and waiting devices get their grace. */
export function disconnect(turn: Turn, { session, device }: CommandOf<'disconnect'>): ValueOf<'disconnect'> {
  const { sessions, members } = turn.state;
  if (sessions.get(device) !== session) return {};
  turn.set({ sessions: withoutKeys(sessions, [device]) });
  if (members.has(device) || knockOf(turn.state, device)) turn.startGrace(device);
  return {};
}

/** A timer rang. A stale one does nothing, one that rang early is set again. */
export function timer(turn: Turn, { timer: rung }: CommandOf<'timer'>): ValueOf<'timer'> {
  if (rung.kind === 'lobby') {
    tellPlaces(turn);
    return {};
  }
  if (rung.kind === 'hostGone') {
    hostsGone(turn);
    return {};
  }
  const { device } = rung;
  const due = turn.state.away.get(device);
  if (due === undefined) return {};
  const { now, rules } = turn.around;
  if (due > now) {
    // Where the clock was set back meanwhile, the grace is not longer by as much.
    const at = Math.min(due, now + rules.graceMs);
    turn.set({ away: withEntry(turn.state.away, device, at) });
    turn.effects.push({ type: 'schedule', timer: rung, at });
    return {};
  }
  turn.set({ away: withoutKeys(turn.state.away, [device]) });
  dropKnock(turn, device);
  turn.depart(device);
  return {};
}
