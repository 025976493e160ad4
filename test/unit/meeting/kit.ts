import { randomBytes } from 'node:crypto';
import type { CommandOf, CommandType, ValueOf } from '../../../server/meeting/commands.ts';
import { type Decision, decide } from '../../../server/meeting/decide.ts';
import type { Effect, Timer } from '../../../server/meeting/effects.ts';
import { defaultRules } from '../../../server/meeting/rules.ts';
import {
  type MeetingRules,
  type MeetingState,
  openMeeting,
  type SessionId,
} from '../../../server/meeting/state.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { type DeviceKey, type GroupId, groupId, type KnockId, knockId } from '../../../shared/ids.ts';
import type { EventName, EventOf } from '../../../shared/protocol/events.ts';
import type { CommitRequest } from '../../../shared/protocol/stream.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import type { Policy } from '../../../shared/roles.ts';
import { foundRequest, signedKnock, type TestInvitation } from '../../support/invitation.ts';
import { AT, crypto, newSigner, Script, type Signer, signNext } from '../records/signing.ts';

export const newGroupId = (): GroupId => groupId.parse(toBase64Url(randomBytes(16)));
export const newKnockId = (): KnockId => knockId.parse(toBase64Url(randomBytes(16)));
export const some = (length: number, value = 1) => new Uint8Array(length).fill(value);

/** A knock by an invitation, the meeting's plain link unless another is given. */
export const knockOf = (
  { invitation: plain }: { invitation: TestInvitation },
  { device }: { device: DeviceKey },
  kind: 'lobby' | 'return' = 'lobby',
  by: TestInvitation = plain,
) => signedKnock(by, device, { kind, keyPackageRef: some(32), sealed: some(100) });

/** A device with the connection it is on. */
export interface Person extends Signer {
  session: SessionId;
}

let sessions = 0;
export const newPerson = (signer: Signer = newSigner()): Person => ({ ...signer, session: `s${++sessions}` });

/** A meeting under test: commands in, decisions kept, effects of the last one to look at. */
export class Table {
  readonly host: Signer;
  readonly invitation: TestInvitation;
  readonly rules: MeetingRules;
  state: MeetingState;
  now = AT;
  effects: readonly Effect[] = [];

  constructor(policy?: Policy, rules: Partial<MeetingRules> = {}) {
    const script = new Script(policy);
    this.host = script.host;
    this.invitation = script.invitation;
    this.rules = { ...defaultRules, ...rules };
    this.state = openMeeting(script.chain, script.records);
  }

  try<Type extends CommandType>(command: CommandOf<Type>): Decision<ValueOf<Type>> {
    const decision = decide(this.state, command, { now: this.now, rules: this.rules, crypto });
    this.effects = decision.ok ? decision.effects : [];
    if (decision.ok) this.state = decision.state;
    return decision;
  }

  /** A command that has to be accepted. */
  do<Type extends CommandType>(command: CommandOf<Type>): ValueOf<Type> {
    const decision = this.try(command);
    if (!decision.ok) throw new Error(`${command.type} refused: ${decision.code}`);
    return decision.value;
  }

  /** The code a command is refused with, which has to leave the state as it was. */
  refused<Type extends CommandType>(command: CommandOf<Type>): ErrorCode | 'ok' {
    const before = this.state;
    const decision = this.try(command);
    if (!decision.ok && this.state !== before) throw new Error('a refusal changed the state');
    return decision.ok ? 'ok' : decision.code;
  }

  identify(person: Person) {
    return this.do({ type: 'identify', ...at(person) });
  }

  found(person: Person, id = newGroupId()): GroupId {
    this.do({ type: 'found', ...at(person), request: foundRequest(this.invitation, person.device, id) });
    return id;
  }

  knock(person: Person, kind: 'lobby' | 'return' = 'lobby'): KnockId {
    return this.do({
      type: 'knock',
      ...at(person),
      knockId: newKnockId(),
      request: knockOf(this, person, kind),
    }).knockId;
  }

  append(signer: Signer, body: RecordBody, by: Person) {
    return this.do({
      type: 'append',
      ...at(by),
      request: { record: signNext(this.state.chain, signer, body) },
    });
  }

  commitRequest(change: Partial<CommitRequest> = {}): CommitRequest {
    const { group } = this.state;
    if (!group) throw new Error('no group runs');
    const welcome = change.admitted && change.admitted.length > 0 ? { welcome: some(40) } : {};
    const { groupId: id, epoch } = group;
    return { groupId: id, epoch, commit: some(20), admitted: [], removed: [], ...welcome, ...change };
  }

  commit(person: Person, change: Partial<CommitRequest> = {}) {
    return this.do({ type: 'commit', ...at(person), request: this.commitRequest(change) });
  }

  disconnect(person: Person) {
    this.do({ type: 'disconnect', ...at(person) });
  }

  /** Time passes and a timer rings. */
  ring(timer: Timer, afterMs: number) {
    this.now += afterMs;
    this.do({ type: 'timer', timer });
  }

  /** What the last command sent to a session, by event. */
  sent<Name extends EventName>(to: { session: SessionId }, name: Name): EventOf<Name>[] {
    const found: EventOf<Name>[] = [];
    for (const effect of this.effects) {
      if (effect.type !== 'send' || !effect.to.includes(to.session) || effect.event.name !== name) continue;
      // The name was compared just now.
      found.push(effect.event.data as EventOf<Name>);
    }
    return found;
  }

  /** Kinds of entries the last command put into a session's stream. */
  entries(to: { session: SessionId }) {
    return this.sent(to, 'stream:entries').flatMap(({ entries }) => entries);
  }

  has(effect: Partial<Effect>): boolean {
    return this.effects.some((each) =>
      Object.entries(effect).every(([key, value]) => {
        const own: unknown = Object.entries(each).find(([name]) => name === key)?.[1];
        return JSON.stringify(own) === JSON.stringify(value);
      }),
    );
  }
}

export const at = ({ session, device }: Person) => ({ session, device });

/** A moderated meeting with a host and two members in it. */
export function running(policy?: Policy, rules?: Partial<MeetingRules>) {
  const table = new Table(policy, rules);
  const [host, ann, ben] = [newPerson(), newPerson(), newPerson()];
  table.identify(host);
  table.append(table.host, { type: 'grant', device: host.device, role: 'host' }, host);
  const group = table.found(host);
  for (const person of [ann, ben]) {
    table.identify(person);
    const knock = table.knock(person);
    table.append(host, { type: 'admit', devices: [person.device] }, host);
    table.commit(host, { admitted: [knock] });
  }
  return { table, host, ann, ben, group };
}
