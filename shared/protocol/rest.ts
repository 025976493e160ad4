import { z } from 'zod';
import { meetingId, recordHash, reportId, reportKey } from '../ids.ts';
import { siteRegions } from '../residency.ts';
import { presets } from '../roles.ts';
import { siteAccounts } from './accounts.ts';

/** base64url of bounded bytes, for JSON bodies. */
const encoded = (maximum: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .max(Math.ceil((maximum * 4) / 3));

/** A signed record in JSON. */
export const recordJson = z.strictObject({ bytes: encoded(16 * 1024), signature: encoded(64) });
export type RecordJson = z.infer<typeof recordJson>;

/** POST /api/meetings: founds a meeting by its genesis record and the founder's first grants. */
export const createMeeting = z.strictObject({ records: z.array(recordJson).min(1).max(8) });
export type CreateMeeting = z.infer<typeof createMeeting>;
export const createdMeeting = z.strictObject({ meeting: meetingId, head: recordHash });
export type CreatedMeeting = z.infer<typeof createdMeeting>;

/** GET /api/meetings/:id: what anyone with the id may know. */
export const meetingStatus = z.strictObject({
  state: z.enum(['open', 'ended']),
  preset: z.enum(presets),
  lobby: z.boolean(),
});
export type MeetingStatus = z.infer<typeof meetingStatus>;

/** GET /api/health. */
export const health = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  protocol: z.number().int(),
  version: z.string(),
});
export type Health = z.infer<typeof health>;

/** A media server as its operator calls it; for people to read. */
export const nodeLabel = z.strictObject({ name: z.string().max(60), region: z.string().max(60).nullable() });
export type NodeLabel = z.infer<typeof nodeLabel>;

/** GET /api/site: what the operator publishes about this site. Clients overlook what they do not know. */
export const siteInfo = z.object({
  /** What reports are sealed to; null where this site takes none. */
  reportKey: reportKey.nullable(),
  /** Where media passes; null where the operator gave it no name. */
  node: nodeLabel.nullable().default(null),
  /** Where its servers are by the operator's signed list; null without one. */
  regions: siteRegions.nullable().default(null),
  ...siteAccounts.shape,
});
export type SiteInfo = z.infer<typeof siteInfo>;

/** POST /api/meetings/:id/reports, with a body as in `report.ts`: the report is kept under this id. */
export const keptReport = z.strictObject({ report: reportId });
export type KeptReport = z.infer<typeof keptReport>;
