export const reportReasons = [
  'harassment',
  'violence',
  'sexual',
  'impersonation',
  'disruption',
  'other',
] as const;
export type ReportReason = (typeof reportReasons)[number];

/** Counts and sizes of what a report may hold; together they fit the largest bucket. */
export const reportLimits = {
  /** The reporter's own words, in UTF-16 units. */
  textCharacters: 4_000,
  chat: 100,
  about: 100,
  room: 1_000,
  stillBytes: 600 * 1024,
} as const;
