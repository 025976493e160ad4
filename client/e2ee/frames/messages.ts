import { z } from 'zod';
import { bytes, deviceKey } from '../../../shared/ids.ts';
import { source } from '../../../shared/records/record.ts';

const epoch = z.number().int().nonnegative();
const leaf = z.number().int().min(0).max(0xffff);
const codec = z.enum(['vp8', 'vp9', 'av1', 'opus']);
const transformId = z.number().int().nonnegative();
/** Grows each time a receiver is bound to another track or device, so that late events can be told. */
const binding = z.number().int().nonnegative();
const trackRef = z.string().min(1).max(128);

const epochMessage = z.strictObject({
  type: z.literal('epoch'),
  /** MLS epoch. Goes up only; send `restart` first when a new group begins at a lower one. */
  epoch,
  ownLeaf: leaf,
  /**
   * MLS-Exporter("SFrame 1.0 Base Key", "", 32). Transfer its buffer, so that no copy stays behind; the
   * frame worker overwrites it after use.
   */
  baseKey: bytes(32, 32),
  /** Every leaf of the epoch's tree with its device key (the leaf signature key). */
  leaves: z.array(z.strictObject({ leaf, device: deviceKey })).max(0x10000),
  /**
   * Open, never seal. Required when the same epoch's base key was given to another frame worker
   * before (one that died): its counters are unknown, and sealing would repeat them. Sealing begins
   * with the next epoch.
   */
  openOnly: z.boolean().optional(),
});
export type EpochMessage = z.infer<typeof epochMessage>;

/** Group worker to frame worker. */
export const groupToFrame = z.discriminatedUnion('type', [
  epochMessage,
  /** Erase this epoch's keys now. */
  z.strictObject({ type: z.literal('forget'), epoch }),
  /** Left the group, or a new group begins: erase everything. */
  z.strictObject({ type: z.literal('restart') }),
  /** Switches frame authorship: own checkpoints are produced, others' frames must be covered. */
  z.strictObject({ type: z.literal('authorship'), enforce: z.boolean() }),
  /** A checkpoint that could not be sent: its frames are stated again in the next one. */
  z.strictObject({ type: z.literal('unsent'), bytes: bytes(32 * 1024) }),
  /**
   * Signalling is back after checkpoints of others may have been missed: uncovered frames are let go, so
   * that nobody stays cut for what could not arrive. Heeded once in 10 s at most.
   */
  z.strictObject({ type: z.literal('reconnected') }),
  /** A checkpoint whose signature by `device`'s leaf key has been verified. */
  z.strictObject({ type: z.literal('checkpoint'), device: deviceKey, bytes: bytes(32 * 1024) }),
]);
export type GroupToFrame = z.infer<typeof groupToFrame>;

/** Frame worker to group worker. */
export type FrameToGroup =
  /** The worker runs and waits for keys. */
  | { readonly type: 'ready' }
  /** Frames are sealed under this epoch from now on. */
  | { readonly type: 'installed'; readonly epoch: number }
  /** An epoch that was not taken: older than the current one, its base key used before, or malformed. */
  | { readonly type: 'refused'; readonly epoch: number | null }
  /** To be signed with the leaf key and sent to all members. See `checkpoint.ts` for the format. */
  | { readonly type: 'checkpoint'; readonly epoch: number; readonly bytes: Uint8Array<ArrayBuffer> };

const sealOptions = z.strictObject({
  role: z.literal('seal'),
  id: transformId,
  source,
  codec: codec.optional(),
});
const openOptions = z.strictObject({
  role: z.literal('open'),
  id: transformId,
  binding,
  trackRef,
  source,
  /** Whose frames may come; null accepts none until `expect` names one. */
  device: deviceKey.nullable(),
  codec: codec.optional(),
});

/** Options of an RTCRtpScriptTransform. */
export const transformOptions = z.discriminatedUnion('role', [sealOptions, openOptions]);
export type SealOptions = z.infer<typeof sealOptions>;
export type OpenOptions = z.infer<typeof openOptions>;

/** Page to frame worker. Carries no key; the group port travels in `ports[0]` of `group`. */
export const pageToFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('group') }),
  /** The transform `options.id` serves another stream from now on (a reused sender or receiver). */
  z.strictObject({ type: z.literal('rebind'), options: transformOptions }),
  z.strictObject({ type: z.literal('expect'), id: transformId, binding, device: deviceKey.nullable() }),
  z.strictObject({ type: z.literal('poll'), poll: z.number().int() }),
]);
export type PageToFrame = z.infer<typeof pageToFrame>;

/** Why a frame went no further. */
export const dropReasons = [
  'no-key',
  'unauthenticated',
  'replay',
  'wrong-sender',
  'wrong-context',
  'malformed',
  /** No payload: bandwidth probes look like this. Harmless. */
  'empty',
  'unsupported-codec',
  'unsigned',
] as const;
export type DropReason = (typeof dropReasons)[number];

export interface TransformStats {
  readonly id: number;
  readonly role: 'seal' | 'open';
  readonly framesIn: number;
  readonly framesOut: number;
  /** Bytes handed on, synthetic headers included. */
  readonly bytesOut: number;
  /** Frames waiting for the key of a newer epoch. */
  readonly held: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** Whether the frames of a received track are covered by their sender's signed checkpoints. */
export type AuthorshipState = 'covered' | 'unsigned' | 'forged';

/** Frame worker to page. */
export type FrameToPage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  /** The first frame of a binding authenticated: the track may be shown. */
  | { readonly type: 'alive'; readonly id: number; readonly binding: number }
  | {
      readonly type: 'authorship';
      readonly id: number;
      readonly binding: number;
      readonly state: AuthorshipState;
    }
  /** A pipeline ended with an error; no frame passes it any more. */
  | { readonly type: 'broken'; readonly id: number }
  | { readonly type: 'stats'; readonly poll: number; readonly transforms: readonly TransformStats[] };
