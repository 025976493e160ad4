import { z } from 'zod';
import { concat, fromUtf8, utf8 } from '../bytes.ts';
import { bytes, deviceKey, hostKey, invitationKey, meetingId, recordHash, reportKey } from '../ids.ts';
import { limits } from '../limits.ts';
import { policy, role } from '../policy.ts';
import { breakoutBodies } from './breakout.ts';

/** Where audio and video come from; also the SFrame context (RFC 9605 section 5.2), in this order. */
export const sources = ['microphone', 'camera', 'screen', 'screenAudio'] as const;
export const source = z.enum(sources);
export type Source = z.infer<typeof source>;

/** Ciphersuite of the MLS group, chosen by the founder and fixed in the genesis record. */
export const groupSuite = z.enum(['x-wing', 'x25519']);
export type GroupSuite = z.infer<typeof groupSuite>;

/** SFrame suite of a meeting: CHACHA20_POLY1305_SHA512_128, private use. Fixed here, so that nobody can choose another. */
export const frameSuite = z.literal(0xf001);
export type FrameSuite = z.infer<typeof frameSuite>;

const devices = z.array(deviceKey).min(1).max(100);
const lobbyKey = z.string().regex(/^[A-Za-z0-9_-]{40,2000}$/);

/** Stands for a lasting key or a name to whoever has the meeting's secret, and for nothing to anybody else. */
const barToken = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
export const BARRED_PER_RECORD = 200;

const invitation = {
  /** Public half of a key pair that comes from the link's secret: knocks are signed with it. */
  key: invitationKey,
  /** The meeting's secret, sealed under a key from the link's secret, base64url. */
  wrapped: z.string().regex(/^[A-Za-z0-9_-]{64}$/),
};

export const recordBody = z.discriminatedUnion('type', [
  /** Founds the meeting. Signed by the host key whose fingerprint is in the link. */
  z.strictObject({
    type: z.literal('genesis'),
    hostKey,
    /** Public half of the key that knocks are sealed to, base64url. */
    lobbyKey,
    /** The meeting's plain link: for anyone, any number of times, until revoked. */
    invitation: z.strictObject(invitation),
    groupSuite,
    frameSuite,
    policy,
    /** The site's report key at the founding, so that the server cannot put another in its place later. */
    reportKey: reportKey.optional(),
  }),
  /** Gives a device a role; `participant` takes a role away. */
  z.strictObject({ type: z.literal('grant'), device: deviceKey, role }),
  /**
   * Lets devices in; lasting, so that they can come back without asking. Names the invitation they
   * came with, of which each device uses up one.
   */
  z.strictObject({ type: z.literal('admit'), devices, invitation: invitationKey.optional() }),
  /**
   * Puts devices out. Banned devices are not let in again. `note` says whose they are, sealed to the lobby
   * key, so that the founder can bar them from the next meeting of the series as well.
   */
  z.strictObject({
    type: z.literal('remove'),
    devices,
    ban: z.boolean(),
    note: z
      .string()
      .regex(/^[A-Za-z0-9_-]{40,13000}$/)
      .optional(),
  }),
  /** People who were barred from earlier meetings of the series: every member's client keeps them out, until lifted. */
  z.strictObject({
    type: z.literal('bar'),
    on: z.boolean(),
    people: z.array(barToken).min(1).max(BARRED_PER_RECORD),
    /** A name is a hint only: it is marked where somebody knocks under it. */
    names: z.array(barToken).max(BARRED_PER_RECORD),
  }),
  /** Lifts a ban. */
  z.strictObject({ type: z.literal('unban'), devices }),
  /** Puts members back to the lobby: out of the group and silent, until they are let in again. */
  z.strictObject({ type: z.literal('sendBack'), devices }),
  /** Another way in, with a secret of its own. */
  z.strictObject({
    type: z.literal('invite'),
    ...invitation,
    /** How many devices it lets in; null for any number. */
    uses: z.number().int().min(1).max(1000).nullable(),
    /** Until when it lets anybody in, milliseconds since 1970. */
    expires: z.number().int().positive().nullable(),
    /** Its holders need not wait in the lobby. */
    straightIn: z.boolean(),
    /** Whether it is somebody's own rather than a link for all. */
    personal: z.boolean(),
    /** Name and link secret, sealed to the lobby key, for those who look after invitations. */
    sealed: z.string().regex(/^[A-Za-z0-9_-]{40,3000}$/),
  }),
  /** Nobody new comes in by these any more. */
  z.strictObject({ type: z.literal('revoke'), invitations: z.array(invitationKey).min(1).max(100) }),
  z.strictObject({ type: z.literal('policy'), policy }),
  /** A locked meeting admits nobody new. */
  z.strictObject({ type: z.literal('lock'), locked: z.boolean() }),
  /**
   * Stops sources of some devices, or of everyone below co-host. With `hold` they stay stopped until
   * an `allow` record; without, their owners may start them again.
   */
  z.strictObject({
    type: z.literal('stop'),
    devices: z.union([devices, z.literal('everyone')]),
    sources: z.array(source).min(1).max(sources.length),
    hold: z.boolean(),
  }),
  /** Lifts a hold. */
  z.strictObject({
    type: z.literal('allow'),
    devices: z.union([devices, z.literal('everyone')]),
    sources: z.array(source).min(1).max(sources.length),
  }),
  /**
   * Panic: everyone below co-host silent and unseen, chat closed, the room locked. Lies over all other
   * rules, which stand again as they were when it is called off.
   */
  z.strictObject({ type: z.literal('panic'), on: z.boolean() }),
  /** Whom everybody sees large; none ends it. */
  z.strictObject({ type: z.literal('spotlight'), devices: z.array(deviceKey).max(4) }),
  /** Only hosts and co-hosts draw, or everybody whose role allows it; on the whiteboard and over shared screens. */
  z.strictObject({ type: z.literal('viewOnly'), on: z.boolean() }),
  /** The signer's device begins or ends to record. It records nothing before this is in the chain. */
  z.strictObject({ type: z.literal('recording'), on: z.boolean() }),
  /** The host's keys, sealed under a recovery code that only the host knows. */
  z.strictObject({ type: z.literal('backup'), sealed: z.string().regex(/^[A-Za-z0-9_-]{100,400}$/) }),
  /** A new lobby key, after someone who held the old one lost the right to admit. */
  z.strictObject({ type: z.literal('lobbyKey'), lobbyKey }),
  ...breakoutBodies,
  /** Ends the meeting for all, for good. */
  z.strictObject({ type: z.literal('end') }),
]);
export type RecordBody = z.infer<typeof recordBody>;
export type RecordType = RecordBody['type'];

