import { z } from 'zod';
import { concat, fromBase64Url, utf8 } from '../bytes.ts';
import {
  bytes,
  type DeviceKey,
  deviceKey,
  type GroupId,
  groupId,
  invitationKey,
  knockId,
  type MeetingId,
} from '../ids.ts';
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
  /** The invitation the device holds. */
  invitation: invitationKey,
  /** Ed25519 by the invitation's key over `knockSignatureInput`: only holders of its secret can knock. */
  signature: bytes(64, 64),
});
export type KnockRequest = z.infer<typeof knockRequest>;

const KNOCK_LABEL = utf8('Sealroom 1.0 Knock Signature');

/** Shows that a device holds an invitation: Ed25519 by the invitation's key over `foundSignatureInput`. */
export const invitationProof = z.strictObject({ invitation: invitationKey, signature: bytes(64, 64) });
export type InvitationProof = z.infer<typeof invitationProof>;

const FOUND_LABEL = utf8('Sealroom 1.0 Found Signature');

/** What is signed by a device that starts the group without having been let in by name. */
export function foundSignatureInput(meeting: MeetingId, device: DeviceKey, group: GroupId): Uint8Array {
  const ids = concat(fromBase64Url(meeting), fromBase64Url(device), fromBase64Url(group));
  return concat(FOUND_LABEL, new Uint8Array([0]), ids);
}

/** What a knock's signature covers: meeting, device, kind, key package and the sealed bytes. */
export function knockSignatureInput(
  meeting: MeetingId,
  device: DeviceKey,
  { kind, keyPackageRef, sealed }: Pick<KnockRequest, 'kind' | 'keyPackageRef' | 'sealed'>,
): Uint8Array {
  const ids = concat(fromBase64Url(meeting), fromBase64Url(device));
  const lengths = utf8(` ${kind} ${keyPackageRef.length} `);
  return concat(KNOCK_LABEL, new Uint8Array([0]), ids, lengths, keyPackageRef, sealed);
}

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

/** Words of those who may admit to one waiting device, sealed under the reply key in its knock. */
export const lobbyWord = z.strictObject({ knockId, sealed: bytes(limits.lobbyWordBytes) });
