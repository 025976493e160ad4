import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey, KnockId } from '../../shared/ids.ts';
import {
  type Knock,
  type KnockRequest,
  knockSignatureInput,
  type LobbyState,
} from '../../shared/protocol/lobby.ts';
import type { Chain } from '../../shared/records/chain.ts';
import { invitationOver } from '../../shared/records/invitation.ts';
import { isRemembered, isShut, isStaff, may, mayEnterBy } from '../../shared/records/rights.ts';
import type { CommandOf, ValueOf } from './commands.ts';
import { knockOf, type MeetingState, type Pending, withEntry, withoutKeys } from './state.ts';
import type { Turn } from './turn.ts';

/** Whether a member may see and answer a knock: those with `admit` all, the others those of remembered devices. */
export function mayAnswer(chain: Chain, member: DeviceKey, knock: Knock): boolean {
  return may(chain, member, 'admit') || (knock.kind === 'return' && isRemembered(chain, knock.device));
}

/** A device asks to come in. Replaces its older knock; a member that knocks has lost its state and is gone first. */
export function knock(turn: Turn, command: CommandOf<'knock'>): ValueOf<'knock'> {
  turn.requireIdentified(command);
  const { device, knockId, request } = command;
  const { chain } = turn.state;
  if (chain.banned.has(device)) throw new ProtocolError('banned');
  requireInvitation(turn, device, request);
  if (!mayEnterBy(chain, device, request.invitation, turn.around.now)) {
    if (isShut(chain) && !chain.sentBack.has(device)) throw new ProtocolError('locked');
    if (request.kind === 'return') throw new ProtocolError('not-admitted');
  }
  dropKnock(turn, device);
  if (turn.state.knocks.size >= turn.around.rules.knocks) throw new ProtocolError('full');
  turn.depart(device);
  const pending: Pending = {
    knock: {
      ...request,
      // Kept for as long as the device waits: not as a view of a larger receive buffer.
      keyPackageRef: Uint8Array.from(request.keyPackageRef),
      sealed: Uint8Array.from(request.sealed),
      signature: Uint8Array.from(request.signature),
      knockId,
      device,
      at: turn.around.now,
    },
    told: null,
  };
  turn.set({ knocks: withEntry(turn.state.knocks, knockId, pending) });
  tellPlace(turn, pending);
  return { knockId };
}

/** Throws `bad-invitation` for strangers to the link, `invitation-over` where it lets nobody new in. */
function requireInvitation({ state, around }: Turn, device: DeviceKey, request: KnockRequest): void {
  const { chain } = state;
  const invitation = chain.invitations.get(request.invitation);
  const input = knockSignatureInput(chain.meeting, device, request);
  if (!invitation || !around.crypto.verifyMessage(input, request.signature, request.invitation)) {
    throw new ProtocolError('bad-invitation');
  }
  const known = isRemembered(chain, device) || chain.sentBack.has(device);
  if (!known && invitationOver(invitation, around.now)) throw new ProtocolError('invitation-over');
}

/** A device no longer wants to come in. Throws `not-identified`. */
export function withdraw(turn: Turn, caller: CommandOf<'withdraw'>): ValueOf<'withdraw'> {
  turn.requireIdentified(caller);
  dropKnock(turn, caller.device);
  return {};
}

/** Refuses knocks; those already gone are passed over. Needs `admit`. */
export function deny(turn: Turn, command: CommandOf<'deny'>): ValueOf<'deny'> {
  turn.requireMember(command);
  if (!may(turn.state.chain, command.device, 'admit')) throw new ProtocolError('forbidden');
  for (const knockId of command.request.knockIds) {
    const pending = turn.state.knocks.get(knockId);
    if (pending) refuse(turn, pending.knock.device, false);
  }
  return {};
}

/** Passes words on to waiting devices that nobody but they can read. Needs `admit`. */
export function tell(turn: Turn, command: CommandOf<'tell'>): ValueOf<'tell'> {
  turn.requireMember(command);
  if (!may(turn.state.chain, command.device, 'admit')) throw new ProtocolError('forbidden');
  for (const { knockId, sealed } of command.request.words) {
    const pending = turn.state.knocks.get(knockId);
    if (pending) turn.send([pending.knock.device], { name: 'lobby:word', data: { sealed } });
  }
  return {};
}

/** Takes a device's knock away and tells it so. */
export function refuse(turn: Turn, device: DeviceKey, banned: boolean): void {
  if (!dropKnock(turn, device)) return;
  turn.send([device], { name: 'lobby:denied', data: { banned } });
  // Nothing is left to come back for.
  if (!turn.state.members.has(device)) turn.endGrace(device);
}

/** Takes a device's knock away, if it has one. */
export function dropKnock(turn: Turn, device: DeviceKey): boolean {
  const pending = knockOf(turn.state, device);
  if (!pending) return false;
  turn.set({ knocks: withoutKeys(turn.state.knocks, [pending.knock.knockId]) });
  return true;
}

/** Tells one waiting device its place in line, whether or not it heard it before. */
export function tellPlace(turn: Turn, pending: Pending): void {
  const { knockId } = pending.knock;
  const place = [...turn.state.knocks.keys()].indexOf(knockId);
  const told = tellIfNews(turn, { ...pending, told: null }, place + 1, attendance(turn.state));
  turn.set({ knocks: withEntry(turn.state.knocks, knockId, told) });
}

