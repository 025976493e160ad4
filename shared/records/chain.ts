import type { DeviceKey, HostKey, MeetingId, RecordHash, ReportKey } from '../ids.ts';
import { allows, type Permission, type Policy, type Role, roles } from '../roles.ts';
import {
  decodeRecord,
  type FrameSuite,
  type GroupSuite,
  type RecordBody,
  type RecordContent,
  type SignedRecord,
  type Source,
} from './record.ts';

/** The meeting as its signed records tell it. Immutable; the same on every client and the server. */
export interface Chain {
  readonly meeting: MeetingId;
  readonly hostKey: HostKey;
  readonly lobbyKey: string;
  readonly groupSuite: GroupSuite;
  readonly frameSuite: FrameSuite;
  /** Null where the site had published none when the meeting was founded. */
  readonly reportKey: ReportKey | null;
  readonly policy: Policy;
  readonly locked: boolean;
  readonly ended: boolean;
  /** Roles given by grants; a device not listed is a participant. */
  readonly roles: ReadonlyMap<DeviceKey, Role>;
  /** Devices that may enter and come back, with who let them in and when. */
  readonly admitted: ReadonlyMap<DeviceKey, { readonly by: DeviceKey | HostKey; readonly at: number }>;
  readonly banned: ReadonlySet<DeviceKey>;
  /** Sources held stopped, per device. */
  readonly held: ReadonlyMap<DeviceKey, ReadonlySet<Source>>;
  /** Sources held stopped for everyone below co-host. */
  readonly heldForAll: ReadonlySet<Source>;
  /** Devices freed one by one from a hold on everyone. */
  readonly freed: ReadonlyMap<DeviceKey, ReadonlySet<Source>>;
  /** Number of records; the next record's `seq`. */
  readonly length: number;
  readonly head: RecordHash;
  /** Hash of the genesis record: names the meeting's fixed parameters. */
  readonly genesis: RecordHash;
  /** `at` of genesis, milliseconds since 1970. */
  readonly createdAt: number;
}

/** The crypto a chain needs, given by each side from libsodium so that both accept the same signatures. */
export interface RecordCrypto {
  /** BLAKE2b-256 over `recordHashInput`, base64url. */
  hash(record: SignedRecord): RecordHash;
  /** Ed25519 over `recordSignatureInput`. */
  verify(record: SignedRecord, by: DeviceKey | HostKey): boolean;
}

export type ChainRefusal = 'malformed' | 'signature' | 'order' | 'forbidden' | 'meaningless' | 'ended';

export type ChainResult =
  | { readonly ok: true; readonly chain: Chain; readonly content: RecordContent }
  | { readonly ok: false; readonly refusal: ChainRefusal };

const refuse = (refusal: ChainRefusal): ChainResult => ({ ok: false, refusal });

/** Starts a chain from its genesis record. The caller compares `hostKey` with the link's fingerprint. */
export function openChain(record: SignedRecord, crypto: RecordCrypto): ChainResult {
  const content = decodeRecord(record);
  if (!content) return refuse('malformed');
  const { body } = content;
  if (body.type !== 'genesis' || content.seq !== 0 || content.prev !== null) return refuse('order');
  if (content.by !== body.hostKey) return refuse('forbidden');
  if (!crypto.verify(record, content.by)) return refuse('signature');
  const genesis = crypto.hash(record);
  return {
    ok: true,
    content,
    chain: {
      meeting: content.meeting,
      hostKey: body.hostKey,
      lobbyKey: body.lobbyKey,
      groupSuite: body.groupSuite,
      frameSuite: body.frameSuite,
      reportKey: body.reportKey ?? null,
      policy: body.policy,
      locked: false,
      ended: false,
      roles: new Map(),
      admitted: new Map(),
      banned: new Set(),
      held: new Map(),
      heldForAll: new Set(),
      freed: new Map(),
      length: 1,
      head: genesis,
      genesis,
      createdAt: content.at,
    },
  };
}

/** The chain with one more record, or why it is refused. The given chain is left as it was. */
export function extendChain(chain: Chain, record: SignedRecord, crypto: RecordCrypto): ChainResult {
  const content = decodeRecord(record);
  if (!content) return refuse('malformed');
  if (chain.ended) return refuse('ended');
  if (content.meeting !== chain.meeting || content.seq !== chain.length || content.prev !== chain.head) {
    return refuse('order');
  }
  if (!mayAppend(chain, content.by, content.body)) return refuse('forbidden');
  if (!crypto.verify(record, content.by)) return refuse('signature');
  const next = applyBody(chain, content);
  if (!next) return refuse('meaningless');
  return { ok: true, content, chain: { ...next, length: chain.length + 1, head: crypto.hash(record) } };
}

