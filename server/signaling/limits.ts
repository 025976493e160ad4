import { limits } from '../../shared/limits.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import { defaultRules } from '../meeting/rules.ts';
import type { MeetingRules } from '../meeting/state.ts';
import type { BucketSize } from './bucket.ts';

/**
 * How often what may be asked for: `burst` at once, then so many a second. Without a word on it, of one socket; an
 * address is an IPv4 address or an IPv6 /64, which a whole school may share.
 */
export const defaultRates = {
  requests: { burst: 200, perSecond: 50 },
  /** Content of requests, in bytes. */
  bytes: { burst: 32 * 1024 * 1024, perSecond: 2 * 1024 * 1024 },
  commits: { burst: 30, perSecond: 5 },
  messages: { burst: 150, perSecond: 30 },
  relays: { burst: 150, perSecond: 40 },
  records: { burst: 60, perSecond: 10 },
  blobs: { burst: 30, perSecond: 1 },
  transports: { burst: 20, perSecond: 1 },
  producers: { burst: 30, perSecond: 2 },
  consumers: { burst: 1_200, perSecond: 60 },
  knocks: { burst: 5, perSecond: 5 / 60 },
  /** At one meeting. A lecture hall comes at once, and by one address. */
  knocksPerAddress: { burst: 250, perSecond: 5 },
  /** Whoever holds it: a lecture hall comes by one link. */
  knocksPerInvitation: { burst: 600, perSecond: 10 },
  /** Breakout rooms that are founded, of one meeting. */
  roomsOfMeeting: { burst: 60, perSecond: 0.5 },
  /** Connection tests. */
  probes: { burst: 3, perSecond: 3 / 60 },
  probesPerAddress: { burst: 20, perSecond: 20 / 60 },
  /** Those beyond wait for their turn. */
  connectsPerAddress: { burst: 3_000, perSecond: 20 },
  /** The same, in a short while. */
  connectsAtOncePerAddress: { burst: 300, perSecond: 100 },
  /** Of all sockets together. */
  requestsPerAddress: { burst: 30_000, perSecond: 3_000 },
  /** Of those whose devices are no members, beyond `newcomerRequests`. */
  strangersPerAddress: { burst: 3_000, perSecond: 100 },
  /** Proofs of a key or a link that do not hold; beyond them a socket is closed at the first. */
  wrongSecretsPerAddress: { burst: 60, perSecond: 1 },
} as const satisfies Record<string, BucketSize>;

export type RateName = keyof typeof defaultRates;
export type Rates = Readonly<Record<RateName, BucketSize>>;

/** What a request counts against, besides `requests` and `bytes`. */
export const rateOf: Partial<Record<RequestName, RateName>> = {
  'group:commit': 'commits',
  'group:send': 'messages',
  'group:relay': 'relays',
  'record:append': 'records',
  'blob:create': 'blobs',
  'media:createTransport': 'transports',
  'media:produce': 'producers',
  'media:consume': 'consumers',
  'lobby:knock': 'knocks',
  'media:probe': 'probes',
};

/** What the edge takes from one socket, one address, one meeting. */
export interface SignalingLimits extends Rates {
  readonly rules: MeetingRules;
  /** Refused requests in a row after which a socket is closed. */
  readonly refusalsInARow: number;
  /** The same, while its address asks for too much. */
  readonly refusalsInACrowd: number;
  /** So many requests of a socket are a newcomer's, who asks some ten times until its device is a member. */
  readonly newcomerRequests: number;
  /** How long a connection may wait for its turn, in milliseconds. */
  readonly connectPatienceMs: number;
  readonly socketsPerMeeting: number;
  /** How long a socket may stay without having proven a key, in milliseconds. */
  readonly identifyWithinMs: number;
  /** Bytes of one message: the largest commit with its welcome, and names. */
  readonly messageBytes: number;
}

export const defaultLimits: SignalingLimits = {
  ...defaultRates,
  rules: defaultRules,
  refusalsInARow: 500,
  refusalsInACrowd: 5,
  newcomerRequests: 15,
  connectPatienceMs: 5_000,
  socketsPerMeeting: 3_000,
  identifyWithinMs: 30_000,
  messageBytes: limits.commitBytes + limits.welcomeBytes + 128 * 1024,
};