/** Tells every waiting device its place where that changed. */
export function tellPlaces(turn: Turn): void {
  turn.set({ lobbyDue: false });
  const attended = attendance(turn.state);
  const knocks = new Map<KnockId, Pending>();
  for (const [knockId, pending] of turn.state.knocks) {
    knocks.set(knockId, tellIfNews(turn, pending, knocks.size + 1, attended));
  }
  turn.set({ knocks });
  tellKnocks(turn);
  if (!isWidening(turn.state, turn.around.now)) return;
  tellPlacesLater(turn);
}

/** Has `tellPlaces` run after a while. */
export function tellPlacesLater(turn: Turn): void {
  turn.set({ lobbyDue: true });
  const at = turn.around.now + turn.around.rules.lobbyNewsMs;
  turn.effects.push({ type: 'schedule', timer: { kind: 'lobby' }, at });
}

interface Attendance {
  readonly admitter: boolean;
  readonly anyone: boolean;
}

function attendance({ chain, members, sessions }: MeetingState): Attendance {
  let anyone = false;
  for (const device of members.keys()) {
    if (!sessions.has(device)) continue;
    anyone = true;
    if (may(chain, device, 'admit')) return { admitter: true, anyone };
  }
  return { admitter: false, anyone };
}

function tellIfNews(turn: Turn, pending: Pending, position: number, there: Attendance): Pending {
  const { knock: asked, told } = pending;
  const { chain, sessions } = turn.state;
  // One that is away is told when it comes back.
  if (!sessions.has(asked.device)) return pending;
  const byAnyone = asked.kind === 'return' && isRemembered(chain, asked.device);
  const news: LobbyState = {
    position,
    attended: there.admitter || (byAnyone && there.anyone),
    locked: isShut(chain),
  };
  if (told?.position === position && told.attended === news.attended && told.locked === news.locked)
    return pending;
  turn.send([asked.device], { name: 'lobby:state', data: news });
  return { ...pending, told: news };
}

/** Knocks per event, so that one event stays near 2 MB at most. */
const KNOCKS_PER_EVENT = 64;

interface News {
  readonly added: Knock[];
  readonly removed: KnockId[];
  readonly told: ReadonlySet<KnockId>;
  readonly to: DeviceKey[];
}

/**
 * In an open meeting everybody may answer, and one answer is enough: besides hosts and co-hosts, so many who are there
 * longest are told of a knock, and the others only where it has waited for so long, in milliseconds.
 */
const CIRCLE = { members: 8, ms: 3_000 } as const;

/** Whether a knock is to be told to more members as time passes. */
export function isWidening({ knocks, members }: MeetingState, now: number): boolean {
  if (members.size <= CIRCLE.members) return false;
  for (const { knock: asked } of knocks.values()) if (now - asked.at < CIRCLE.ms) return true;
  return false;
}

type Position = 'admitter' | 'other' | 'admitter outside' | 'other outside';

/** Tells members of knocks that came, went, or that they may answer now or no longer. */
export function tellKnocks(turn: Turn): void {
  const { chain, members, knocks, sessions } = turn.state;
  // Members in the same position were told the same set, so what is new is worked out once for each.
  const shared = new Map<ReadonlySet<KnockId>, Partial<Record<Position, News>>>();
  const changed = new Map(members);
  const circle = { admitter: 0, other: 0 };
  for (const [device, member] of members) {
    if (!sessions.has(device)) continue;
    const rank = may(chain, device, 'admit') ? 'admitter' : 'other';
    const isWithin = circle[rank] < CIRCLE.members || isStaff(chain, device);
    circle[rank] += 1;
    const position: Position = isWithin ? rank : `${rank} outside`;
    const known = shared.get(member.told) ?? {};
    shared.set(member.told, known);
    const latest = isWithin ? Number.POSITIVE_INFINITY : turn.around.now - CIRCLE.ms;
    const news = known[position] ?? newsFor(chain, knocks, device, member.told, latest);
    known[position] = news;
    if (news.added.length === 0 && news.removed.length === 0) continue;
    news.to.push(device);
    changed.set(device, { ...member, told: news.told });
  }
  const all = [...shared.values()].flatMap((known) => Object.values(known));
  const sent = all.filter((news) => news.to.length > 0);
  if (sent.length === 0) return;
  turn.set({ members: changed });
  for (const news of sent) sendNews(turn, news);
}

/** `latest`: later knocks are not told of anew. */
function newsFor(
  chain: Chain,
  knocks: MeetingState['knocks'],
  member: DeviceKey,
  told: ReadonlySet<KnockId>,
  latest: number,
): News {
  const visible = new Set<KnockId>();
  const added: Knock[] = [];
  for (const { knock: asked } of knocks.values()) {
    if (!mayAnswer(chain, member, asked)) continue;
    if (asked.at > latest && !told.has(asked.knockId)) continue;
    visible.add(asked.knockId);
    if (!told.has(asked.knockId)) added.push(asked);
  }
  return { added, removed: [...told].filter((knockId) => !visible.has(knockId)), told: visible, to: [] };
}

function sendNews(turn: Turn, { added, removed, to }: News): void {
  for (let from = 0; from === 0 || from < added.length; from += KNOCKS_PER_EVENT) {
    turn.send(to, {
      name: 'lobby:knocks',
      data: { added: added.slice(from, from + KNOCKS_PER_EVENT), removed: from === 0 ? removed : [] },
    });
  }
}
