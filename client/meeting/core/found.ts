import { toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { meetingId } from '../../../shared/ids.ts';
import { type CreateMeeting, createdMeeting, siteInfo } from '../../../shared/protocol/rest.ts';
import { extendChain, openChain } from '../../../shared/records/chain.ts';
import type { GroupSuite, SignedRecord } from '../../../shared/records/record.ts';
import { keptWithin } from '../../../shared/residency.ts';
import { type Policy, withoutRecording } from '../../../shared/roles.ts';
import { Bars } from '../../e2ee/admission/bars.ts';
import { deviceIdentity } from '../../e2ee/identity/device.ts';
import type { KeyStore } from '../../e2ee/identity/keyStore.ts';
import { invitationKeys, newMeetingSecret, wrapMeetingSecret } from '../../e2ee/link/invitation.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { hostFingerprint, newLinkSecrets } from '../../e2ee/link/linkKeys.ts';
import { stretchPassphrase } from '../../e2ee/link/passphrase.ts';
import {
  hostKeyPair,
  lobbyKeyPair,
  newHostSecrets,
  saveHostSecrets,
} from '../../e2ee/records/hostSecrets.ts';
import { sealLabel } from '../../e2ee/records/label.ts';
import { recordCrypto, signRecord } from '../../e2ee/records/signing.ts';
import { randomBytes, ready } from '../../e2ee/sodium.ts';
import type { BannedPerson } from '../library/entry.ts';
import { staffToPin } from '../staff.ts';
import { deviceSeed } from './deviceSeed.ts';
import { keepPassphrase } from './linkAccess.ts';
import { callServer } from './rest.ts';
import { barBodies } from './seriesBars.ts';

export interface FoundOptions {
  /** Where the server is, `https://host`. */
  readonly origin: string;
  readonly keyStore: KeyStore;
  readonly policy: Policy;
  /** Classification shown on every page; goes into the policy sealed. */
  readonly label?: string;
  /** Asked of whoever opens the link. */
  readonly passphrase?: string;
  /** X25519 for very large meetings; X-Wing unless given. */
  readonly suite?: GroupSuite;
  /** People barred from the series that it belongs to: kept out from the first record on. */
  readonly barred?: readonly BannedPerson[];
  readonly now: number;
}

/** A founding carries no more records than this after the first two; the rest follows when its host comes. */
const BAR_RECORDS = 6;

/**
 * Founds a meeting on this device: host key, lobby key, genesis record and the grant that makes this
 * device its host. The server gets the signed records only. Throws ProtocolError.
 */
export async function foundMeeting(options: FoundOptions): Promise<MeetingLink> {
  await ready();
  const { keyStore, origin, label, passphrase, now } = options;
  // Signed into the first record: from here on the server can neither have reports sealed to another key, nor
  // vouch for people by another provider's.
  const { reportKey, staff, policies } = await callServer(origin, '/api/site', siteInfo);
  const wished = policies.recording ? options.policy : withoutRecording(options.policy);
  const residency = policies.residency ? keptWithin(wished.residency, policies.residency) : wished.residency;
  if (residency === null) throw new ProtocolError('regions-required');
  const policy = { ...wished, staff: staffToPin(staff) ?? wished.staff, ...(residency && { residency }) };
  if (policy.who !== 'anyone' && policy.staff === null) throw new ProtocolError('unavailable');
  const meeting = meetingId.parse(toBase64Url(randomBytes(16)));
  const secrets = newHostSecrets();
  const host = hostKeyPair(secrets);
  const signer = { by: host.key, pair: host };
  const secret = newMeetingSecret();
  const link: MeetingLink = {
    meeting,
    ...newLinkSecrets(hostFingerprint(host.key), passphrase !== undefined),
  };
  const stretched = passphrase === undefined ? null : await stretchPassphrase(meeting, link, passphrase);
  const invitation = invitationKeys(meeting, link.secret, stretched);
  const genesis = signRecord({ meeting, chain: null }, signer, now, {
    type: 'genesis',
    hostKey: host.key,
    lobbyKey: toBase64Url(lobbyKeyPair(secrets.lobbySeed).publicKey),
    invitation: { key: invitation.key, wrapped: wrapMeetingSecret(meeting, invitation, secret) },
    groupSuite: options.suite ?? 'x-wing',
    frameSuite: 0xf001,
    policy: label ? { ...policy, label: sealLabel({ meeting, secret }, label) } : policy,
    ...(reportKey === null ? {} : { reportKey }),
  });
  const opened = openChain(genesis, recordCrypto);
  if (!opened.ok) throw new ProtocolError('bad-request');
  const identity = deviceIdentity(await deviceSeed(keyStore), meeting);
  const bars = barBodies(new Bars({ meeting, secret }), options.barred ?? []).slice(0, BAR_RECORDS);
  const records = [genesis];
  let { chain } = opened;
  for (const body of [{ type: 'grant', device: identity.key, role: 'host' } as const, ...bars]) {
    const record = signRecord({ meeting, chain }, signer, now, body);
    const extended = extendChain(chain, record, recordCrypto);
    if (!extended.ok) throw new ProtocolError('bad-request');
    chain = extended.chain;
    records.push(record);
  }
  // Kept before the server knows the meeting: a meeting without its host key could never be run.
  await saveHostSecrets(keyStore, meeting, secrets);
  if (stretched) await keepPassphrase(keyStore, meeting, stretched);
  await storeMeeting(origin, records);
  return link;
}

/** Hands a new meeting's first records to the server. Throws ProtocolError. */
async function storeMeeting(origin: string, records: readonly SignedRecord[]): Promise<void> {
  const body: CreateMeeting = {
    records: records.map(({ bytes, signature }) => ({
      bytes: toBase64Url(bytes),
      signature: toBase64Url(signature),
    })),
  };
  await callServer(origin, '/api/meetings', createdMeeting, body);
}