/** What is signed: the exact UTF-8 bytes of this as JSON. */
export const recordContent = z.strictObject({
  v: z.literal(1),
  meeting: meetingId,
  /** 0 for genesis, then counting up. */
  seq: z.number().int().nonnegative().max(limits.recordsPerMeeting),
  /** Hash of the record before; null for genesis only. */
  prev: recordHash.nullable(),
  /** Signer's clock, milliseconds since 1970. Informative: order comes from the chain. */
  at: z.number().int().nonnegative(),
  /** Host key or device key that signed. */
  by: z.union([hostKey, deviceKey]),
  body: recordBody,
});
export type RecordContent = z.infer<typeof recordContent>;

/** A record as it travels and rests: exact signed bytes and an Ed25519 signature. */
export const signedRecord = z.strictObject({ bytes: bytes(limits.recordBytes), signature: bytes(64, 64) });
export type SignedRecord = z.infer<typeof signedRecord>;

const SIGNATURE_LABEL = utf8('Sealroom 1.0 Record');

/** The bytes an Ed25519 signature of a record covers: a label, so that no other signature can pass for it. */
export function recordSignatureInput(recordBytes: Uint8Array): Uint8Array {
  return concat(SIGNATURE_LABEL, new Uint8Array([0]), recordBytes);
}

/** What the record hash covers. */
export function recordHashInput(record: SignedRecord): Uint8Array {
  return concat(record.bytes, record.signature);
}

/** Record content as the bytes to sign. */
export function encodeRecord(content: RecordContent): Uint8Array {
  return utf8(JSON.stringify(content));
}

/** Content of a record, or null where it is malformed. Does not verify the signature. */
export function decodeRecord(record: SignedRecord): RecordContent | null {
  try {
    const parsed = recordContent.safeParse(JSON.parse(fromUtf8(record.bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
