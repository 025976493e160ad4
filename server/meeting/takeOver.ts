import type { DeviceKey } from '../../shared/ids.ts';
import { type RecordCrypto, readChain } from '../../shared/records/chain.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Effect } from './effects.ts';
import { type MeetingRules, type MeetingState, openMeeting } from './state.ts';

/** A meeting but for its records, which the database has. */
export interface Snapshot extends Omit<MeetingState, 'chain' | 'records'> {
  /** How many records it rests on. */
  readonly chainLength: number;
}

/** A command that changed a meeting, and when it was decided, in milliseconds since 1970. */
export interface Decided {
  readonly at: number;
  readonly command: Command;
}

type Persist = Extract<Effect, { type: 'persist' }>;

/** A state without its records, which the store has. */
export function snapshotOf({ chain, records: _, ...rest }: MeetingState): Snapshot {
  return { ...rest, chainLength: chain.length };
}

/**
 * The meeting as its last owner had it: deciding is pure, so the same commands lead to the same state. `persist` are
 * all records of those commands; appending one that stands already changes nothing. Throws for records that are damaged.
 */
export function replay(
  records: readonly SignedRecord[],
  snapshot: Snapshot | null,
  decided: readonly Decided[],
  { crypto, rules }: { readonly crypto: RecordCrypto; readonly rules: MeetingRules },
): { readonly state: MeetingState; readonly persist: readonly Persist[] } {
  const first = records.slice(0, snapshot?.chainLength ?? records.length);
  const result = readChain(first, crypto);
  // Only verified records are written, so this is a damaged database.
  if (!result.ok) throw new Error(`stored chain refused: ${result.refusal}`);
  const opened = openMeeting(result.chain, first);
  if (!snapshot) return { state: opened, persist: [] };
  const { chainLength: _, ...rest } = snapshot;
  let state: MeetingState = { ...opened, ...rest };
  const persist: Persist[] = [];
  for (const { at, command } of decided) {
    const decision = decide(state, command, { now: at, crypto, rules });
    if (!decision.ok) continue;
    state = decision.state;
    persist.push(...decision.effects.filter((effect) => effect.type === 'persist'));
  }
  return { state, persist };
}

/**
 * A meeting whose owner is gone, and all connections with it: everyone has the grace to come back, and hears anew of
 * who waits at the door. `effects` are the timers to set.
 */
export function orphaned(
  before: MeetingState,
  now: number,
  { crypto, rules }: { readonly crypto: RecordCrypto; readonly rules: MeetingRules },
): { readonly state: MeetingState; readonly effects: readonly Effect[] } {
  const away = new Map<DeviceKey, number>();
  for (const device of before.away.keys()) away.set(device, now + rules.graceMs);
  const untold = new Map(
    [...before.members].map(([device, member]) => [device, { ...member, told: new Set<never>() }]),
  );
  let state: MeetingState = { ...before, away, members: untold, lobbyDue: false };
  const effects: Effect[] = [...away].map(([device, at]) => ({
    type: 'schedule',
    timer: { kind: 'grace', device },
    at,
  }));
  for (const [device, session] of before.sessions) {
    const decision = decide(state, { type: 'disconnect', session, device }, { now, crypto, rules });
    if (!decision.ok) continue;
    state = decision.state;
    effects.push(...decision.effects);
  }
  const { goneAt } = state.hosts;
  if (goneAt !== null) effects.push({ type: 'schedule', timer: { kind: 'hostGone' }, at: goneAt });
  return { state, effects: effects.filter(({ type }) => type === 'schedule') };
}
