import { toBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import { type DeviceKey, type MeetingId, meetingId } from '../../../shared/ids.ts';
import type { BreakoutRoom } from '../../../shared/records/breakout.ts';
import { type Chain, openChain } from '../../../shared/records/chain.ts';
import type { SignedRecord } from '../../../shared/records/record.ts';
import { invitationKeys, newMeetingSecret, wrapMeetingSecret } from '../../e2ee/link/invitation.ts';
import type { MeetingLink } from '../../e2ee/link/link.ts';
import { hostFingerprint, newLinkSecrets } from '../../e2ee/link/linkKeys.ts';
import { type hostKeyPair, lobbyKeyPair, roomLobbySeed } from '../../e2ee/records/hostSecrets.ts';
import { sealLabel } from '../../e2ee/records/label.ts';
import { recordCrypto, signRecord } from '../../e2ee/records/signing.ts';
import { randomBytes } from '../../e2ee/sodium.ts';
import { type RoomRules, roomPolicy } from './roomPolicy.ts';

export interface RoomParts {
  /** The main meeting, whose suites, report key and rules the room takes over. */
  readonly main: Chain;
  readonly rules: Omit<RoomRules, 'label'>;
  /** The main meeting's classification in words, if it has one. */
  readonly label: string | null;
  /** The key that founds all rooms of one opening and is forgotten then. */
  readonly host: ReturnType<typeof hostKeyPair>;
  /** The device that opens the rooms, host in each of them. */
  readonly opener: DeviceKey;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A room about to be handed to the server: what the main meeting's record says of it, and its first records. */
export interface NewRoom {
  readonly room: BreakoutRoom;
  readonly link: MeetingLink;
  readonly records: readonly SignedRecord[];
}

/** Makes a breakout room: a meeting of its own, with its own id, secrets and chain. */
export function makeRoom({ main, rules, label, host, opener, now }: RoomParts): NewRoom {
  const meeting: MeetingId = meetingId.parse(toBase64Url(randomBytes(16)));
  const link: MeetingLink = { meeting, ...newLinkSecrets(hostFingerprint(host.key)) };
  const secret = newMeetingSecret();
  const invitation = invitationKeys(meeting, link.secret, null);
  const signer = { by: host.key, pair: host };
  const policy = roomPolicy(main.policy, {
    ...rules,
    label: label === null ? null : sealLabel({ meeting, secret }, label),
  });
  const genesis = signRecord({ meeting, chain: null }, signer, now, {
    type: 'genesis',
    hostKey: host.key,
    lobbyKey: toBase64Url(lobbyKeyPair(roomLobbySeed({ meeting, secret })).publicKey),
    invitation: { key: invitation.key, wrapped: wrapMeetingSecret(meeting, invitation, secret) },
    groupSuite: main.groupSuite,
    frameSuite: main.frameSuite,
    policy,
    ...(main.reportKey === null ? {} : { reportKey: main.reportKey }),
  });
  const opened = openChain(genesis, recordCrypto);
  if (!opened.ok) throw new ProtocolError('bad-request');
  const grant = signRecord({ meeting, chain: opened.chain }, signer, now, {
    type: 'grant',
    device: opener,
    role: 'host',
  });
  return { room: { meeting, invitation: invitation.key }, link, records: [genesis, grant] };
}
