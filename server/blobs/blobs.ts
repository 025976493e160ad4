import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { type BlobId, blobId, type DeviceKey, type MeetingId } from '../../shared/ids.ts';
import type { BlobToken, BlobUse } from '../../shared/protocol/blobs.ts';
import type { NodeId } from '../cluster/cluster.ts';
import type { NodeSeal } from '../cluster/seal.ts';
import type { FilesConfig } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../signaling/clock.ts';
import type { BlobStore, StoredBlob } from '../store/blobStore.ts';
import type { BlobBytes } from './bytes.ts';
import { Line } from './line.ts';
import { type BlobGrant, BlobTokens } from './tokens.ts';

/** Sizes in bytes of ciphertext, times in milliseconds. */
export interface BlobRules {
  readonly fileBytes: number;
  readonly deviceBytes: number;
  readonly meetingBytes: number;
  readonly totalBytes: number;
  /** How long a file is kept after it is there. */
  readonly keepMs: number;
  /** How long an upload may stand still. */
  readonly idleMs: number;
}

const IDLE_MS = 60 * 60_000;

/** The rules of a deployment. A sealed file is larger than the file: by its padding and its chunks' tags. */
export function blobRules(files: FilesConfig): BlobRules {
  return {
    fileBytes: files.fileBytes === 0 ? 0 : Math.ceil(files.fileBytes * (1 + 1 / 32)) + 64 * 1024,
    deviceBytes: files.meetingBytes / 2,
    meetingBytes: files.meetingBytes,
    totalBytes: files.totalBytes,
    keepMs: files.keepMs,
    idleMs: IDLE_MS,
  };
}

/** What the running meetings say about a device at this moment. */
export interface BlobGate {
  /** This server. */
  readonly self: NodeId;
  /** What a device may do; asks the server that issued the grant. */
  standing(grant: Pick<BlobGrant, 'meeting' | 'device' | 'node'>): Promise<Standing>;
}

export interface Standing {
  /** Whether its leaf is in the meeting's group. */
  readonly isMember: boolean;
  /** Whether the signed records let it send files. */
  readonly maySend: boolean;
}

export interface BlobsParts {
  readonly store: BlobStore;
  readonly bytes: BlobBytes;
  /** Seals tokens; the same on all servers of a site. */
  readonly seal: NodeSeal;
  readonly rules: BlobRules;
  readonly clock: Clock;
  readonly log: Log;
}

const SWEEP_MS = 60_000;
/** Parts of one file that may be on their way at once, those of a try before included. */
const MOST_AT_ONCE = 8;

/** Sealed files of all meetings: who may put and get them, how much, and for how long. */
export class Blobs {
  readonly #parts: BlobsParts;
  readonly #tokens: BlobTokens;
  /** Blobs that bytes are being appended to. */
  readonly #lines = new Map<BlobId, Line>();
  #gate: BlobGate | null = null;
  #cancelSweep: (() => void) | null = null;
  #closed = false;

  private constructor(parts: BlobsParts) {
    this.#parts = parts;
    this.#tokens = new BlobTokens(parts.seal, () => parts.clock.now());
  }

  /** Throws what the database throws, or the file system where the folder cannot be used. */
  static async open(parts: BlobsParts): Promise<Blobs> {
    const blobs = new Blobs(parts);
    await parts.bytes.prepare(new Set(await parts.store.ids()));
    await blobs.sweep();
    return blobs;
  }

  /** Until then nobody is a member. */
  attach(gate: BlobGate): void {
    this.#gate = gate;
  }

