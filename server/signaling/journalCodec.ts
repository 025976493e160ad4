import { deserialize, serialize } from 'node:v8';
import type { Stream } from '../delivery/stream.ts';
import type { CommandOf, CommandType } from '../meeting/commands.ts';
import type { MeetingState } from '../meeting/state.ts';
import { type Decided, type Snapshot, snapshotOf } from '../meeting/takeOver.ts';

// What is written here is read by servers of the same site only, and its seal was checked before.

/** Bytes of a stream that a snapshot takes along: members who missed more join again. */
const STREAM_BYTES = 4 * 1024 * 1024;

/** A journal entry: a command and when it was decided, in milliseconds since 1970. */
export function encodeCommand<Type extends CommandType>(at: number, command: CommandOf<Type>): Uint8Array {
  return serialize({ at, command });
}

/** A command as `encodeCommand` wrote it. Throws for bytes that nothing was written as. */
export function decodeCommand(bytes: Uint8Array): Decided {
  return deserialize(bytes);
}

/** A snapshot of a meeting, with the newest part of its stream only. */
export function encodeState(state: MeetingState): Uint8Array {
  const { group } = state;
  return serialize(
    snapshotOf(group ? { ...state, group: { ...group, stream: newest(group.stream) } } : state),
  );
}

/** A snapshot as `encodeState` wrote it. Throws for bytes that nothing was written as. */
export function decodeState(bytes: Uint8Array): Snapshot {
  return deserialize(bytes);
}

function newest(stream: Stream): Stream {
  let { bytes } = stream;
  let drop = 0;
  while (bytes > STREAM_BYTES && drop < stream.held.length) {
    bytes -= stream.held[drop]?.size ?? 0;
    drop += 1;
  }
  return drop === 0 ? stream : { ...stream, held: stream.held.slice(drop), bytes };
}
