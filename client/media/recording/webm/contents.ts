import { concat } from '../../../../shared/bytes.ts';
import {
  type ElementStart,
  element,
  floatBytes,
  idBytes,
  ids,
  MOST_START,
  readStart,
  readUint,
  readVint,
  uintBytes,
  voidOf,
  WIDE,
  wideSize,
  widthOf,
} from './ebml.ts';
import { SEEK_ROOM } from './head.ts';

/** Bytes to be written over what is there. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What makes a recording one that can be searched. */
export interface Ending {
  /** The file is whole up to here; what follows, of a recording that broke off, is cut away. */
  readonly length: number;
  readonly tail: Uint8Array;
  readonly patches: readonly Patch[];
}

interface Cluster {
  readonly at: number;
  readonly dataAt: number;
  readonly sizeKnown: boolean;
  time: number;
  cued: boolean;
}

/** Elements whose data are elements to look at; all others are passed over whole. */
const opened: ReadonlySet<number> = new Set([
  ids.segment,
  ids.info,
  ids.tracks,
  ids.trackEntry,
  ids.cluster,
  ids.blockGroup,
]);
/** Most bytes of an element's data that are looked at. */
const MOST_DATA = 12;
const VIDEO = 1;
const KEYFRAME = 0x80;

/**
 * Follows a recording with a prepared head (see `prepareHead`) from its first byte on, and says at the end what
 * its length and table of contents are. Keeps some bytes for each cluster and nothing else.
 */
export class WebmContents {
  #held: Uint8Array = new Uint8Array();
  /** Place of the first held byte in the file. */
  #at = 0;
  #skip = 0;
  /** The block that is being passed over: it counts once it is there to its end. */
  #passing: (() => void) | null = null;
  /** End of the last element that is there to its end. */
  #whole = 0;
  #segmentAt: number | null = null;
  #seekAt: number | null = null;
  #infoAt: number | null = null;
  #tracksAt: number | null = null;
  #durationAt: number | null = null;
  #track = 0;
  #video: number | null = null;
  #cluster: Cluster | null = null;
  #last = 0;
  #done = false;
  readonly #sizes: Patch[] = [];
  readonly #cues: { readonly time: number; readonly track: number; readonly cluster: number }[] = [];

