import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandOf, CommandType } from '../../../server/meeting/commands.ts';
import type { Effect } from '../../../server/meeting/effects.ts';
import type { MeetingState } from '../../../server/meeting/state.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { readChain } from '../../../shared/records/chain.ts';
import {
  decodeRecord,
  type RecordBody,
  type SignedRecord,
  type Source,
  sources,
} from '../../../shared/records/record.ts';
import { mayEnter, maySend } from '../../../shared/records/rights.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { foundRequest } from '../../support/invitation.ts';
import { accepted, crypto, newSigner, type Signer, signNext } from '../records/signing.ts';
import { knockOf, newGroupId, newKnockId, some, Table } from './kit.ts';

const PEOPLE = 5;
// Made once: the draws below name people by number.
const signers: readonly Signer[] = Array.from({ length: PEOPLE }, () => newSigner());
const signerOf = (who: number): Signer => signers[who % PEOPLE] ?? newSigner();

const who = fc.nat(PEOPLE - 1);
const body: fc.Arbitrary<RecordBody> = fc.oneof(
  fc.record({
    type: fc.constant('admit' as const),
    devices: fc.tuple(who).map((all) => all.map((one) => signerOf(one).device)),
  }),
  fc.record({
    type: fc.constant('remove' as const),
    devices: fc.tuple(who).map((all) => all.map((one) => signerOf(one).device)),
    ban: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('grant' as const),
    device: who.map((one) => signerOf(one).device),
    role: fc.constantFrom('cohost' as const, 'participant' as const, 'presenter' as const),
  }),
  fc.record({ type: fc.constant('lock' as const), locked: fc.boolean() }),
  fc.record({
    type: fc.constant('stop' as const),
    devices: fc.constant('everyone' as const),
    sources: fc.constant<Source[]>([...sources]),
    hold: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('policy' as const),
    policy: fc.constantFrom(presetPolicy('open'), presetPolicy('moderated')),
  }),
);

type Step =
  | {
      do: 'identify' | 'leave' | 'withdraw' | 'disconnect' | 'found' | 'deny' | 'ring';
      who: number;
      n: number;
    }
  | { do: 'knock'; who: number; kind: 'lobby' | 'return' }
  | { do: 'commit'; who: number; back: number; admit: number; remove: number; lie: boolean }
  | { do: 'message' | 'relay' | 'sync'; who: number; n: number }
  | { do: 'append'; who: number; by: number; body: RecordBody; stale: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('identify', 'leave', 'withdraw', 'disconnect', 'found', 'deny', 'ring'),
      who,
      n: fc.nat(8),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('knock'), who, kind: fc.constantFrom('lobby', 'return') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('commit'),
      who,
      back: fc.nat(2),
      admit: fc.nat(3),
      remove: fc.nat(3),
      lie: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('message', 'relay', 'sync'), who, n: fc.nat(20) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('append'), who, by: fc.nat(PEOPLE), body, stale: fc.boolean() }),
  },
) as fc.Arbitrary<Step>;

/** Walks a meeting through random steps and checks after each one what must hold always. */
class Walk {
  readonly table: Table;
  readonly sessions = new Map<number, string>();
  readonly stale: SignedRecord[] = [];
  /** Epochs won, per group. */
  readonly epochs = new Map<string, Set<number>>();
  /** Last position each session saw, per group. */
  readonly seen = new Map<string, number>();
  readonly taken = new Set<SignedRecord>();
  accepted = 0;
  #counter = 0;

  constructor(preset: 'open' | 'moderated') {
    this.table = new Table(presetPolicy(preset), { knocks: 3, members: 4 });
    for (let person = 0; person < PEOPLE; person++) this.run({ do: 'identify', who: person, n: 0 });
    const grant: RecordBody = { type: 'grant', device: signerOf(0).device, role: 'host' };
    this.run({ do: 'append', who: 0, by: PEOPLE, stale: false, body: grant });
    this.run({ do: 'found', who: 0, n: 0 });
    for (let person = 1; person < 4; person++) this.#bringIn(person);
  }

