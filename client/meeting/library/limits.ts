/** Apart from the schemas, for pages that do without those. */
export const TITLE_CHARACTERS = 120;
export const PRESET_NAME_CHARACTERS = 60;

/** How often a meeting may repeat; each month on the same date, or on the same weekday of it (the second, the last). */
export const rhythms = ['day', 'weekday', 'week', 'fortnight', 'month', 'monthWeekday'] as const;
export type Rhythm = (typeof rhythms)[number];
