import { z } from 'zod';
import { bytes, deviceKey, groupId, knockId } from '../ids.ts';
import { limits } from '../limits.ts';

/**
 * How a knock is sealed, and so who can read it: `lobby` to the meeting's lobby key (those who may
 * admit), `return` under the link secret (any member's client; for devices that may enter already).
 */
export const knockKind = z.enum(['lobby', 'return']);
export type KnockKind = z.infer<typeof knockKind>;

/** What a newcomer hands to the lobby. */
export const knockRequest = z.strictObject({
  kind: knockKind,
  /** RFC 9420 KeyPackageRef of the sealed key package; the Welcome is routed by it. */
  keyPackageRef: bytes(64, 16),
  /** Key package and card, sealed. */
  sealed: bytes(limits.knockBytes),
  /** HMAC-SHA-512/256 under a key from the link secret over device, ref and sealed bytes. */
  mac: bytes(32, 32),
});
export type KnockRequest = z.infer<typeof knockRequest>;

/** A knock as those see it who may answer it. */
export const knock = knockRequest.extend({ knockId, device: deviceKey, at: z.number().int() });
export type Knock = z.infer<typeof knock>;

export const welcome = z.strictObject({
  groupId,
  /** Epoch the joiner starts in. */
  epoch: z.number().int().nonnegative(),
  welcome: bytes(limits.welcomeBytes),
  /** The stream goes on after this entry. */
  seq: z.number().int().nonnegative(),
  /** Records in the chain at that point of the stream; the joiner reads up to there with `record:list`. */
  chainLength: z.number().int().positive(),
});
export type WelcomeDelivery = z.infer<typeof welcome>;

export const lobbyState = z.strictObject({
  /** 1 for the next in line. */
  position: z.number().int().positive(),
  /** Whether somebody is there who could answer. */
  attended: z.boolean(),
  locked: z.boolean(),
});
export type LobbyState = z.infer<typeof lobbyState>;
