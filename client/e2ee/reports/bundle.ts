import { z } from 'zod';
import { deviceKey, meetingId, recordHash } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { reportLimits, reportReasons } from './limits.ts';
import { type StillType, stillTypes } from './still.ts';

const time = z.number().int().nonnegative();
const name = z.string().max(limits.nameCharacters);
const person = z.strictObject({ device: deviceKey, name });

/** Everything of a report but the bytes of its picture. */
export const reportContent = z.strictObject({
  v: z.literal(1),
  meeting: meetingId,
  /** The reporter's clock, milliseconds since 1970, as are all times here. */
  at: time,
  reason: z.enum(reportReasons),
  text: z.string().max(reportLimits.textCharacters),
  reporter: person,
  about: z.array(person).max(reportLimits.about),
  /** Who was in the meeting while the reporter was, and whether still at the time of the report. */
  room: z.array(person.extend({ here: z.boolean() })).max(reportLimits.room),
  /** Chat messages that the reporter chose, oldest first. */
  chat: z
    .array(
      person.extend({
        at: time,
        text: z.string().max(limits.chatCharacters),
        /** Name of the file that was sent with it; the file itself stays where it is. */
        file: z.string().max(255).nullable(),
        /** Said to some only. */
        aside: z.boolean(),
      }),
    )
    .max(reportLimits.chat),
  still: z
    .strictObject({
      of: person,
      source: z.enum(['camera', 'screen']),
      at: time,
      type: z.enum(stillTypes),
      length: z.number().int().min(1).max(reportLimits.stillBytes),
    })
    .nullable(),
  /** Where the meeting stood on the reporter's device: newest signed record, and epoch of the group. */
  head: recordHash,
  epoch: z.number().int().nonnegative(),
});
export type ReportContent = z.infer<typeof reportContent>;

/** What goes with a report of the picture it may have. */
export interface ReportStill extends Omit<NonNullable<ReportContent['still']>, 'length'> {
  readonly type: StillType;
  readonly bytes: Uint8Array;
}

/** A whole report, as its reporter's device puts it together and the operator reads it. */
export interface ReportBundle extends Omit<ReportContent, 'still'> {
  readonly still: ReportStill | null;
}
