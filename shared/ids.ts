import { z } from 'zod';

/** Last characters whose unused bits are zero, by `length % 3`, so that bytes have one encoding only. */
const LAST = ['[A-Za-z0-9_-]', '[AQgw]', '[AEIMQUYcgkosw048]'] as const;

/** The one canonical base64url text of exactly `length` bytes. */
export function identifier<Name extends string>(length: number, name: Name) {
  const characters = Math.ceil((length * 4) / 3);
  return z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${characters - 1}}${LAST[length % 3]}$`),
      `${name}: ${length} bytes in base64url`,
    )
    .brand<Name>();
}

/** Meeting id: 128 random bits. */
export const meetingId = identifier(16, 'MeetingId');
export type MeetingId = z.infer<typeof meetingId>;

/** A device's Ed25519 public key in one meeting; also its MLS leaf signature key. */
export const deviceKey = identifier(32, 'DeviceKey');
export type DeviceKey = z.infer<typeof deviceKey>;

/** The Ed25519 public key that founded a meeting. */
export const hostKey = identifier(32, 'HostKey');
export type HostKey = z.infer<typeof hostKey>;

/** The Ed25519 public key of an invitation; its private half comes from the secret in the link. */
export const invitationKey = identifier(32, 'InvitationKey');
export type InvitationKey = z.infer<typeof invitationKey>;

/** MLS group id: 128 random bits, new at each founding. */
export const groupId = identifier(16, 'GroupId');
export type GroupId = z.infer<typeof groupId>;

/** A knock waiting in the lobby, named by the server. */
export const knockId = identifier(16, 'KnockId');
export type KnockId = z.infer<typeof knockId>;

/** A sealed file on the server, named by the server: 128 random bits. */
export const blobId = identifier(16, 'BlobId');
export type BlobId = z.infer<typeof blobId>;

/** A bearer token: 256 random bits. */

/** BLAKE2b-256 of a signed record. */
export const recordHash = identifier(32, 'RecordHash');
export type RecordHash = z.infer<typeof recordHash>;

/** The operator's X-Wing public key that reports are sealed to. */
export const reportKey = identifier(1216, 'ReportKey');
export type ReportKey = z.infer<typeof reportKey>;

/** A report that the server keeps, named by it; what the reporter may quote. */
export const reportId = identifier(16, 'ReportId');
export type ReportId = z.infer<typeof reportId>;

/** Bytes on the wire: a Uint8Array (Node gives a Buffer) of bounded length. */
export function bytes(maximum: number, minimum = 1) {
  return z
    .custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes expected')
    .refine(
      (value) => value.length >= minimum && value.length <= maximum,
      `${minimum} to ${maximum} bytes expected`,
    );
}