  run(each: Step): void {
    const { table } = this;
    const before = table.state;
    const { device } = signerOf(each.who);
    const session = this.sessions.get(each.who) ?? 'none';
    const caller = { session, device };
    switch (each.do) {
      case 'identify': {
        const fresh = `s${++this.#counter}-${each.who}`;
        if (this.try({ type: 'identify', session: fresh, device })) this.sessions.set(each.who, fresh);
        break;
      }
      case 'leave':
      case 'withdraw':
      case 'disconnect':
        this.try({ type: each.do, ...caller });
        break;
      case 'found':
        this.try({ type: 'found', ...caller, request: foundRequest(table.invitation, device, newGroupId()) });
        break;
      case 'deny':
        this.try({ type: 'deny', ...caller, request: { knockIds: [...before.knocks.keys(), newKnockId()] } });
        break;
      case 'ring':
        table.now += each.n * 1_000;
        this.try({ type: 'timer', timer: each.n % 2 ? { kind: 'lobby' } : { kind: 'grace', device } });
        break;
      case 'knock':
        this.try({
          type: 'knock',
          ...caller,
          knockId: newKnockId(),
          request: knockOf(table, { device }, each.kind),
        });
        break;
      case 'commit':
        this.#commit(each, caller);
        break;
      case 'message':
        this.try({ type: 'message', ...caller, request: { groupId: this.#group(), bytes: some(3) } });
        break;
      case 'relay':
        this.try({ type: 'relay', ...caller, request: { bytes: some(3) } });
        break;
      case 'sync':
        this.try({ type: 'sync', ...caller, request: { groupId: this.#group(), after: each.n } });
        break;
      case 'append':
        this.#append(each, caller);
        break;
    }
  }

  #bringIn(person: number): void {
    const admit: RecordBody = { type: 'admit', devices: [signerOf(person).device] };
    this.run({ do: 'append', who: 0, by: 0, stale: false, body: admit });
    this.run({ do: 'knock', who: person, kind: 'return' });
    this.run({ do: 'commit', who: 0, back: 0, admit: 1, remove: 0, lie: false });
  }

  #group() {
    return this.table.state.group?.groupId ?? newGroupId();
  }

  #commit(each: Extract<Step, { do: 'commit' }>, caller: { session: string; device: DeviceKey }): void {
    const { state } = this.table;
    const admitted = [...state.knocks.keys()].slice(0, each.admit);
    const pool = each.lie ? signers.map(({ device }) => device) : [...state.leaving];
    const removed = pool.slice(0, each.remove);
    const epoch = Math.max(0, (state.group?.epoch ?? 0) - each.back);
    const welcome = admitted.length > 0 ? { welcome: some(5) } : {};
    const groupId = this.#group();
    const request = { groupId, epoch, commit: some(4), admitted, removed, ...welcome };
    if (!this.try({ type: 'commit', ...caller, request })) return;
    const won = this.epochs.get(groupId) ?? new Set();
    this.epochs.set(groupId, won);
    expect(won.has(epoch)).toBe(false);
    expect(state.members.has(caller.device)).toBe(true);
    for (const device of removed) expect(state.leaving.has(device)).toBe(true);
    for (const knock of admitted) {
      const device = state.knocks.get(knock)?.knock.device;
      expect(device && mayEnter(state.chain, device)).toBe(true);
    }
    won.add(epoch);
  }

  #append(each: Extract<Step, { do: 'append' }>, caller: { session: string; device: DeviceKey }): void {
    const { state } = this.table;
    const signer = each.by === PEOPLE ? this.table.host : signerOf(each.by);
    const record = (each.stale && this.stale.at(-1)) || signNext(state.chain, signer, each.body);
    this.stale.push(record);
    if (!this.try({ type: 'append', ...caller, request: { record } })) return;
    expect(this.taken.has(record)).toBe(false);
    this.taken.add(record);
    const { chain, members } = this.table.state;
    const content = decodeRecord(record);
    if (content?.body.type !== 'remove') return;
    // Whoever a record puts out is out at once.
    for (const device of content.body.devices) {
      expect(members.has(device)).toBe(false);
      expect(chain.admitted.has(device)).toBe(false);
    }
  }

  try<Type extends CommandType>(command: CommandOf<Type>): boolean {
    const before = this.table.state;
    const decision = this.table.try(command);
    if (!decision.ok) {
      expect(this.table.state).toBe(before);
      return false;
    }
    this.accepted += 1;
    this.#checkState(this.table.state);
    this.#checkEffects(before, this.table.state, decision.effects, command);
    return true;
  }

  #checkState(state: MeetingState): void {
    const { members, leaving, knocks, group, chain, sessions, away, records } = state;
    expect(group === null).toBe(members.size === 0);
    if (!group) expect(leaving.size).toBe(0);
    const waiting = [...knocks.values()].map(({ knock }) => knock.device);
    expect(new Set(waiting).size).toBe(waiting.length);
    for (const device of waiting) {
      expect(members.has(device)).toBe(false);
      // Somebody is behind every knock and every leaf: connected, or within the grace.
      expect(sessions.has(device) || away.has(device)).toBe(true);
    }
    for (const device of members.keys()) {
      expect(leaving.has(device)).toBe(false);
      expect(chain.banned.has(device)).toBe(false);
      expect(sessions.has(device) || away.has(device)).toBe(true);
    }
    for (const device of away.keys()) expect(sessions.has(device)).toBe(false);
    expect(records).toHaveLength(chain.length);
    expect(knocks.size).toBeLessThanOrEqual(3);
    expect(members.size).toBeLessThanOrEqual(4);
    if (!group) return;
    group.stream.held.forEach(({ entry }, i) => {
      expect(entry.seq).toBe(group.stream.seq - group.stream.held.length + 1 + i);
    });
  }

  #checkEffects(
    before: MeetingState,
    after: MeetingState,
    effects: readonly Effect[],
    command: { type: CommandType; device?: DeviceKey },
  ): void {
    const inside = new Set([...before.members.keys(), ...after.members.keys()]);
    const deviceOf = new Map(
      [...before.sessions, ...after.sessions].map(([device, session]) => [session, device]),
    );
    const wasWaiting = command.device !== undefined && !before.members.has(command.device);
    for (const effect of effects) {
      if (effect.type === 'persist') expect(effects[0]).toBe(effect);
      if (effect.type !== 'send') continue;
      for (const session of effect.to) {
        const device = deviceOf.get(session);
        expect(device).toBeDefined();
        if (!device) continue;
        const { name, data } = effect.event;
        if (name === 'stream:entries' || name === 'group:relayed' || name === 'lobby:knocks') {
          expect(inside.has(device)).toBe(true);
        }
        if (name === 'stream:entries') {
          for (const { seq } of data.entries) this.#follows(session, after, before, device, seq);
        }
        // One that is not inside reaches others by its knock alone, or by a record whose signature says it may.
        if (
          wasWaiting &&
          device !== command.device &&
          command.type !== 'append' &&
          command.type !== 'found'
        ) {
          expect(['lobby:knocks', 'lobby:state']).toContain(name);
        }
      }
    }
    if (before.chain !== after.chain) {
      for (const device of after.members.keys()) {
        for (const from of sources) {
          if (!maySend(before.chain, device, from) || maySend(after.chain, device, from)) continue;
          const stops = effects.some(
            (effect) =>
              effect.type === 'stopSources' && effect.device === device && effect.sources.includes(from),
          );
          expect(stops).toBe(true);
        }
      }
    }
  }

