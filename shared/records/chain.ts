import type { DeviceKey, HostKey, InvitationKey, MeetingId, RecordHash, ReportKey } from '../ids.ts';
import type { Policy, Role } from '../roles.ts';
import { applyBody } from './apply.ts';
import { mayAppend } from './authority.ts';
import type { Breakout } from './breakout.ts';
import type { Invitations } from './invitation.ts';
import {
  decodeRecord,
  type FrameSuite,
  type GroupSuite,
  type RecordContent,
  type SignedRecord,
  type Source,
} from './record.ts';

/** The meeting as its signed records tell it. Immutable; the same on every client and the server. */
export interface Chain {
  readonly meeting: MeetingId;
  readonly hostKey: HostKey;
  readonly lobbyKey: string;
  readonly groupSuite: GroupSuite;
  readonly frameSuite: FrameSuite;
  /** Null where the site had published none when the meeting was founded. */
  readonly reportKey: ReportKey | null;
  readonly policy: Policy;
  readonly locked: boolean;
  /** Everyone below co-host is silenced and the room locked, whatever else holds. */
  readonly panic: boolean;
  readonly ended: boolean;
  /** Every way in there ever was; the plain link of the start first. */
  readonly invitations: Invitations;
  /** Roles given by grants; a device not listed is a participant. */
  readonly roles: ReadonlyMap<DeviceKey, Role>;
  /** Devices that may enter and come back, with who let them in and when. */
  readonly admitted: ReadonlyMap<DeviceKey, Admission>;
  readonly banned: ReadonlySet<DeviceKey>;
  /** Tokens of people barred from the series, and of their names; see `client/e2ee/admission/bars.ts`. */
  readonly barred: { readonly people: ReadonlySet<string>; readonly names: ReadonlySet<string> };
  /** Devices that may come whatever the bars of the series say. */
  readonly pardoned: ReadonlySet<DeviceKey>;
  /** Who was behind the bans of this meeting, sealed to the lobby keys of their time. */
  readonly banNotes: readonly string[];
  /** Put back to the lobby and not let in again yet. */
  readonly sentBack: ReadonlySet<DeviceKey>;
  /** Whom everybody is to see large. */
  readonly spotlight: readonly DeviceKey[];
  /** Nobody below co-host draws. */
  readonly viewOnly: boolean;
  /** Devices that record now; one that loses the right to is not among them any more, and not again by itself. */
  readonly recording: ReadonlySet<DeviceKey>;
  /** Breakout rooms that were opened last; null where none ever were. */
  readonly breakout: Breakout | null;
  /** The host's keys under the newest recovery code, sealed. */
  readonly backup: string | null;
  /** Sources held stopped, per device. */
  readonly held: ReadonlyMap<DeviceKey, ReadonlySet<Source>>;
  /** Sources held stopped for everyone below co-host. */
  readonly heldForAll: ReadonlySet<Source>;
  /** Devices freed one by one from a hold on everyone. */
  readonly freed: ReadonlyMap<DeviceKey, ReadonlySet<Source>>;
  /** Number of records; the next record's `seq`. */
  readonly length: number;
  readonly head: RecordHash;
  /** Hash of the genesis record: names the meeting's fixed parameters. */
  readonly genesis: RecordHash;
  /** `at` of genesis, milliseconds since 1970. */
  readonly createdAt: number;
}

/** Who let a device in, when (milliseconds since 1970), and by which invitation it came. */
export interface Admission {
  readonly by: DeviceKey | HostKey;
  readonly at: number;
  readonly invitation: InvitationKey | null;
}

/** The crypto a chain needs, given by each side from libsodium so that both accept the same signatures. */
export interface RecordCrypto {
  /** BLAKE2b-256 over `recordHashInput`, base64url. */
  hash(record: SignedRecord): RecordHash;
  /** Ed25519 over `recordSignatureInput`. */
  verify(record: SignedRecord, by: DeviceKey | HostKey): boolean;
  /** Ed25519 over any message, which must carry its own label. */
  verifyMessage(message: Uint8Array, signature: Uint8Array, by: InvitationKey): boolean;
}

export type ChainRefusal = 'malformed' | 'signature' | 'order' | 'forbidden' | 'meaningless' | 'ended';

export type ChainResult =
  | { readonly ok: true; readonly chain: Chain; readonly content: RecordContent }
  | { readonly ok: false; readonly refusal: ChainRefusal };

const refuse = (refusal: ChainRefusal): ChainResult => ({ ok: false, refusal });

/** Starts a chain from its genesis record. The caller compares `hostKey` with the link's fingerprint. */
export function openChain(record: SignedRecord, crypto: RecordCrypto): ChainResult {
  const content = decodeRecord(record);
  if (!content) return refuse('malformed');
  const { body } = content;
  if (body.type !== 'genesis' || content.seq !== 0 || content.prev !== null) return refuse('order');
  if (content.by !== body.hostKey) return refuse('forbidden');
  if (!crypto.verify(record, content.by)) return refuse('signature');
  const genesis = crypto.hash(record);
  return {
    ok: true,
    content,
    chain: {
      meeting: content.meeting,
      hostKey: body.hostKey,
      lobbyKey: body.lobbyKey,
      groupSuite: body.groupSuite,
      frameSuite: body.frameSuite,
      reportKey: body.reportKey ?? null,
      policy: body.policy,
      locked: false,
      panic: false,
      ended: false,
      invitations: new Map([
        [
          body.invitation.key,
          {
            ...body.invitation,
            uses: null,
            expires: null,
            straightIn: false,
            personal: false,
            sealed: null,
            by: body.hostKey,
            at: content.at,
            revoked: false,
            used: new Set(),
          },
        ],
      ]),
      roles: new Map(),
      admitted: new Map(),
      banned: new Set(),
      barred: { people: new Set(), names: new Set() },
      pardoned: new Set(),
      banNotes: [],
      sentBack: new Set(),
      spotlight: [],
      viewOnly: false,
      recording: new Set(),
      breakout: null,
      backup: null,
      held: new Map(),
      heldForAll: new Set(),
      freed: new Map(),
      length: 1,
      head: genesis,
      genesis,
      createdAt: content.at,
    },
  };
}

/** The chain with one more record, or why it is refused. The given chain is left as it was. */
export function extendChain(chain: Chain, record: SignedRecord, crypto: RecordCrypto): ChainResult {
  const content = decodeRecord(record);
  if (!content) return refuse('malformed');
  if (chain.ended) return refuse('ended');
  if (content.meeting !== chain.meeting || content.seq !== chain.length || content.prev !== chain.head) {
    return refuse('order');
  }
  if (!mayAppend(chain, content.by, content.body)) return refuse('forbidden');
  if (!crypto.verify(record, content.by)) return refuse('signature');
  const next = applyBody(chain, content);
  if (!next) return refuse('meaningless');
  return { ok: true, content, chain: { ...next, length: chain.length + 1, head: crypto.hash(record) } };
}

/** A whole chain, as a newcomer reads it. */
export function readChain(records: readonly SignedRecord[], crypto: RecordCrypto): ChainResult {
  const [genesis, ...rest] = records;
  if (!genesis) return refuse('malformed');
  let result = openChain(genesis, crypto);
  for (const record of rest) {
    if (!result.ok) return result;
    result = extendChain(result.chain, record, crypto);
  }
  return result;
}
