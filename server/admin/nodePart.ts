import { z } from 'zod';
import { meetingId } from '../../shared/ids.ts';
import { effectivePolicies, liveMeeting, nodeFigures } from '../../shared/protocol/admin.ts';

/** What a server of the site tells the others of itself. They share the site key, so meetings go by their ids here. */
export const nodePart = z.object({
  figures: nodeFigures,
  /** Null of a server of another version, which tells it otherwise. */
  policies: effectivePolicies.nullable().catch(null),
  meetings: z.array(liveMeeting.omit({ meeting: true, node: true }).extend({ id: meetingId })),
});
export type NodePart = z.infer<typeof nodePart>;