  /** A connected member sees every position once, from the commit that admitted it on. */
  #follows(session: string, after: MeetingState, before: MeetingState, device: DeviceKey, seq: number): void {
    const group = (after.group ?? before.group)?.groupId;
    const member = before.members.get(device) ?? after.members.get(device);
    const key = `${session} ${group} ${member?.joined}`;
    const last = this.seen.get(key);
    if (last !== undefined) expect(seq).toBe(last + 1);
    expect(seq).toBeGreaterThan(member?.joined ?? Number.POSITIVE_INFINITY);
    this.seen.set(key, seq);
  }
}

describe('any order of commands', () => {
  for (const preset of ['open', 'moderated'] as const) {
    it(`keeps the rules of ${preset} meetings`, () => {
      let total = 0;
      let commits = 0;
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), (steps) => {
          const walk = new Walk(preset);
          for (const each of steps) walk.run(each);
          total += walk.accepted;
          for (const won of walk.epochs.values()) commits += won.size;
          expect(accepted(readChain(walk.table.state.records, crypto))).toEqual(walk.table.state.chain);
        }),
        { numRuns: 120 },
      );
      // The walks have to get somewhere for the checks above to mean anything.
      expect(total).toBeGreaterThan(2_000);
      expect(commits).toBeGreaterThan(100);
    });
  }
});
