/** Apart from the schemas, for pages that do without those. */
export const TITLE_CHARACTERS = 120;
export const PRESET_NAME_CHARACTERS = 60;

/** How often a meeting may repeat. */
export const rhythms = ['day', 'weekday', 'week', 'fortnight'] as const;
export type Rhythm = (typeof rhythms)[number];
