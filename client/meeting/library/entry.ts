import { z } from 'zod';
import { deviceKey, identifier, meetingId } from '../../../shared/ids.ts';
import { policy } from '../../../shared/policy.ts';
import { groupSuite } from '../../../shared/records/record.ts';
import { presets } from '../../../shared/roles.ts';
import { PRESET_NAME_CHARACTERS, rhythms, TITLE_CHARACTERS } from './limits.ts';

const title = z.string().max(TITLE_CHARACTERS);
const at = z.number().int().nonnegative();
export const presetId = identifier(16, 'PresetId');
export type PresetId = z.infer<typeof presetId>;
export const seriesId = identifier(16, 'SeriesId');
export type SeriesId = z.infer<typeof seriesId>;

/** What a new meeting is made by, so that another one can be made alike. */
export const meetingRules = z.strictObject({
  /** Without a label: that is sealed for each meeting anew. */
  policy: policy.extend({ label: z.null() }),
  suite: groupSuite,
  /** Classification shown on every page. */
  label: z.string().max(40).nullable(),
});
export type MeetingRules = z.infer<typeof meetingRules>;

export const schedule = z.strictObject({
  /** Milliseconds since 1970; of the first one, where it repeats. */
  start: at,
  minutes: z
    .number()
    .int()
    .min(5)
    .max(24 * 60),
  /** Where its hours are meant: an IANA time zone. */
  zone: z.string().min(1).max(64),
  repeats: z.strictObject({ rhythm: z.enum(rhythms), times: z.number().int().min(2).max(200) }).nullable(),
});
export type Schedule = z.infer<typeof schedule>;

/** One meeting in the list of a device. */
export const meetingEntry = z.strictObject({
  v: z.literal(1),
  meeting: meetingId,
  title,
  /** Path and fragment of its link: a secret. */
  path: z.string().regex(/^\/m\/[A-Za-z0-9_-]{22}#[A-Za-z0-9_-]{50}$/),
  role: z.enum(['host', 'member']),
  created: at,
  /** When this entry was last changed, on whichever device. */
  changed: at,
  /** Counts changes of the schedule, for calendars. */
  sequence: z.number().int().nonnegative(),
  ended: z.boolean(),
  schedule: schedule.nullable(),
  /** Meetings that belong together: one that follows another is made by the same rules and keeps its bans. */
  series: seriesId.nullable(),
  /** Whether the link needs a passphrase. */
  passphrase: z.boolean(),
  /** Of meetings founded here. */
  rules: meetingRules.nullable(),
});
export type MeetingEntry = z.infer<typeof meetingEntry>;

/** A preset of one's own. */
export const savedPreset = z.strictObject({
  v: z.literal(1),
  id: presetId,
  name: z.string().trim().min(1).max(PRESET_NAME_CHARACTERS),
  rules: meetingRules,
  changed: at,
});
export type SavedPreset = z.infer<typeof savedPreset>;

/** By what the last meeting was founded: its content, so that nothing that has changed since can loosen it. */
export const lastChoice = z.strictObject({
  v: z.literal(1),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('builtin'), preset: z.enum(presets) }),
    z.strictObject({ kind: z.literal('saved'), id: presetId }),
    z.strictObject({ kind: z.literal('custom') }),
  ]),
  rules: meetingRules,
});
export type LastChoice = z.infer<typeof lastChoice>;

/** Somebody who is barred from a series. */
export const bannedPerson = z.strictObject({
  /** The device's lasting key, which stays from meeting to meeting. */
  lasting: deviceKey,
  name: z.string().max(200),
  at,
});
export type BannedPerson = z.infer<typeof bannedPerson>;
export const banList = z.strictObject({ v: z.literal(1), banned: z.array(bannedPerson).max(2000) });
