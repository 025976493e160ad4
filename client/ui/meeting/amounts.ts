import type { Format } from '../../i18n/format.ts';

/** Hours where there are any, minutes and seconds of a length in milliseconds. */
export function lengthText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const UNITS = ['kB', 'MB', 'GB'] as const;

/** A size in bytes, in the largest unit of which there is one, to a tenth. */
export function sizeText(bytes: number, format: Format): string {
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${format.number(Math.round(value * 10) / 10)} ${UNITS[unit]}`;
}
