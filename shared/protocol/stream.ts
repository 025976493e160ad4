import { z } from 'zod';
import { bytes, deviceKey, groupId, knockId } from '../ids.ts';
import { limits } from '../limits.ts';
import { signedRecord } from '../records/record.ts';

const entryBase = {
  /** Position in the meeting's one ordered stream, from 1, without gaps while the group lives. */
  seq: z.number().int().positive(),
};

/** What happened, in the one order that every member sees. */
export const streamEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    ...entryBase,
    kind: z.literal('commit'),
    sender: deviceKey,
    groupId,
    /** Epoch the commit was made in; it leads to the next. */
    epoch: z.number().int().nonnegative(),
    commit: bytes(limits.commitBytes),
  }),
  z.strictObject({
    ...entryBase,
    kind: z.literal('message'),
    sender: deviceKey,
    groupId,
    bytes: bytes(limits.messageBytes),
  }),
  z.strictObject({ ...entryBase, kind: z.literal('record'), record: signedRecord }),
  /** Members refused the commit that ended `epoch`: it never counted, the group is in that epoch still. */
  z.strictObject({
    ...entryBase,
    kind: z.literal('void'),
    groupId,
    epoch: z.number().int().nonnegative(),
  }),
  /** A member's connection is gone for good, or it left. Its leaf is to be removed. */
  z.strictObject({ ...entryBase, kind: z.literal('gone'), device: deviceKey }),
]);
export type StreamEntry = z.infer<typeof streamEntry>;

export const commitRequest = z.strictObject({
  groupId,
  epoch: z.number().int().nonnegative(),
  commit: bytes(limits.commitBytes),
  /** Present when the commit adds somebody. */
  welcome: bytes(limits.welcomeBytes).optional(),
  /** Knocks whose key packages the commit adds. */
  admitted: z.array(knockId).max(limits.commitBatch),
  /** Devices whose leaves the commit removes. */
  removed: z.array(deviceKey).max(limits.commitBatch),
});
export type CommitRequest = z.infer<typeof commitRequest>;
