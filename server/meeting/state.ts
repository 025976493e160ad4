import type { DeviceKey, KnockId } from '../../shared/ids.ts';
import type { Knock, LobbyState, WelcomeDelivery } from '../../shared/protocol/lobby.ts';
import type { Chain, RecordCrypto } from '../../shared/records/chain.ts';
import type { SignedRecord } from '../../shared/records/record.ts';
import type { Group } from '../delivery/group.ts';
import type { Retention } from '../delivery/stream.ts';

/** One connection, named by the edge. */
export type SessionId = string;

/** A device whose leaf is in the group. */
export interface Member {
  /** Stream position of the commit that added it; it learns what comes after. */
  readonly joined: number;
  /** Knocks it was told of and not yet told the end of. */
  readonly told: ReadonlySet<KnockId>;
  /** Its welcome, where it was away when admitted. */
  readonly welcome: WelcomeDelivery | null;
}

/** A knock nobody has answered yet. */
export interface Pending {
  readonly knock: Knock;
  /** What the device last heard about its place in line. */
  readonly told: LobbyState | null;
}

/** One meeting as the server holds it. Immutable. */
export interface MeetingState {
  readonly chain: Chain;
  readonly records: readonly SignedRecord[];
  /** Connected devices that have proven their key. */
  readonly sessions: ReadonlyMap<DeviceKey, SessionId>;
  /** Members and waiting devices whose connection is lost, with the time their grace ends. */
  readonly away: ReadonlyMap<DeviceKey, number>;
  readonly group: Group | null;
  readonly members: ReadonlyMap<DeviceKey, Member>;
  /** Devices that are gone while their leaf is still in the tree. */
  readonly leaving: ReadonlySet<DeviceKey>;
  /** In the order they arrived. */
  readonly knocks: ReadonlyMap<KnockId, Pending>;
  /** Whether news of places in line is already scheduled. */
  readonly lobbyDue: boolean;
  readonly hosts: HostPresence;
}

/** Whether hosts and co-hosts are there, and what their absence has led to. */
export interface HostPresence {
  /** One of them has been in this group: before that, nobody can have gone. */
  readonly seen: boolean;
  /** When their absence takes effect, milliseconds since 1970; null while one is there or nothing follows. */
  readonly goneAt: number | null;
  /** Nobody below co-host sends anything until one is back. */
  readonly frozen: boolean;
}

export const nobodyYet: HostPresence = { seen: false, goneAt: null, frozen: false };

/** Bounds and delays, in milliseconds and counts. */
export interface MeetingRules {
  /** How long a lost connection may come back before the device counts as gone. */
  readonly graceMs: number;
  /** How long news of places in line are gathered. */
  readonly lobbyNewsMs: number;
  /** How long the last host may be gone before a room freezes: a reload of the page must not silence a class. */
  readonly freezeAfterMs: number;
  readonly members: number;
  readonly knocks: number;
  readonly records: number;
  readonly retention: Retention;
  /** What one answer to `stream:sync` or `record:list` holds at most. */
  readonly page: { readonly entries: number; readonly bytes: number };
}

/** What a decision may depend on besides state and command. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly rules: MeetingRules;
  readonly crypto: RecordCrypto;
}

/** A meeting nobody is in, as its stored records tell it. */
export function openMeeting(chain: Chain, records: readonly SignedRecord[]): MeetingState {
  return {
    chain,
    records,
    sessions: new Map(),
    away: new Map(),
    group: null,
    members: new Map(),
    leaving: new Set(),
    knocks: new Map(),
    lobbyDue: false,
    hosts: nobodyYet,
  };
}

/** A copy of a map with one entry set. */
export function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): Map<Key, Value> {
  return new Map(map).set(key, value);
}

/** A copy of a map without some keys; the map itself where it has none of them. */
export function withoutKeys<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  keys: Iterable<Key>,
): ReadonlyMap<Key, Value> {
  const next = new Map(map);
  for (const key of keys) next.delete(key);
  return next.size === map.size ? map : next;
}

/** The knock a device has at the door, if any. */
export function knockOf(state: MeetingState, device: DeviceKey): Pending | undefined {
  for (const pending of state.knocks.values()) if (pending.knock.device === device) return pending;
  return undefined;
}