/** A whole chain, as a newcomer reads it. */
export function readChain(records: readonly SignedRecord[], crypto: RecordCrypto): ChainResult {
  const [genesis, ...rest] = records;
  if (!genesis) return refuse('malformed');
  let result = openChain(genesis, crypto);
  for (const record of rest) {
    if (!result.ok) return result;
    result = extendChain(result.chain, record, crypto);
  }
  return result;
}

/** The role a device acts under. */
export function roleOf(chain: Chain, device: DeviceKey): Role {
  return chain.roles.get(device) ?? 'participant';
}

/** Whether a device has a right now. A banned device has none. */
export function may(chain: Chain, device: DeviceKey, right: Permission): boolean {
  return !chain.banned.has(device) && allows(chain.policy, roleOf(chain, device), right);
}

/**
 * Whether a device may be added to the group without a new decision: it was let in by a signed
 * record, or holds a granted role, or the meeting has no lobby and is not locked.
 */
export function mayEnter(chain: Chain, device: DeviceKey): boolean {
  if (chain.ended || chain.banned.has(device)) return false;
  if (chain.admitted.has(device) || isStaff(chain, device)) return true;
  return !chain.policy.lobby && !chain.locked;
}

/**
 * Whether a device that is in the group belongs there: like `mayEnter`, but a lock shuts nobody out who
 * is inside already.
 */
export function inGoodStanding(chain: Chain, device: DeviceKey): boolean {
  if (chain.banned.has(device)) return false;
  return chain.admitted.has(device) || chain.roles.has(device) || !chain.policy.lobby;
}

/** Hosts and co-hosts, whom `everyone` in a stop record leaves alone. */
export function isStaff(chain: Chain, device: DeviceKey): boolean {
  const role = roleOf(chain, device);
  return role === 'host' || role === 'cohost';
}

const RIGHT_FOR_SOURCE: Record<Source, Permission> = {
  microphone: 'speak',
  camera: 'camera',
  screen: 'share',
  screenAudio: 'share',
};

/** Whether a device may send a source now: its role allows it and no host holds it stopped. */
export function maySend(chain: Chain, device: DeviceKey, from: Source): boolean {
  if (isHeld(chain, device, from)) return false;
  return may(chain, device, RIGHT_FOR_SOURCE[from]) || (chain.freed.get(device)?.has(from) ?? false);
}

function isHeld(chain: Chain, device: DeviceKey, from: Source): boolean {
  if (chain.banned.has(device)) return true;
  if (chain.held.get(device)?.has(from)) return true;
  if (!chain.heldForAll.has(from) || isStaff(chain, device)) return false;
  return !(chain.freed.get(device)?.has(from) ?? false);
}

/** Rights that a change of policy gives to some role that did not have them. */
function conferred(from: Policy, to: Policy): Permission[] {
  return roles
    .filter((role) => role !== 'host')
    .flatMap((role) => to.permissions[role].filter((right) => !allows(from, role, right)));
}

const RANK: Record<Role, number> = { host: 4, cohost: 3, presenter: 2, participant: 1, guest: 0 };

