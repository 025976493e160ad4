import { z } from 'zod';
import { blobId, bytes, deviceKey, groupId, knockId } from '../ids.ts';
import { limits } from '../limits.ts';
import { signedRecord, source } from '../records/record.ts';
import { createBlob, createdBlob, openBlob, openedBlob } from './blobs.ts';
import { invitationProof, knockRequest, lobbyWord } from './lobby.ts';
import {
  consumerWish,
  dtlsParameters,
  iceParameters,
  mediaId,
  producerInfo,
  rtpCapabilities,
  rtpParameters,
  transport,
} from './media.ts';
import { commitRequest, streamEntry } from './stream.ts';

/**
 * How far a socket must have come before a request is looked at:
 * `connected` (nonce sent), `identified` (key proven), `member` (its leaf is in the group).
 */
export type Stage = 'connected' | 'identified' | 'member';

const nothing = z.strictObject({});
const seq = z.number().int().nonnegative();

function define<Request extends z.ZodType, Response extends z.ZodType>(
  stage: Stage,
  request: Request,
  response: Response,
) {
  return { stage, request, response };
}

/** Every request a client may send over the socket, answered by a result or a typed failure. */
export const requests = {
  /**
   * Proves the device key. Answered with what any device at the door may know. May be repeated on the
   * same socket with the same device.
   */
  'session:identify': define(
    'connected',
    z.strictObject({ device: deviceKey, signature: bytes(64, 64) }),
    z.strictObject({
      /** The meeting's signed records, genesis first. */
      records: z.array(signedRecord),
      /** The running group, if any. */
      group: z.strictObject({ groupId, epoch: z.number().int().nonnegative() }).nullable(),
      /** Whether this device still is a member in the server's eyes and may resume its stream. */
      member: z.boolean(),
    }),
  ),
  /** Says goodbye: the leaf is to be removed at once. */
  'session:leave': define('identified', nothing, nothing),

  'lobby:knock': define('identified', knockRequest, z.strictObject({ knockId })),
  'lobby:withdraw': define('identified', nothing, nothing),
  /** Refuses knocks without barring the devices. Needs `admit`. */
  'lobby:deny': define(
    'member',
    z.strictObject({ knockIds: z.array(knockId).min(1).max(limits.knocksPerMeeting) }),
    nothing,
  ),
  /** Passes sealed words on to waiting devices; those that wait no more are passed over. Needs `admit`. */
  'lobby:tell': define(
    'member',
    z.strictObject({ words: z.array(lobbyWord).min(1).max(limits.lobbyWords) }),
    nothing,
  ),

  /** Starts the group when none is running. Needs `found`. A new group's stream starts over: `seq` is 0. */
  'group:found': define(
    'identified',
    z.strictObject({ groupId, proof: invitationProof }),
    z.strictObject({ seq }),
  ),
  /** Offers a commit; the first for an epoch wins, the others get `epoch-conflict`. */
  'group:commit': define('member', commitRequest, z.strictObject({ seq })),
  /**
   * Says that the commit which ended `epoch` broke this member's rules and was not taken. The server
   * cannot look inside commits; where a host or most members refuse one, it is void.
   */
  'group:refuse': define(
    'member',
    z.strictObject({ groupId, epoch: z.number().int().nonnegative() }),
    nothing,
  ),
  /** Sends an MLS application message to the group, in order. */
  'group:send': define(
    'member',
    z.strictObject({ groupId, bytes: bytes(limits.messageBytes) }),
    z.strictObject({ seq }),
  ),
  /** Unordered, unretained bytes to some other members or all others (heartbeats, signed checkpoints). */
  'group:relay': define(
    'member',
    z.strictObject({
      bytes: bytes(limits.relayBytes),
      to: z.array(deviceKey).max(limits.commitBatch).optional(),
      /** Worth having some seconds late: sent again to members who come back from a broken connection. */
      keep: z.literal(true).optional(),
    }),
    nothing,
  ),
  /** Entries after `after`, oldest first; `resync-required` when they are no longer held. */
  'stream:sync': define(
    'member',
    z.strictObject({ groupId, after: seq }),
    z.strictObject({ entries: z.array(streamEntry), complete: z.boolean() }),
  ),
  /** Appends a signed record to the chain, whose `seq` answers. The record itself says and proves the right. */
  'record:append': define('identified', z.strictObject({ record: signedRecord }), z.strictObject({ seq })),

  /** Records from position `from` on, as many as fit one answer. */
  'record:list': define(
    'identified',
    z.strictObject({ from: seq }),
    z.strictObject({ records: z.array(signedRecord), complete: z.boolean() }),
  ),

  /**
   * Founds a breakout room of this meeting by its first records, as `POST /api/meetings` does for those who may found
   * meetings on this site. Needs `breakout`, as host or co-host. The room ends with this meeting, when its rooms close,
   * and where no record of this meeting tells of it soon.
   */
  'breakout:found': define(
    'member',
    z.strictObject({ records: z.array(signedRecord).min(1).max(8) }),
    nothing,
  ),

  /** Makes room for a sealed file and answers with a token to upload it. Needs `files`. */
  'blob:create': define('member', createBlob, createdBlob),
  /** A token for a sealed file: to download one that is there, or to go on with one's own upload. */
  'blob:open': define('member', openBlob, openedBlob),
  /** Deletes one's own file; somebody else's needs `moderate`. */
  'blob:delete': define('member', z.strictObject({ blob: blobId }), nothing),

  /**
   * Asks for a transport to test the ways to the media server with, before being let in. It belongs to no
   * meeting, can carry nothing and is closed after `lifetimeMs`.
   */
  'media:probe': define(
    'identified',
    nothing,
    transport.omit({ id: true }).extend({ lifetimeMs: z.number().int().positive() }),
  ),
  'media:capabilities': define('member', nothing, z.strictObject({ rtpCapabilities })),
  'media:createTransport': define(
    'member',
    z.strictObject({ direction: z.enum(['send', 'receive']) }),
    transport,
  ),
  'media:connectTransport': define(
    'member',
    z.strictObject({ transportId: mediaId, dtlsParameters }),
    nothing,
  ),
  'media:restartIce': define(
    'member',
    z.strictObject({ transportId: mediaId }),
    z.strictObject({ iceParameters }),
  ),
  'media:closeTransport': define('member', z.strictObject({ transportId: mediaId }), nothing),
  /**
   * Offers a stream. Refused when the role or a hold forbids the source; one producer per source. The answer says
   * whether it begins paused: with `muteOnEntry` a microphone does, also one offered running.
   */
  'media:produce': define(
    'member',
    z.strictObject({
      transportId: mediaId,
      kind: z.enum(['audio', 'video']),
      source,
      rtpParameters,
      paused: z.boolean(),
    }),
    z.strictObject({ producerId: mediaId, paused: z.boolean() }),
  ),
  'media:setProducer': define(
    'member',
    z.strictObject({ producerId: mediaId, state: z.enum(['paused', 'live', 'closed']) }),
    nothing,
  ),
  /** Subscribes, paused; the client resumes once its decryptor is attached. */
  'media:consume': define(
    'member',
    z.strictObject({ transportId: mediaId, producerId: mediaId, rtpCapabilities }),
    z.strictObject({
      consumerId: mediaId,
      kind: z.enum(['audio', 'video']),
      rtpParameters,
      type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
      producerPaused: z.boolean(),
    }),
  ),
  'media:setConsumers': define(
    'member',
    z.strictObject({ wishes: z.array(consumerWish).min(1).max(200) }),
    nothing,
  ),
  'media:closeConsumer': define('member', z.strictObject({ consumerId: mediaId }), nothing),
  'media:requestKeyFrame': define('member', z.strictObject({ consumerId: mediaId }), nothing),
  /** All streams on offer, for a member that just arrived or returned. */
  'media:producers': define('member', nothing, z.strictObject({ producers: z.array(producerInfo) })),
} as const;

export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type RequestOf<Name extends RequestName> = z.infer<Requests[Name]['request']>;
export type ResponseOf<Name extends RequestName> = z.infer<Requests[Name]['response']>;
