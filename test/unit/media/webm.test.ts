import { describe, expect, it } from 'vitest';
import { element, ids, readStart, readUint, uintBytes } from '../../../client/media/recording/webm/ebml.ts';
import { mend, type SyncFile, WebmFile } from '../../../client/media/recording/webm/file.ts';
import { concat, equalBytes, utf8 } from '../../../shared/bytes.ts';

/** A file in memory that can run out of room. */
class MemoryFile implements SyncFile {
  bytes: Uint8Array = new Uint8Array();
  room = Number.POSITIVE_INFINITY;

  read(into: Uint8Array, { at }: { at: number }): number {
    const part = this.bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }
  write(bytes: Uint8Array, { at }: { at: number }): number {
    const end = at + bytes.length;
    if (end > this.room) throw new DOMException('No room', 'QuotaExceededError');
    if (end > this.bytes.length) this.bytes = concat(this.bytes, new Uint8Array(end - this.bytes.length));
    this.bytes.set(bytes, at);
    return bytes.length;
  }
  truncate(size: number): void {
    this.bytes = this.bytes.slice(0, size);
  }
  getSize(): number {
    return this.bytes.length;
  }
  flush(): void {}
  close(): void {}
}

const unknown = (id: number) =>
  concat(element(id).subarray(0, 4), Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255));
const uint = (id: number, value: number) => element(id, uintBytes(value, 2));
const block = (track: number, offset: number, key: boolean, length: number) =>
  element(
    ids.simpleBlock,
    Uint8Array.of(0x80 | track),
    uintBytes(offset & 0xffff, 2),
    Uint8Array.of(key ? 0x80 : 0),
    new Uint8Array(length).fill(0xa3),
  );

const head = concat(
  element(ids.ebml, utf8('webm')),
  unknown(ids.segment),
  element(ids.info, uint(ids.timestampScale, 1_000), element(0x4d80, utf8('a recorder'))),
  element(
    ids.tracks,
    element(ids.trackEntry, uint(ids.trackNumber, 1), uint(ids.trackType, 2)),
    element(ids.trackEntry, uint(ids.trackNumber, 2), uint(ids.trackType, 1)),
  ),
);
/** As browsers write it: clusters of unknown size, the picture's first one a keyframe here and there. */
const clusters = Array.from({ length: 9 }, (_, index) =>
  concat(
    unknown(ids.cluster),
    uint(ids.timestamp, index * 1_000),
    block(1, -3, true, 40),
    block(2, 0, index % 3 === 0, 3_000),
    block(2, 500, false, 700),
    block(1, 900, true, 40),
  ),
);
const recorded = concat(head, ...clusters);

interface Part {
  readonly id: number;
  readonly at: number;
  readonly data: Uint8Array;
}

/** The elements of a level; all sizes must be known and fit. */
function partsOf(bytes: Uint8Array, from = 0): Part[] {
  const parts: Part[] = [];
  for (let at = from; at < bytes.length; ) {
    const start = readStart(bytes, at);
    if (!start || start.size === null) throw new Error(`no sized element at ${at}`);
    const end = at + start.headLength + start.size;
    if (end > bytes.length) throw new Error(`an element at ${at} goes beyond the end`);
    parts.push({ id: start.id, at: at - from, data: bytes.subarray(at + start.headLength, end) });
    at = end;
  }
  return parts;
}

const find = (parts: readonly Part[], id: number) => {
  const part = parts.find((each) => each.id === id);
  if (!part) throw new Error(`no ${id.toString(16)}`);
  return part;
};
const number = (parts: readonly Part[], id: number) => {
  const { data } = find(parts, id);
  return readUint(data, 0, data.length);
};

