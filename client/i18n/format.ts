import type { Language } from './language.ts';

/** Dates, numbers and lists in one language. */
export interface Format {
  /** Hour and minute of a time in milliseconds since 1970. */
  time(at: number): string;
  number(value: number): string;
  list(items: readonly string[]): string;
}

export function createFormat(language: Language): Format {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const number = new Intl.NumberFormat(language);
  const list = new Intl.ListFormat(language, { style: 'long', type: 'conjunction' });
  return {
    time: (at) => time.format(at),
    number: (value) => number.format(value),
    list: (items) => list.format(items),
  };
}
