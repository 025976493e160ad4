import type { Format } from '../../i18n/format.ts';

const UNITS = ['kB', 'MB', 'GB'] as const;

/** A size as people read it, from bytes. */
export function fileSize(bytes: number, format: Format): string {
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const shown = value >= 10 || unit === 0 ? Math.max(1, Math.round(value)) : Math.round(value * 10) / 10;
  return `${format.number(shown)} ${UNITS[unit]}`;
}
