import { isStaff, may, roleOf } from '../../shared/records/rights.ts';
import { type Group, type LastCommit, voidCommit } from '../delivery/group.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { withoutKeys } from './state.ts';
import type { Turn } from './turn.ts';

/** Members judge a commit as it arrives. */
const REFUSABLE_MS = 15_000;

/**
 * Notes that a member refuses the last commit. Commits are encrypted, so only members can tell a good
 * one from a bad one: the word of one who may remove its author decides; against a plain member also
 * that of most others who were there before it. Hosts and co-hosts cannot be voted out. Refusals that
 * come late, or of older commits, change nothing.
 */
export function refuse(turn: Turn, command: CommandOf<'refuse'>): ValueOf<'refuse'> {
  const { group } = turn.requireMember(command);
  const { device, request } = command;
  const { last } = group;
  if (!last || turn.around.now - last.at > REFUSABLE_MS) return {};
  if (request.groupId !== group.groupId || request.epoch !== group.epoch - 1) return {};
  if (device === last.sender || last.admitted.includes(device)) return {};
  const refusedBy = new Set(last.refusedBy).add(device);
  const others = [...turn.state.members.keys()].filter(
    (member) => member !== last.sender && !last.admitted.includes(member),
  );
  const { chain } = turn.state;
  const mayRemove =
    may(chain, device, 'remove') && (roleOf(chain, device) === 'host' || !isStaff(chain, last.sender));
  // The author stands for its own commit: of two plain members neither can put the other out.
  const outvoted = !isStaff(chain, last.sender) && refusedBy.size * 2 > others.length + 1;
  if (mayRemove || outvoted) undo(turn, group, last);
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