  /** Makes room for a file. The caller is a member and may send files. Throws `too-large`, `full`. */
  async create(
    meeting: MeetingId,
    owner: DeviceKey,
    size: number,
  ): Promise<{ blob: BlobId; token: BlobToken }> {
    const { store, rules, clock } = this.#parts;
    if (size > rules.fileBytes) throw new ProtocolError('too-large');
    const id = blobId.parse(toBase64Url(randomBytes(16)));
    const now = clock.now();
    const stored: StoredBlob = {
      id,
      meeting,
      owner,
      size,
      createdAt: now,
      expiresAt: now + rules.keepMs,
      complete: false,
    };
    const quota = { total: rules.totalBytes, meeting: rules.meetingBytes, device: rules.deviceBytes };
    if ((await store.add(stored, quota)) === 'full') throw new ProtocolError('full');
    return { blob: id, token: this.#token({ use: 'upload', blob: id, meeting, device: owner }) };
  }

  /** A token for a file of the caller's meeting. Throws `no-file`, and `forbidden` for another's upload. */
  async open(
    meeting: MeetingId,
    device: DeviceKey,
    id: BlobId,
    use: BlobUse,
  ): Promise<{ token: BlobToken; size: number; received: number }> {
    const stored = await this.#find(meeting, id);
    if (use === 'upload' && stored.owner !== device) throw new ProtocolError('forbidden');
    if (use === 'download' && !stored.complete) throw new ProtocolError('no-file');
    const token = this.#token({ use, blob: id, meeting, device });
    const received = await this.#parts.bytes.length(id);
    // All bytes came, and the server or its database broke off before the file was published.
    if (use === 'upload' && received === stored.size && !stored.complete) await this.#publish(id);
    return { token, size: stored.size, received };
  }

  /** Deletes a file of the caller's meeting. Throws `no-file`, `forbidden`. */
  async delete(meeting: MeetingId, device: DeviceKey, id: BlobId, mayAll: boolean): Promise<void> {
    const stored = await this.#find(meeting, id);
    if (stored.owner !== device && !mayAll) throw new ProtocolError('forbidden');
    await this.#remove(id);
  }

  /** What a token allows right now. Throws `not-admitted`; `forbidden` for one of another blob or use. */
  async authorize(token: BlobToken, blob: BlobId, use: BlobUse): Promise<BlobGrant> {
    const grant = this.#tokens.grant(token);
    if (!grant) throw new ProtocolError('not-admitted');
    if (grant.blob !== blob || grant.use !== use) throw new ProtocolError('forbidden');
    await this.check(grant);
    return grant;
  }

  /** Throws `not-admitted` or `forbidden` where the device has lost its place or its right since. */
  async check(grant: BlobGrant): Promise<void> {
    const standing = await this.#gate?.standing(grant);
    if (!standing?.isMember) throw new ProtocolError('not-admitted');
    if (grant.use === 'upload' && !standing.maySend) throw new ProtocolError('forbidden');
  }

  /** A file under a grant, and the bytes of it that are there. Throws `no-file`. */
  async look({ meeting, blob }: BlobGrant): Promise<{ stored: StoredBlob; received: number }> {
    const stored = await this.#find(meeting, blob);
    return { stored, received: await this.#parts.bytes.length(blob) };
  }

  /**
   * Appends bytes at `offset` and publishes the file with the last of them. Returns how many are there: where
   * `offset` is not the end, nothing is taken. The next parts may come while one is written, in any order, and wait.
   * Throws `no-file`, `too-large`, and `rate-limited` for too many at once.
   */
  async append(grant: BlobGrant, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    const { blob } = grant;
    const line = this.#lines.get(blob) ?? new Line(this.#parts.clock);
    if (line.size >= MOST_AT_ONCE) throw new ProtocolError('rate-limited', { retryAfterMs: 1_000 });
    this.#lines.set(blob, line);
    const reached = async () => (await this.look(grant)).received;
    try {
      const length = await line.take(offset, reached, async () => {
        // It may have waited.
        await this.check(grant);
        return this.#append(grant, offset, body);
      });
      return length ?? (await reached());
    } finally {
      if (line.size === 0) this.#lines.delete(blob);
    }
  }

  /** The bytes of a complete file, cut off where the device loses its place meanwhile. */
  async *read(grant: BlobGrant, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    let passed = 0;
    for await (const part of this.#parts.bytes.read(grant.blob, start, end)) {
      passed += part.length;
      if (passed > CHECK_BYTES) {
        await this.check(grant);
        passed = 0;
      }
      yield part;
    }
  }

  /** Deletes all files of a meeting that ended. */
  async meetingEnded(meeting: MeetingId): Promise<void> {
    for (const id of await this.#parts.store.ids(meeting)) await this.#remove(id);
  }

  /** Deletes what is over: expired files, files of ended meetings, uploads that stand still. */
  async sweep(): Promise<void> {
    const { store, bytes, clock, rules, log } = this.#parts;
    const now = clock.now();
    try {
      for (const id of await store.expired(now)) await this.#remove(id);
      for (const id of await store.unfinished()) {
        const stored = await store.find(id);
        const touched = (await bytes.touched(id)) ?? stored?.createdAt ?? now;
        if (!this.#lines.has(id) && Math.max(touched, stored?.createdAt ?? 0) + rules.idleMs < now)
          await this.#remove(id);
      }
    } catch (error) {
      log.error({ error }, 'files could not be swept');
    }
    if (this.#closed) return;
    this.#cancelSweep?.();
    this.#cancelSweep = clock.at(now + SWEEP_MS, () => void this.sweep());
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  async #append(grant: BlobGrant, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    const { bytes } = this.#parts;
    const { blob } = grant;
    const { stored, received } = await this.look(grant);
    if (stored.complete || received !== offset) return received;
    const bounded = this.#bounded(grant, body, stored.size - offset);
    const reached = await bytes.append(blob, offset, bounded);
    if (reached === stored.size) await this.#publish(blob);
    return reached;
  }

  /** All bytes are there: from now on the file is served. */
  async #publish(blob: BlobId): Promise<void> {
    const { bytes, store, clock, rules } = this.#parts;
    await bytes.keep(blob);
    await store.complete(blob, clock.now() + rules.keepMs);
    // Deleted meanwhile, by its owner or by the meeting's end.
    if (!(await store.find(blob))) await bytes.remove(blob);
  }

  async *#bounded(grant: BlobGrant, body: AsyncIterable<Uint8Array>, room: number) {
    let left = room;
    let passed = 0;
    for await (const part of body) {
      left -= part.length;
      if (left < 0) throw new ProtocolError('too-large');
      passed += part.length;
      if (passed > CHECK_BYTES) {
        await this.check(grant);
        passed = 0;
      }
      yield part;
    }
  }

  async #find(meeting: MeetingId, id: BlobId): Promise<StoredBlob> {
    const stored = await this.#parts.store.find(id);
    if (!stored || stored.meeting !== meeting || stored.expiresAt <= this.#parts.clock.now()) {
      throw new ProtocolError('no-file');
    }
    return stored;
  }

  async #remove(id: BlobId): Promise<void> {
    // The row first: what is not known is not served, and bytes without a row go at the next start.
    await this.#parts.store.remove(id);
    await this.#parts.bytes.remove(id);
  }

  #token(grant: Omit<BlobGrant, 'node'>): BlobToken {
    if (!this.#gate) throw new ProtocolError('unavailable');
    return this.#tokens.issue({ ...grant, node: this.#gate.self });
  }
}

/** Bytes that pass between two looks at whether the device still has its place. */
const CHECK_BYTES = 4 * 1024 * 1024;
