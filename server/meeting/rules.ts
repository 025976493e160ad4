import { limits } from '../../shared/limits.ts';
import type { MeetingRules } from './state.ts';

/** Bounds and delays of a meeting unless a deployment sets others. */
export const defaultRules: MeetingRules = {
  graceMs: 5_000,
  lobbyNewsMs: 250,
  freezeAfterMs: 15_000,
  members: 1_000,
  knocks: limits.knocksPerMeeting,
  records: limits.recordsPerMeeting,
  // Members are away for the grace at most, so what is held only has to outlast that with room to spare.
  retention: { entries: 4_096, bytes: 48 * 1024 * 1024, ageMs: 120_000 },
  page: { entries: 500, bytes: 4 * 1024 * 1024 },
};
