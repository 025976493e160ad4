import { limits } from '../../shared/limits.ts';
import { defaultRules } from '../meeting/rules.ts';
import type { MeetingRules } from '../meeting/state.ts';
import type { BucketSize } from './bucket.ts';

/** What the edge takes from one socket, one address, one meeting. */
export interface SignalingLimits {
  readonly rules: MeetingRules;
  readonly requests: BucketSize;
  /** Knocks of one socket. */
  readonly knocks: BucketSize;
  /** Knocks from one address at one meeting: a school shares one. */
  readonly knocksPerAddress: BucketSize;
  /** Knocks by one invitation, whoever holds it: a lecture hall comes by one link. */
  readonly knocksPerInvitation: BucketSize;
  /** Connection tests of one socket, and from one address. */
  readonly probes: BucketSize;
  readonly probesPerAddress: BucketSize;
  /** Refused requests in a row after which a socket is closed. */
  readonly refusalsInARow: number;
  readonly socketsPerMeeting: number;
  /** How long a socket may stay without having proven a key, in milliseconds. */
  readonly identifyWithinMs: number;
  /** Bytes of one message: the largest commit with its welcome, and names. */
  readonly messageBytes: number;
}

export const defaultLimits: SignalingLimits = {
  rules: defaultRules,
  requests: { burst: 200, perSecond: 50 },
  knocks: { burst: 5, perSecond: 5 / 60 },
  knocksPerAddress: { burst: 30, perSecond: 30 / 60 },
  knocksPerInvitation: { burst: 600, perSecond: 10 },
  probes: { burst: 3, perSecond: 3 / 60 },
  probesPerAddress: { burst: 20, perSecond: 20 / 60 },
  refusalsInARow: 500,
  socketsPerMeeting: 3_000,
  identifyWithinMs: 30_000,
  messageBytes: limits.commitBytes + limits.welcomeBytes + 128 * 1024,
};
