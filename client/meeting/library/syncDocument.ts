import { z } from 'zod';
import { identifier, meetingId } from '../../../shared/ids.ts';
import { banList, meetingEntry, presetId, savedPreset, seriesId } from './entry.ts';

export const syncDevice = identifier(16, 'SyncDevice');
export type SyncDevice = z.infer<typeof syncDevice>;

const stamp = {
  /** Milliseconds since 1970, and later than any change its device had seen: a clock that runs behind loses nothing. */
  at: z.number().int().nonnegative(),
  device: syncDevice,
};

/** One thing of the list as it was last changed; `value` is null where it was deleted. */
export const syncEntry = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('meeting'), id: meetingId, ...stamp, value: meetingEntry.nullable() }),
    z.strictObject({ kind: z.literal('preset'), id: presetId, ...stamp, value: savedPreset.nullable() }),
    // A series is named after its first meeting, or by its own id.
    z.strictObject({
      kind: z.literal('bans'),
      id: z.union([meetingId, seriesId]),
      ...stamp,
      value: banList.nullable(),
    }),
  ])
  .refine((entry) => {
    if (entry.kind === 'meeting') return entry.value === null || entry.value.meeting === entry.id;
    return entry.kind !== 'preset' || entry.value === null || entry.value.id === entry.id;
  });
export type SyncEntry = z.infer<typeof syncEntry>;
/** A thing as a device has it. */
export type SyncThing = SyncEntry extends infer Entry
  ? Entry extends SyncEntry
    ? Omit<Entry, 'at' | 'device'>
    : never
  : never;

/** Validates what a device keeps under a name; null where that is nothing to exchange. */
export function syncThing(thing: { kind: string; id: string; value: unknown }): SyncThing | null {
  const parsed = syncEntry.safeParse({ ...thing, at: 0, device: 'A'.repeat(22) });
  return parsed.success ? parsed.data : null;
}

function changedAt({ kind, value }: SyncThing): number {
  if (value === null) return 0;
  return kind === 'bans' ? Math.max(0, ...value.banned.map(({ at }) => at)) : value.changed;
}

/** The list as devices exchange it, by kind and id. Host keys are no part of it. */
export const syncDocument = z.strictObject({ v: z.literal(1), entries: z.array(syncEntry).max(10_000) });
export type SyncDocument = z.infer<typeof syncDocument>;

export const emptyDocument: SyncDocument = { v: 1, entries: [] };

/** How long a deletion is remembered. A device that stays away longer brings back what it still has. */
const TOMBSTONE_MS = 90 * 86_400_000;

/** Names a thing among all kinds. */
export const keyOf = ({ kind, id }: Pick<SyncEntry, 'kind' | 'id'>): string => `${kind}:${id}`;

const byKey = (entries: readonly SyncEntry[]) => new Map(entries.map((entry) => [keyOf(entry), entry]));

function later(one: SyncEntry, other: SyncEntry): SyncEntry {
  if (one.at !== other.at) return one.at > other.at ? one : other;
  return one.device >= other.device ? one : other;
}

/** Both lists in one: of each thing the last change, by time and then by device. Commutative, associative. Pure. */
export function merge(one: SyncDocument, other: SyncDocument): SyncDocument {
  const merged = byKey(one.entries);
  for (const entry of other.entries) {
    const known = merged.get(keyOf(entry));
    merged.set(keyOf(entry), known ? later(known, entry) : entry);
  }
  return ordered(merged);
}

/**
 * The document after what changed on this device since it was last merged: `things` are all it has, `unreadable`
 * names what it has but cannot read, which counts as unchanged. Pure.
 */
export function changed(
  base: SyncDocument,
  things: readonly SyncThing[],
  unreadable: ReadonlySet<string>,
  device: SyncDevice,
  now: number,
): SyncDocument {
  const known = byKey(base.entries);
  const at = base.entries.reduce((latest, entry) => Math.max(latest, entry.at + 1), now);
  const here = new Set(things.map(keyOf));
  for (const thing of things) {
    const before = known.get(keyOf(thing));
    if (before && same(before.value, thing.value)) continue;
    // What was never merged is as old as it says, so that a device that joins overrules nothing newer.
    known.set(keyOf(thing), { ...thing, at: before ? at : changedAt(thing), device });
  }
  for (const [key, entry] of known) {
    if (entry.value === null || here.has(key) || unreadable.has(key)) continue;
    known.set(key, { ...entry, value: null, at, device });
  }
  return ordered(known);
}

/** Without deletions that are long past. Pure. */
export function pruned(document: SyncDocument, now: number): SyncDocument {
  return {
    v: 1,
    entries: document.entries.filter(({ value, at }) => value !== null || at > now - TOMBSTONE_MS),
  };
}

/** Whether two values or documents of these forms say the same: the forms fix the order of their members. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function ordered(entries: ReadonlyMap<string, SyncEntry>): SyncDocument {
  return {
    v: 1,
    entries: [...entries].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry),
  };
}
