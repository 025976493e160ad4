import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { toBase64Url } from '../../../shared/bytes.ts';
import type { HostKey, MeetingId, RecordHash } from '../../../shared/ids.ts';
import type { CreateMeeting } from '../../../shared/protocol/rest.ts';
import {
  encodeRecord,
  type RecordBody,
  recordHashInput,
  recordSignatureInput,
  type SignedRecord,
} from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { newInvitation } from '../../support/invitation.ts';

await sodium.ready;

/** A host that founds one meeting and goes on signing its records. */
export class Host {
  readonly meeting = toBase64Url(randomBytes(16)) as MeetingId;
  readonly #keys = sodium.crypto_sign_keypair();
  readonly hostKey = toBase64Url(this.#keys.publicKey) as HostKey;
  #head: RecordHash | null = null;
  #seq = 0;

  get head(): RecordHash | null {
    return this.#head;
  }

  sign(body: RecordBody): SignedRecord {
    const bytes = encodeRecord({
      v: 1,
      meeting: this.meeting,
      seq: this.#seq++,
      prev: this.#head,
      at: 1_800_000_000_000,
      by: this.hostKey,
      body,
    });
    const signature = sodium.crypto_sign_detached(recordSignatureInput(bytes), this.#keys.privateKey);
    const record = { bytes, signature };
    this.#head = toBase64Url(sodium.crypto_generichash(32, recordHashInput(record), null)) as RecordHash;
    return record;
  }

  genesis(): SignedRecord {
    return this.sign({
      type: 'genesis',
      hostKey: this.hostKey,
      lobbyKey: toBase64Url(randomBytes(64)),
      invitation: newInvitation(this.meeting).body,
      groupSuite: 'x-wing',
      frameSuite: 0xf001,
      policy: presetPolicy('moderated'),
    });
  }
}

/** The request body that founds a meeting by these records. */
export function founding(...records: SignedRecord[]): CreateMeeting {
  return {
    records: records.map(({ bytes, signature }) => ({
      bytes: toBase64Url(bytes),
      signature: toBase64Url(signature),
    })),
  };
}
