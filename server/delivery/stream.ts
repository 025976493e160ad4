import type { StreamEntry } from '../../shared/protocol/stream.ts';

/** How much of a stream is kept for members that were away: whichever bound is met first. */
export interface Retention {
  readonly entries: number;
  readonly bytes: number;
  readonly ageMs: number;
}

interface Held {
  readonly entry: StreamEntry;
  readonly at: number;
  readonly size: number;
}

/** One ordered stream: sequence numbers from 1 without gaps, the newest entries held. Immutable. */
export interface Stream {
  /** Number of the last entry, 0 before the first. */
  readonly seq: number;
  readonly held: readonly Held[];
  /** Content bytes held. */
  readonly bytes: number;
}

type WithoutSeq<Entry> = Entry extends StreamEntry ? Omit<Entry, 'seq'> : never;
export type EntryDraft = WithoutSeq<StreamEntry>;

export const emptyStream: Stream = { seq: 0, held: [], bytes: 0 };

/** The stream with one more entry. Bytes are copied: what arrives from a socket may be a view of a larger buffer. */
export function appendEntry(
  stream: Stream,
  draft: EntryDraft,
  now: number,
  retention: Retention,
): { readonly stream: Stream; readonly entry: StreamEntry } {
  const entry: StreamEntry = { ...owned(draft), seq: stream.seq + 1 };
  const held = [...stream.held, { entry, at: now, size: sizeOf(entry) }];
  let bytes = stream.bytes + sizeOf(entry);
  let drop = 0;
  for (const oldest of held) {
    const excess = held.length - drop > retention.entries || bytes > retention.bytes;
    if (!excess && now - oldest.at <= retention.ageMs) break;
    bytes -= oldest.size;
    drop += 1;
  }
  return { entry, stream: { seq: entry.seq, held: drop > 0 ? held.slice(drop) : held, bytes } };
}

/**
 * Entries after `after`, oldest first, as many as fit `page` (at least one), or null when some of
 * them are no longer held or `after` lies ahead of the stream.
 */
export function entriesAfter(
  stream: Stream,
  after: number,
  page: { readonly entries: number; readonly bytes: number },
): { entries: StreamEntry[]; complete: boolean } | null {
  if (after > stream.seq) return null;
  const first = stream.seq - stream.held.length + 1;
  if (after + 1 < first) return null;
  const entries: StreamEntry[] = [];
  let bytes = 0;
  for (const { entry, size } of stream.held.slice(after + 1 - first)) {
    bytes += size;
    if (entries.length > 0 && (entries.length >= page.entries || bytes > page.bytes)) {
      return { entries, complete: false };
    }
    entries.push(entry);
  }
  return { entries, complete: true };
}

function owned(draft: EntryDraft): EntryDraft {
  switch (draft.kind) {
    case 'commit':
      return { ...draft, commit: Uint8Array.from(draft.commit) };
    case 'message':
      return { ...draft, bytes: Uint8Array.from(draft.bytes) };
    default:
      return draft;
  }
}

function sizeOf(entry: StreamEntry): number {
  switch (entry.kind) {
    case 'commit':
      return entry.commit.length;
    case 'message':
      return entry.bytes.length;
    case 'record':
      return entry.record.bytes.length + entry.record.signature.length;
    case 'gone':
      return entry.device.length;
    case 'void':
      return entry.groupId.length;
  }
}
