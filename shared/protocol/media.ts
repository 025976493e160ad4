import { z } from 'zod';
import { deviceKey } from '../ids.ts';
import { source } from '../records/record.ts';
import { siteList } from '../residency.ts';
import { nodeLabel } from './rest.ts';

/** Ids that mediasoup gives out: UUIDs. */
export const mediaId = z.uuid();

const feedback = z.strictObject({ type: z.string().max(32), parameter: z.string().max(32).optional() });
const codecParameters = z.record(z.string().max(64), z.union([z.string().max(256), z.number()]));

/** What a codec is, under whichever number it goes. */
const codecFormat = {
  mimeType: z.string().max(64),
  clockRate: z.number().int().positive(),
  channels: z.number().int().min(1).max(8).optional(),
  parameters: codecParameters.optional(),
  rtcpFeedback: z.array(feedback).max(16).optional(),
};

const headerExtension = z.strictObject({
  uri: z.string().max(128),
  id: z.number().int().min(1).max(255),
  encrypt: z.boolean().optional(),
  parameters: z.record(z.string().max(64), z.unknown()).optional(),
});

/** RtpParameters as mediasoup defines them, bounded. */
export const rtpParameters = z.strictObject({
  mid: z.string().max(32).optional(),
  msid: z.string().max(128).optional(),
  codecs: z
    .array(
      z.strictObject({
        ...codecFormat,
        payloadType: z.number().int().min(0).max(127),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z.array(headerExtension).max(16).optional(),
  encodings: z
    .array(
      z.strictObject({
        ssrc: z.number().int().nonnegative().optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: z.number().int().min(0).max(127).optional(),
        rtx: z.strictObject({ ssrc: z.number().int().nonnegative() }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(16).optional(),
        scaleResolutionDownBy: z.number().positive().optional(),
        maxBitrate: z.number().positive().optional(),
        maxFramerate: z.number().positive().optional(),
        active: z.boolean().optional(),
        priority: z.string().max(16).optional(),
        networkPriority: z.string().max(16).optional(),
        adaptivePtime: z.boolean().optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .strictObject({
      cname: z.string().max(256).optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
});
export type RtpParametersWire = z.infer<typeof rtpParameters>;

/** RtpCapabilities as mediasoup defines them, bounded. */
export const rtpCapabilities = z.strictObject({
  codecs: z
    .array(
      z.strictObject({
        kind: z.enum(['audio', 'video']),
        ...codecFormat,
        preferredPayloadType: z.number().int().min(0).max(127),
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.strictObject({
        kind: z.enum(['audio', 'video']),
        uri: z.string().max(128),
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});
export type RtpCapabilitiesWire = z.infer<typeof rtpCapabilities>;

export const dtlsParameters = z.strictObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(z.strictObject({ algorithm: z.string().max(16), value: z.string().max(256) }))
    .min(1)
    .max(8),
});

export const iceParameters = z.strictObject({
  usernameFragment: z.string().max(256),
  password: z.string().max(256),
  iceLite: z.boolean().optional(),
});

export const iceCandidate = z.strictObject({
  foundation: z.string().max(64),
  priority: z.number().nonnegative(),
  address: z.string().max(256),
  ip: z.string().max(256),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number().int().min(0).max(65535),
  type: z.string().max(16),
  tcpType: z.string().max(16).optional(),
});

export const iceServer = z.strictObject({
  urls: z.array(z.string().max(256)).max(8),
  username: z.string().max(256).optional(),
  credential: z.string().max(256).optional(),
});

export const transport = z.strictObject({
  id: mediaId,
  iceParameters,
  iceCandidates: z.array(iceCandidate).max(64),
  dtlsParameters,
  iceServers: z.array(iceServer).max(8),
  /** The server at the other end, for people to read, where a site has several. */
  node: nodeLabel.optional(),
  /** Where the meeting's rules bind its media to regions: the operator's list that shows this server to be in one. */
  site: siteList.optional(),
});

/** One stream somebody offers. The device is the server's word: clients bind it to the MLS roster before use. */
export const producerInfo = z.strictObject({
  producerId: mediaId,
  device: deviceKey,
  source,
  paused: z.boolean(),
});
export type ProducerInfo = z.infer<typeof producerInfo>;

/** A wish for one consumer: what a tile of some size needs. */
export const consumerWish = z.strictObject({
  consumerId: mediaId,
  paused: z.boolean(),
  /** Highest spatial layer wanted, 0 the smallest. */
  spatialLayer: z.number().int().min(0).max(3).optional(),
  temporalLayer: z.number().int().min(0).max(3).optional(),
  /** Share of bandwidth relative to the receiver's other consumers, 1 to 255. */
  priority: z.number().int().min(1).max(255).optional(),
});
export type ConsumerWish = z.infer<typeof consumerWish>;
