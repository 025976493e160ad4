import type { DeviceKey, GroupId, KnockId } from '../../shared/ids.ts';
import type { Knock, WelcomeDelivery } from '../../shared/protocol/lobby.ts';
import type { CommitRequest, StreamEntry } from '../../shared/protocol/stream.ts';
import { appendEntry, type EntryDraft, emptyStream, type Retention, type Stream } from './stream.ts';

/** The running MLS group as the delivery service sees it: opaque but for its id, epoch and order. Immutable. */
export interface Group {
  readonly groupId: GroupId;
  /** The epoch that commits are accepted for. */
  readonly epoch: number;
  readonly stream: Stream;
  /** The commit that led to this epoch, while members may still refuse it; null in epoch 0 and after a refusal. */
  readonly last: LastCommit | null;
}

/** What has to be undone when members refuse a commit. */
export interface LastCommit {
  readonly sender: DeviceKey;
  readonly admitted: readonly DeviceKey[];
  readonly removed: readonly DeviceKey[];
  readonly refusedBy: ReadonlySet<DeviceKey>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A group just founded: epoch 0 (RFC 9420 section 11), nothing said yet. */
export function openGroup(groupId: GroupId): Group {
  return { groupId, epoch: 0, stream: emptyStream, last: null };
}

/** The group with one more entry in its stream. */
export function append(
  group: Group,
  draft: EntryDraft,
  now: number,
  retention: Retention,
): { readonly group: Group; readonly entry: StreamEntry } {
  const { stream, entry } = appendEntry(group.stream, draft, now, retention);
  return { group: { ...group, stream }, entry };
}

/** Whether a commit is for the group's current epoch: the compare of compare-and-set. */
export function isCurrent(group: Group, { groupId, epoch }: CommitRequest): boolean {
  return group.groupId === groupId && group.epoch === epoch;
}

/** Takes a current commit (see `isCurrent`): the epoch is over, no other commit for it is accepted. */
export function acceptCommit(
  group: Group,
  sender: DeviceKey,
  request: CommitRequest,
  admitted: readonly DeviceKey[],
  now: number,
  retention: Retention,
): { readonly group: Group; readonly entry: StreamEntry } {
  const { groupId, epoch, commit, removed } = request;
  const appended = append(group, { kind: 'commit', sender, groupId, epoch, commit }, now, retention);
  const last = { sender, admitted, removed, refusedBy: new Set<DeviceKey>(), at: now };
  return { entry: appended.entry, group: { ...appended.group, epoch: epoch + 1, last } };
}

/** The group as it was before its last commit, which never counted. */
export function voidCommit(
  group: Group,
  now: number,
  retention: Retention,
): { readonly group: Group; readonly entry: StreamEntry } {
  const epoch = group.epoch - 1;
  const appended = append(group, { kind: 'void', groupId: group.groupId, epoch }, now, retention);
  return { entry: appended.entry, group: { ...appended.group, epoch, last: null } };
}

/** The welcome that each admitted device is handed, by the knock that brought its key package. */
export function routeWelcome(
  request: CommitRequest,
  { seq, chainLength }: { readonly seq: number; readonly chainLength: number },
  knocks: ReadonlyMap<KnockId, { readonly knock: Knock }>,
): Map<DeviceKey, WelcomeDelivery> {
  const routes = new Map<DeviceKey, WelcomeDelivery>();
  if (!request.welcome) return routes;
  const delivery = {
    groupId: request.groupId,
    epoch: request.epoch + 1,
    welcome: Uint8Array.from(request.welcome),
    seq,
    chainLength,
  };
  for (const knockId of request.admitted) {
    const pending = knocks.get(knockId);
    if (pending) routes.set(pending.knock.device, delivery);
  }
  return routes;
}