function mayAppend(chain: Chain, by: DeviceKey | HostKey, body: RecordBody): boolean {
  if (body.type === 'genesis') return false;
  // The two key kinds share their form; the host key is never a device key, so this comparison decides.
  if ((by as string) === (chain.hostKey as string)) return true;
  const device = by as DeviceKey;
  // Any key at the door counts as a participant: only one that belongs inside has a say.
  if (!inGoodStanding(chain, device)) return false;
  const rank = RANK[roleOf(chain, device)];
  const outranks = (other: DeviceKey) => RANK[roleOf(chain, other)] < rank;
  switch (body.type) {
    case 'grant':
      // A co-host acts on and hands out roles below its own only; hosts may make hosts.
      if (!may(chain, device, 'grant')) return false;
      return rank === RANK.host || (outranks(body.device) && RANK[body.role] < rank);
    case 'admit':
      return may(chain, device, 'admit') && (!chain.locked || rank >= RANK.cohost);
    case 'remove':
      return (
        may(chain, device, 'remove') && body.devices.every((other) => rank === RANK.host || outranks(other))
      );
    case 'unban':
      return may(chain, device, 'remove');
    case 'policy':
      // Nobody below host confers a right that their own role lacks.
      return (
        may(chain, device, 'govern') &&
        conferred(chain.policy, body.policy).every((right) => may(chain, device, right))
      );
    case 'lock':
      return may(chain, device, 'govern');
    case 'stop':
    case 'allow':
      if (!may(chain, device, 'moderate')) return false;
      return (
        body.devices === 'everyone' || body.devices.every((other) => rank === RANK.host || outranks(other))
      );
    case 'lobbyKey':
      return rank === RANK.host;
    case 'end':
      return may(chain, device, 'end');
  }
}

function applyBody(chain: Chain, { body, by, at }: RecordContent): Omit<Chain, 'length' | 'head'> | null {
  switch (body.type) {
    case 'genesis':
      return null;
    case 'grant': {
      const roles = new Map(chain.roles);
      if (body.role === 'participant') roles.delete(body.device);
      else roles.set(body.device, body.role);
      return { ...chain, roles };
    }
    case 'admit': {
      if (body.devices.some((device) => chain.banned.has(device))) return null;
      const admitted = new Map(chain.admitted);
      for (const device of body.devices) admitted.set(device, { by, at });
      return { ...chain, admitted };
    }
    case 'remove': {
      const admitted = new Map(chain.admitted);
      const roles = new Map(chain.roles);
      const banned = new Set(chain.banned);
      for (const device of body.devices) {
        admitted.delete(device);
        roles.delete(device);
        if (body.ban) banned.add(device);
      }
      return { ...chain, admitted, roles, banned };
    }
    case 'unban': {
      const banned = new Set(chain.banned);
      for (const device of body.devices) banned.delete(device);
      return { ...chain, banned };
    }
    case 'policy':
      return { ...chain, policy: body.policy };
    case 'lock':
      return { ...chain, locked: body.locked };
    case 'stop':
      return applyStop(chain, body.devices, body.sources, body.hold);
    case 'allow':
      return applyAllow(chain, body.devices, body.sources);
    case 'lobbyKey':
      return { ...chain, lobbyKey: body.lobbyKey };
    case 'end':
      return { ...chain, ended: true };
  }
}

type SourceSets = ReadonlyMap<DeviceKey, ReadonlySet<Source>>;

function withSources(
  sets: SourceSets,
  device: DeviceKey,
  add: readonly Source[],
  drop: readonly Source[],
): SourceSets {
  const next = new Set(sets.get(device));
  for (const from of add) next.add(from);
  for (const from of drop) next.delete(from);
  const all = new Map(sets);
  if (next.size > 0) all.set(device, next);
  else all.delete(device);
  return all;
}

function applyStop(
  chain: Chain,
  devices: readonly DeviceKey[] | 'everyone',
  stopped: readonly Source[],
  hold: boolean,
): Chain {
  // Without a hold nothing lasts: the server stops the producers once and their owners may start again.
  if (!hold) return chain;
  if (devices === 'everyone') {
    let freed: SourceSets = chain.freed;
    for (const device of chain.freed.keys()) freed = withSources(freed, device, [], stopped);
    return { ...chain, heldForAll: new Set([...chain.heldForAll, ...stopped]), freed };
  }
  let { held, freed } = chain;
  for (const device of devices) {
    held = withSources(held, device, stopped, []);
    freed = withSources(freed, device, [], stopped);
  }
  return { ...chain, held, freed };
}

function applyAllow(
  chain: Chain,
  devices: readonly DeviceKey[] | 'everyone',
  allowed: readonly Source[],
): Chain {
  if (devices === 'everyone') {
    let held: SourceSets = chain.held;
    for (const device of chain.held.keys()) held = withSources(held, device, [], allowed);
    return {
      ...chain,
      held,
      heldForAll: new Set([...chain.heldForAll].filter((from) => !allowed.includes(from))),
    };
  }
  let { held, freed } = chain;
  for (const device of devices) {
    held = withSources(held, device, [], allowed);
    freed = withSources(freed, device, allowed, []);
  }
  return { ...chain, held, freed };
}