  /** Whether the file has its table of contents already. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes the next bytes of the file. Throws RangeError for what is no WebM. */
  push(bytes: Uint8Array): void {
    const data = this.#held.length > 0 ? concat(this.#held, bytes) : bytes;
    let offset = 0;
    while (offset < data.length) {
      const passed = Math.min(this.#skip, data.length - offset);
      this.#skip -= passed;
      offset += passed;
      if (passed > 0 && this.#skip === 0) this.#passed(this.#at + offset);
      if (this.#skip > 0 || offset === data.length) break;
      const start = readStart(data, offset);
      if (!start) break;
      const into = opened.has(start.id);
      if (start.size === null && !into) throw new RangeError('an element without a size');
      const looked = into ? 0 : Math.min(start.size ?? 0, MOST_DATA);
      const dataAt = offset + start.headLength;
      if (data.length < dataAt + looked) break;
      this.#note(start, this.#at + offset, data.slice(dataAt, dataAt + looked));
      offset = dataAt;
      this.#skip = into ? 0 : (start.size ?? 0);
      if (this.#skip === 0) this.#passed(this.#at + offset);
    }
    this.#at += offset;
    this.#held = data.slice(offset);
    if (this.#held.length > MOST_START + MOST_DATA) throw new RangeError('not EBML');
  }

  /** What is to be done to the file; null where it has nothing to be played, or is done already. */
  end(): Ending | null {
    const [segmentAt, seekAt, infoAt] = [this.#segmentAt, this.#seekAt, this.#infoAt];
    const [tracksAt, durationAt] = [this.#tracksAt, this.#durationAt];
    if (this.#done || segmentAt === null || seekAt === null || infoAt === null) return null;
    if (tracksAt === null || durationAt === null || this.#cues.length === 0) return null;
    this.#closeCluster(this.#whole);
    const length = this.#whole;
    const place = (at: number) => uintBytes(at - segmentAt, WIDE);
    const tail = element(ids.cues, ...this.#cues.map((cue) => cueOf(cue, place(cue.cluster))));
    const table = element(
      ids.seekHead,
      seekOf(ids.info, place(infoAt)),
      seekOf(ids.tracks, place(tracksAt)),
      seekOf(ids.cues, place(length)),
    );
    return {
      length,
      tail,
      patches: [
        ...this.#sizes,
        { at: durationAt, bytes: floatBytes(this.#last) },
        { at: seekAt, bytes: concat(table, voidOf(SEEK_ROOM - table.length)) },
        { at: segmentAt - WIDE, bytes: wideSize(length + tail.length - segmentAt) },
      ],
    };
  }

  #note(start: ElementStart, at: number, data: Uint8Array): void {
    const dataAt = at + start.headLength;
    switch (start.id) {
      case ids.segment:
        this.#segmentAt = dataAt;
        return;
      case ids.void:
        if (start.headLength + (start.size ?? 0) === SEEK_ROOM) this.#seekAt ??= at;
        return;
      case ids.seekHead:
      case ids.cues:
        this.#done = true;
        return;
      case ids.info:
        this.#infoAt = at;
        return;
      case ids.duration:
        this.#durationAt = dataAt;
        return;
      case ids.tracks:
        this.#tracksAt = at;
        return;
      case ids.trackNumber:
        this.#track = readUint(data, 0, data.length);
        return;
      case ids.trackType:
        if (readUint(data, 0, data.length) === VIDEO) this.#video ??= this.#track;
        return;
      case ids.cluster:
        this.#closeCluster(at);
        // One without a size in eight bytes stays without one.
        this.#cluster = {
          at,
          dataAt,
          sizeKnown: start.size !== null || start.headLength !== 4 + WIDE,
          time: 0,
          cued: false,
        };
        return;
      case ids.timestamp:
        if (this.#cluster) this.#cluster.time = readUint(data, 0, data.length);
        return;
      case ids.simpleBlock:
      case ids.block:
        this.#passing = () => this.#block(data, start.id === ids.simpleBlock);
        return;
    }
  }

  #passed(at: number): void {
    this.#whole = at;
    this.#passing?.();
    this.#passing = null;
  }

  #block(data: Uint8Array, simple: boolean): void {
    const cluster = this.#cluster;
    const width = widthOf(data[0], 8);
    if (!cluster || width === null || data.length < width + 3) return;
    const track = readVint(data, 0, width);
    const offset = ((readUint(data, width, 2) + 0x8000) & 0xffff) - 0x8000;
    const time = cluster.time + offset;
    this.#last = Math.max(this.#last, time);
    const entry = this.#video === null || (track === this.#video && isEntry(data[width + 2], simple));
    if (!entry || cluster.cued) return;
    cluster.cued = true;
    this.#cues.push({ time, track, cluster: cluster.at });
  }

  #closeCluster(end: number): void {
    const cluster = this.#cluster;
    this.#cluster = null;
    if (!cluster || cluster.sizeKnown) return;
    this.#sizes.push({ at: cluster.dataAt - WIDE, bytes: wideSize(end - cluster.dataAt) });
  }
}

/** Whether a picture can be shown without those before it; of a grouped one that is not said here. */
function isEntry(flags: number | undefined, simple: boolean): boolean {
  return simple && ((flags ?? 0) & KEYFRAME) !== 0;
}

function seekOf(id: number, place: Uint8Array): Uint8Array {
  return small(ids.seek, small(ids.seekId, idBytes(id)), small(ids.seekPosition, place));
}

function cueOf({ time, track }: { time: number; track: number }, place: Uint8Array): Uint8Array {
  const positions = concat(small(ids.cueTrack, uintBytes(track, 1)), small(ids.cueClusterPosition, place));
  return small(
    ids.cuePoint,
    small(ids.cueTime, uintBytes(time, WIDE)),
    small(ids.cueTrackPositions, positions),
  );
}

/** An element with less than 127 bytes of data. */
function small(id: number, ...data: readonly Uint8Array[]): Uint8Array {
  const length = data.reduce((sum, each) => sum + each.length, 0);
  return concat(idBytes(id), Uint8Array.of(0x80 | length), ...data);
}
