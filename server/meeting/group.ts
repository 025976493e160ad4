import { ProtocolError } from '../../shared/errors.ts';
import type { KnockId } from '../../shared/ids.ts';
import { foundSignatureInput } from '../../shared/protocol/lobby.ts';
import { isRemembered, isShut, may, mayEnter, mayEnterBy } from '../../shared/records/rights.ts';
import { acceptCommit, isCurrent, openGroup, routeWelcome } from '../delivery/group.ts';
import { entriesAfter } from '../delivery/stream.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { dropKnock, mayAnswer } from './lobby.ts';
import { type Member, withoutKeys } from './state.ts';
import type { Turn } from './turn.ts';

const NOTHING_TOLD: ReadonlySet<KnockId> = new Set();
const newMember = (joined: number): Member => ({ joined, told: NOTHING_TOLD, welcome: null });

/**
 * Starts a group where none runs, or anew for the only member of the one that does (its page was
 * reloaded and the old keys are lost).
 */
export function found(turn: Turn, command: CommandOf<'found'>): ValueOf<'found'> {
  turn.requireIdentified(command);
  const { device, request } = command;
  const { chain, group, members } = turn.state;
  if (chain.banned.has(device)) throw new ProtocolError('banned');
  if (!mayEnter(chain, device)) throw new ProtocolError(isShut(chain) ? 'locked' : 'not-admitted');
  if (!isRemembered(chain, device)) requireProof(turn, command);
  if (!may(chain, device, 'found')) throw new ProtocolError('forbidden');
  if (group) {
    if (members.size !== 1 || !members.has(device)) throw new ProtocolError('group-exists');
    if (group.groupId === request.groupId) throw new ProtocolError('bad-request');
    turn.effects.push({ type: 'closeMedia', device });
  }
  dropKnock(turn, device);
  turn.set({
    group: openGroup(request.groupId),
    members: new Map([[device, newMember(0)]]),
    leaving: new Set(),
  });
  return { seq: 0 };
}

/** Nobody let this device in by name: it shows that it holds the link for all. Throws as `knock` does. */
function requireProof({ state, around }: Turn, { device, request }: CommandOf<'found'>): void {
  const { invitation, signature } = request.proof;
  const input = foundSignatureInput(state.chain.meeting, device, request.groupId);
  if (!around.crypto.verifyMessage(input, signature, invitation)) throw new ProtocolError('bad-invitation');
  if (!mayEnterBy(state.chain, device, invitation, around.now)) throw new ProtocolError('invitation-over');
}

/** Offers a commit: the first for an epoch wins, with everyone it admits and removes. */
export function commit(turn: Turn, command: CommandOf<'commit'>): ValueOf<'commit'> {
  const { group } = turn.requireMember(command);
  const { device: sender, request } = command;
  if (!isCurrent(group, request)) throw new ProtocolError('epoch-conflict');
  checkAdmissions(turn, command);
  checkRemovals(turn, command);
  const { now, rules } = turn.around;
  const admitted = request.admitted.flatMap((id) => turn.state.knocks.get(id)?.knock.device ?? []);
  const accepted = acceptCommit(group, sender, request, admitted, now, rules.retention);
  const { seq } = accepted.entry;
  // Those inside see the commit; those it admits start after it.
  turn.tell(accepted.entry);
  const members = new Map(turn.state.members);
  const point = { seq, chainLength: turn.state.chain.length };
  for (const [device, welcome] of routeWelcome(request, point, turn.state.knocks)) {
    const here = turn.state.sessions.has(device);
    members.set(device, { ...newMember(seq), welcome: here ? null : welcome });
    if (here) turn.send([device], { name: 'lobby:welcome', data: welcome });
  }
  const leaving = new Set(turn.state.leaving);
  for (const device of request.removed) leaving.delete(device);
  turn.set({
    group: accepted.group,
    members,
    leaving,
    knocks: withoutKeys(turn.state.knocks, request.admitted),
  });
  if (admitted.length > 0) tellOfLeaving(turn);
  return { seq };
}

/**
 * Newcomers find leaves of devices that were gone before their time, and would refuse the commit that takes them out.
 * Said in the order of all, it changes nothing for the others.
 */
function tellOfLeaving(turn: Turn): void {
  for (const device of turn.state.leaving)
    if (turn.state.group) turn.enter(turn.state.group, { kind: 'gone', device });
}

function checkAdmissions(turn: Turn, { device: sender, request }: CommandOf<'commit'>): void {
  const { chain, knocks, leaving, members } = turn.state;
  const { admitted, removed } = request;
  if (new Set(admitted).size !== admitted.length) throw new ProtocolError('bad-request');
  if (admitted.length > 0 !== (request.welcome !== undefined)) throw new ProtocolError('bad-request');
  if (members.size + admitted.length > turn.around.rules.members) throw new ProtocolError('full');
  for (const knockId of admitted) {
    const knock = knocks.get(knockId)?.knock;
    // Withdrawn or replaced meanwhile: the sender was told and builds its commit again.
    if (!knock) throw new ProtocolError('epoch-conflict');
    if (chain.banned.has(knock.device)) throw new ProtocolError('banned');
    if (!mayEnterBy(chain, knock.device, knock.invitation, turn.around.now)) {
      throw new ProtocolError(isShut(chain) ? 'locked' : 'forbidden');
    }
    if (!mayAnswer(chain, sender, knock)) throw new ProtocolError('forbidden');
    // Its old leaf has the same signature key, and a tree holds a key once (RFC 9420 section 7.3).
    if (leaving.has(knock.device) && !removed.includes(knock.device)) throw new ProtocolError('bad-request');
  }
}

function checkRemovals(turn: Turn, { request: { removed } }: CommandOf<'commit'>): void {
  if (new Set(removed).size !== removed.length) throw new ProtocolError('bad-request');
  // Departures, removal records and knocks of members all put a device among the leaving first.
  if (!removed.every((device) => turn.state.leaving.has(device))) throw new ProtocolError('forbidden');
}

/** Puts an application message into the stream. */
export function message(turn: Turn, command: CommandOf<'message'>): ValueOf<'message'> {
  const { group } = turn.requireMember(command);
  const { groupId, bytes } = command.request;
  if (group.groupId !== groupId) throw new ProtocolError('no-group');
  const { seq } = turn.enter(group, { kind: 'message', sender: command.device, groupId, bytes });
  return { seq };
}

/** Passes bytes on to other members, once and in no order. Addressees that are no members are passed over. */
export function relay(turn: Turn, command: CommandOf<'relay'>): ValueOf<'relay'> {
  turn.requireMember(command);
  const { bytes, to } = command.request;
  const { members } = turn.state;
  const others = new Set(to ? to.filter((device) => members.has(device)) : members.keys());
  others.delete(command.device);
  const datagrams = [{ sender: command.device, bytes }];
  turn.send(others, { name: 'group:relayed', data: { datagrams } });
  return {};
}

/** What a member missed, from the commit that admitted it on. */
export function sync(turn: Turn, command: CommandOf<'sync'>): ValueOf<'sync'> {
  const { group, member } = turn.requireMember(command);
  const { groupId, after } = command.request;
  if (group.groupId !== groupId || after < member.joined) throw new ProtocolError('resync-required');
  const page = entriesAfter(group.stream, after, turn.around.rules.page);
  if (!page) throw new ProtocolError('resync-required');
  return page;
}
