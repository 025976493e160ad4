import { z } from 'zod';
import { meetingId } from '../../shared/ids.ts';
import { liveMeeting, nodeFigures } from '../../shared/protocol/admin.ts';

/** What a server of the site tells the others of itself. They share the site key, so meetings go by their ids here. */
export const nodePart = z.object({
  figures: nodeFigures,
  meetings: z.array(liveMeeting.omit({ meeting: true, node: true }).extend({ id: meetingId })),
});
export type NodePart = z.infer<typeof nodePart>;
