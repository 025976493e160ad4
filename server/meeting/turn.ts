import { ProtocolError } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { StreamEntry } from '../../shared/protocol/stream.ts';
import { append, type Group } from '../delivery/group.ts';
import type { EntryDraft } from '../delivery/stream.ts';
import type { Caller } from './commands.ts';
import type { CloseReason, Effect, ServerEvent } from './effects.ts';
import {
  type MeetingState,
  type Member,
  type SessionId,
  type Surroundings,
  withEntry,
  withoutKeys,
} from './state.ts';

/**
 * One decision being made: the state as it would become and the effects so far. Lives within one
 * call of `decide`; a rule that throws ProtocolError leaves nothing behind.
 */
export class Turn {
  readonly before: MeetingState;
  readonly around: Surroundings;
  readonly effects: Effect[] = [];
  state: MeetingState;

  constructor(state: MeetingState, around: Surroundings) {
    this.before = state;
    this.state = state;
    this.around = around;
  }

  set(change: Partial<MeetingState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Throws `not-identified` unless the session is the one its device is connected by. */
  requireIdentified({ session, device }: Caller): void {
    if (this.state.sessions.get(device) !== session) throw new ProtocolError('not-identified');
  }

  /** The caller's membership and the group. Throws `not-identified`, `not-admitted`. */
  requireMember(caller: Caller): { member: Member; group: Group } {
    this.requireIdentified(caller);
    const member = this.state.members.get(caller.device);
    if (!member || !this.state.group) throw new ProtocolError('not-admitted');
    return { member, group: this.state.group };
  }

  /** Sends to those of the devices that are connected. */
  send(devices: Iterable<DeviceKey>, event: ServerEvent): void {
    const to: SessionId[] = [];
    for (const device of devices) {
      const session = this.state.sessions.get(device);
      if (session !== undefined) to.push(session);
    }
    if (to.length > 0) this.effects.push({ type: 'send', to, event });
  }

  /** Appends to the stream of the running group and tells its members. */
  enter(group: Group, draft: EntryDraft): StreamEntry {
    const { now, rules } = this.around;
    const appended = append(group, draft, now, rules.retention);
    this.set({ group: appended.group });
    this.tell(appended.entry);
    return appended.entry;
  }

  /** Tells the members of a new entry. */
  tell(entry: StreamEntry): void {
    this.send(this.state.members.keys(), { name: 'stream:entries', data: { entries: [entry] } });
  }

  /** Ends the connection of a device, if it has one. */
  close(device: DeviceKey, reason: CloseReason): void {
    const session = this.state.sessions.get(device);
    if (session === undefined) return;
    this.set({ sessions: withoutKeys(this.state.sessions, [device]) });
    this.effects.push({ type: 'close', session, reason });
  }

  /** Gives a device time to come back. */
  startGrace(device: DeviceKey): void {
    const at = this.around.now + this.around.rules.graceMs;
    this.set({ away: withEntry(this.state.away, device, at) });
    this.effects.push({ type: 'schedule', timer: { kind: 'grace', device }, at });
  }

  endGrace(device: DeviceKey): void {
    if (!this.state.away.has(device)) return;
    this.set({ away: withoutKeys(this.state.away, [device]) });
    this.effects.push({ type: 'cancel', timer: { kind: 'grace', device } });
  }

  /** Takes a device out of the group: media closed at once, its leaf to be removed by the others. */
  depart(device: DeviceKey): void {
    const { members, leaving, group } = this.state;
    if (!members.has(device) || !group) return;
    this.set({ members: withoutKeys(members, [device]), leaving: new Set(leaving).add(device) });
    this.effects.push({ type: 'closeMedia', device });
    if (this.state.members.size > 0) this.enter(group, { kind: 'gone', device });
    else this.endGroup();
  }

  /** The group and everything said in it are gone; the next one starts anew. */
  endGroup(): void {
    if (!this.state.group) return;
    this.set({ group: null, members: new Map(), leaving: new Set() });
    this.effects.push({ type: 'closeRoom' });
  }
}
