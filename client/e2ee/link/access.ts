import { fromBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { hkdfSha512 } from '../crypto/hkdf.ts';
import type { InvitationKeys, MeetingSecret } from './invitation.ts';

/** What a device holds once its link was opened against the meeting's records. */
export interface Access {
  readonly meeting: MeetingId;
  readonly invitation: InvitationKeys;
  readonly secret: MeetingSecret;
}

/** What a key from the meeting's secret is for; each has its own label. */
export type MeetingKeyPurpose = 'psk' | 'return-knock' | 'label' | 'bars' | 'room-names' | 'room-lobby';

/** 32 bytes derived from the meeting's secret for one purpose (HKDF-SHA-512). */
export function meetingKey(
  { meeting, secret }: Omit<Access, 'invitation'>,
  purpose: MeetingKeyPurpose,
): Uint8Array {
  const prk = hkdfSha512.extract(fromBase64Url(meeting), secret);
  return hkdfSha512.expand(prk, utf8(`Sealroom 1.0 meeting ${purpose}`), 32);
}