/** What a player learns of a file without reading it through. */
function contentsOf(bytes: Uint8Array) {
  const segment = find(partsOf(bytes), ids.segment).data;
  const parts = partsOf(segment);
  const { data: duration } = find(partsOf(find(parts, ids.info).data), ids.duration);
  const table = partsOf(find(parts, ids.seekHead).data).map(({ data }) => {
    const at = number(partsOf(data), ids.seekPosition);
    const target = readStart(segment, at);
    const named = find(partsOf(data), ids.seekId).data;
    expect(target?.id).toBe(readUint(named, 0, named.length));
    return target?.id;
  });
  const cues = partsOf(find(parts, ids.cues).data).map(({ data }) => {
    const cue = partsOf(data);
    const positions = partsOf(find(cue, ids.cueTrackPositions).data);
    const at = number(positions, ids.cueClusterPosition);
    expect(readStart(segment, at)?.id).toBe(ids.cluster);
    return { time: number(cue, ids.cueTime), track: number(positions, ids.cueTrack) };
  });
  return {
    duration: new DataView(duration.buffer, duration.byteOffset).getFloat64(0),
    table,
    cues,
    clusters: parts.filter(({ id }) => id === ids.cluster).map(({ data }) => data),
  };
}

function record(
  bytes: Uint8Array,
  step: number,
  file = new MemoryFile(),
): { file: MemoryFile; to: WebmFile } {
  const to = new WebmFile(file);
  for (let at = 0; at < bytes.length; at += step) to.write(bytes.slice(at, at + step));
  return { file, to };
}

const whole = {
  duration: 8_900,
  table: [ids.info, ids.tracks, ids.cues],
  cues: [0, 3_000, 6_000].map((time) => ({ time, track: 2 })),
};

describe('a recording', () => {
  it.each([13, 1_000, 1_000_000])('gets its length and cues, written %i bytes at a time', (step) => {
    const { file, to } = record(recorded, step);
    to.finish();
    const { clusters: kept, ...rest } = contentsOf(file.bytes);
    expect(rest).toEqual(whole);
    expect(
      kept.every((data, index) => equalBytes(data, clusters[index]?.subarray(12) ?? data.subarray(1))),
    ).toBe(true);
    expect(kept).toHaveLength(9);
  });

  it('is mended where it broke off, wherever that was', () => {
    const durations = { 0: 8_900, 1: 8_500, 52: 8_500, 700: 8_000, 800: 7_997, 3900: 7_500 };
    for (const [lost, expected] of Object.entries(durations)) {
      const { file } = record(recorded.subarray(0, recorded.length - Number(lost)), 900);
      mend(file);
      const { duration, cues } = contentsOf(file.bytes);
      expect(cues).toEqual(whole.cues);
      expect(duration).toBe(expected);
      const again = file.bytes.slice();
      mend(file);
      expect(equalBytes(file.bytes, again)).toBe(true);
    }
  });

  it('is mended by nothing where nothing was recorded yet', () => {
    const { file } = record(head, 50);
    mend(file);
    expect(file.bytes).toHaveLength(0);
  });

  it('keeps what there is when there is no more room, and the table of contents where it fits', () => {
    const file = new MemoryFile();
    file.room = recorded.length - 2_000;
    const to = new WebmFile(file);
    expect(() => {
      for (let at = 0; at < recorded.length; at += 500) to.write(recorded.slice(at, at + 500));
    }).toThrow(expect.objectContaining({ name: 'QuotaExceededError' }));
    const before = file.bytes.length;
    expect(before).toBeGreaterThan(recorded.length - 2_600);
    to.finish();
    const { cues, duration } = contentsOf(file.bytes);
    expect(cues).toEqual(whole.cues);
    expect(duration).toBeGreaterThan(7_000);
  });

  it('of another kind is left as it is', () => {
    const other = utf8('\u0000not a recording at all, whatever it says of itself');
    const { file, to } = record(other, 10);
    to.finish();
    expect(equalBytes(file.bytes, other)).toBe(true);
    mend(file);
    expect(equalBytes(file.bytes, other)).toBe(true);
  });
});
