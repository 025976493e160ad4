import { z } from 'zod';
import { bytes, deviceKey, knockId } from '../ids.ts';
import { limits } from '../limits.ts';
import { knock, lobbyState, welcome } from './lobby.ts';
import { mediaId, producerInfo } from './media.ts';
import { streamEntry } from './stream.ts';

/** Every event the server may send over the socket. Clients parse them as strictly as the server does requests. */
export const events = {
  /** First thing on a connection: sign this to prove the device key. */
  'session:challenge': z.strictObject({
    nonce: bytes(32, 32),
    protocol: z.number().int(),
    serverTime: z.number().int(),
  }),
  /** The server is about to close this connection, and why. */
  'session:closed': z.strictObject({
    reason: z.enum(['removed', 'banned', 'ended', 'operator', 'host-gone', 'replaced', 'stopping', 'abuse']),
  }),
  /** To everyone connected: the operator prepares this server for a restart by this time; null: no more. */
  'server:draining': z.strictObject({ until: z.number().int().nullable() }),

  /** To a waiting device. */
  'lobby:state': lobbyState,
  'lobby:denied': z.strictObject({ banned: z.boolean() }),
  /** A word from those who may admit. */
  'lobby:word': z.strictObject({ sealed: bytes(limits.lobbyWordBytes) }),
  'lobby:welcome': welcome,
  /** To those who may answer: changes since the last such event. */
  'lobby:knocks': z.strictObject({
    added: z.array(knock).max(limits.knocksPerMeeting),
    removed: z.array(knockId).max(limits.knocksPerMeeting),
  }),

  /** To members, in order and without gaps; also to the sender, who learns its own place in the order by it. */
  'stream:entries': z.strictObject({ entries: z.array(streamEntry).min(1).max(1000) }),
  /** To members: datagrams from other members. */
  'group:relayed': z.strictObject({
    datagrams: z
      .array(z.strictObject({ sender: deviceKey, bytes: bytes(limits.relayBytes) }))
      .min(1)
      .max(1000),
  }),
  /** To everyone at the door: the group started or ended. */
  'group:running': z.strictObject({ running: z.boolean() }),

  'media:producers': z.strictObject({
    added: z.array(producerInfo).max(5000),
    removed: z.array(mediaId).max(5000),
    changed: z.array(z.strictObject({ producerId: mediaId, paused: z.boolean() })).max(5000),
  }),
  'media:consumerClosed': z.strictObject({ consumerId: mediaId }),
  /** The layers now forwarded, null when none. */
  'media:consumerLayers': z.strictObject({
    consumerId: mediaId,
    spatialLayer: z.number().int().nullable(),
    temporalLayer: z.number().int().nullable(),
  }),
  /** Quality of what arrives, 0 to 10, as mediasoup scores it. */
  'media:consumerScore': z.strictObject({
    consumerId: mediaId,
    score: z.number(),
    producerScore: z.number(),
  }),
  /** One's own producer was stopped by a host's record. */
  'media:producerStopped': z.strictObject({ producerId: mediaId }),
  /** The media engine was replaced; every transport, producer and consumer is gone and must be made anew. */
  'media:reset': z.strictObject({}),
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventOf<Name extends EventName> = z.infer<Events[Name]>;
