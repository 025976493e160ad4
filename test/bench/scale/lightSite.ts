import { foundMeeting } from '../../../server/meeting/found.ts';
import { defaultRules } from '../../../server/meeting/rules.ts';
import type { SignalingLimits } from '../../../server/signaling/limits.ts';
import type { Site } from '../../integration/signaling/site.ts';
import { AT, crypto, type Script } from '../../unit/records/signing.ts';

const plenty = { burst: 100_000, perSecond: 100_000 };

/** Limits for a site where everybody comes from one address, as fast as they can. */
export const openDoors: Partial<SignalingLimits> = {
  connectsPerAddress: plenty,
  connectsAtOncePerAddress: plenty,
  requestsPerAddress: plenty,
  strangersPerAddress: plenty,
  knocksPerAddress: plenty,
  knocksPerInvitation: plenty,
  rules: { ...defaultRules, members: 2_000 },
};

/** Stores meetings in a site of this process. */
export function storedIn(site: Site): (script: Script) => Promise<void> {
  return async (script) => {
    await foundMeeting(site.store, crypto, script.records, AT);
  };
}
