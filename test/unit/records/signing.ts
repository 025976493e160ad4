import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { loadRecordCrypto } from '../../../server/meeting/recordCrypto.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import {
  type DeviceKey,
  deviceKey,
  type HostKey,
  hostKey,
  type MeetingId,
  meetingId,
  type ReportKey,
} from '../../../shared/ids.ts';
import { type Chain, type ChainResult, extendChain, openChain } from '../../../shared/records/chain.ts';
import {
  encodeRecord,
  type RecordBody,
  type RecordContent,
  recordSignatureInput,
  type SignedRecord,
} from '../../../shared/records/record.ts';
import { type Policy, presetPolicy } from '../../../shared/roles.ts';
import { newInvitation, type TestInvitation } from '../../support/invitation.ts';

export const crypto = await loadRecordCrypto();

/** A signing key pair as devices and hosts have them. */
export interface Signer {
  readonly key: string;
  readonly device: DeviceKey;
  readonly host: HostKey;
  sign(message: Uint8Array): Uint8Array;
}

export function newSigner(): Signer {
  const { publicKey, privateKey } = sodium.crypto_sign_keypair();
  const key = toBase64Url(publicKey);
  return {
    key,
    device: deviceKey.parse(key),
    host: hostKey.parse(key),
    sign: (message) => sodium.crypto_sign_detached(message, privateKey),
  };
}

export const randomId = () => toBase64Url(randomBytes(16));
export const newMeetingId = (): MeetingId => meetingId.parse(randomId());
export const AT = 1_800_000_000_000;

/** Signs content as it is, right or wrong. */
export function signContent(signer: Signer, content: RecordContent): SignedRecord {
  const bytes = encodeRecord(content);
  return { bytes, signature: signer.sign(recordSignatureInput(bytes)) };
}

/** A record that follows a chain. */
export function signNext(chain: Chain, signer: Signer, body: RecordBody): SignedRecord {
  return signContent(signer, {
    v: 1,
    meeting: chain.meeting,
    seq: chain.length,
    prev: chain.head,
    at: AT + chain.length,
    by: signer.host,
    body,
  });
}

export function signGenesis(
  host: Signer,
  meeting: MeetingId,
  policy: Policy,
  given: { readonly reportKey?: ReportKey; readonly invitation?: TestInvitation } = {},
): SignedRecord {
  return signContent(host, {
    v: 1,
    meeting,
    seq: 0,
    prev: null,
    at: AT,
    by: host.host,
    body: {
      type: 'genesis',
      hostKey: host.host,
      lobbyKey: 'L'.repeat(60),
      invitation: (given.invitation ?? newInvitation(meeting)).body,
      groupSuite: 'x-wing',
      frameSuite: 0xf001,
      policy,
      ...(given.reportKey === undefined ? {} : { reportKey: given.reportKey }),
    },
  });
}

/** A meeting being made record by record; every record has to be accepted. */
export class Script {
  readonly records: SignedRecord[] = [];
  readonly host: Signer;
  /** The plain link. */
  readonly invitation: TestInvitation;
  chain: Chain;

  constructor(
    policy: Policy = presetPolicy('moderated'),
    host: Signer = newSigner(),
    meeting = newMeetingId(),
  ) {
    this.host = host;
    this.invitation = newInvitation(meeting);
    const genesis = signGenesis(host, meeting, policy, { invitation: this.invitation });
    this.records.push(genesis);
    this.chain = accepted(openChain(genesis, crypto));
  }

  add(signer: Signer, body: RecordBody): this {
    const record = signNext(this.chain, signer, body);
    this.chain = accepted(extendChain(this.chain, record, crypto));
    this.records.push(record);
    return this;
  }
}

export function accepted(result: ChainResult): Chain {
  if (!result.ok) throw new Error(`record refused: ${result.refusal}`);
  return result.chain;
}

/** The other base64url text that a lax decoder would take for the same 32 bytes. */
export function alias(key: string): string {
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const next = last[last.indexOf(key.slice(-1)) + 1];
  return key.slice(0, -1) + next;
}

export { toBase64Url };
