import { may } from '../../shared/records/chain.ts';
import { type Group, type LastCommit, voidCommit } from '../delivery/group.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { withoutKeys } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Notes that a member refuses the last commit. Commits are encrypted, so only members can tell a good
 * one from a bad one: the word of one who may remove its author decides, otherwise that of most
 * members who were there before it. Refusals of older commits come too late and change nothing.
 */
export function refuse(turn: Turn, command: CommandOf<'refuse'>): ValueOf<'refuse'> {
  const { group } = turn.requireMember(command);
  const { device, request } = command;
  const { last } = group;
  if (!last || request.groupId !== group.groupId || request.epoch !== group.epoch - 1) return {};
  if (device === last.sender || last.admitted.includes(device)) return {};
  const refusedBy = new Set(last.refusedBy).add(device);
  const others = [...turn.state.members.keys()].filter(
    (member) => member !== last.sender && !last.admitted.includes(member),
  );
  if (may(turn.state.chain, device, 'remove') || refusedBy.size * 2 > others.length) undo(turn, group, last);
  else turn.set({ group: { ...group, last: { ...last, refusedBy } } });
  return {};
}

/** Takes the commit back, with whom it brought in; its author is put out. */
function undo(turn: Turn, group: Group, last: LastCommit): void {
  const { now, rules } = turn.around;
  const undone = voidCommit(group, now, rules.retention);
  const leaving = new Set(turn.state.leaving);
  // One that came with the commit and left again since has no leaf in the epoch that stands.
  for (const device of last.admitted) leaving.delete(device);
  for (const device of last.removed) leaving.add(device);
  turn.set({ group: undone.group, members: withoutKeys(turn.state.members, last.admitted), leaving });
  turn.tell(undone.entry);
  for (const device of last.admitted) {
    turn.effects.push({ type: 'closeMedia', device });
    // Their page connects again, finds itself outside and knocks anew.
    turn.close(device, 'stopping');
  }
  turn.close(last.sender, 'abuse');
  turn.depart(last.sender);
}
