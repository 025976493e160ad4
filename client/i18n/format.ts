import type { Language } from './language.ts';

/** Dates, numbers and lists in one language. */
export interface Format {
  /** Hour and minute of a time in milliseconds since 1970, by the clocks here or of a time zone. */
  time(at: number, zone?: string): string;
  /** Day, hour and minute of such a time; with a time zone, by its clocks and with its name. */
  moment(at: number, zone?: string): string;
  number(value: number): string;
  /** A share of 1 in percent, whole or with so many decimals at most. */
  percent(share: number, decimals?: number): string;
  list(items: readonly string[]): string;
}

/** Times, numbers and lists as one language writes them. */
export function createFormat(language: Language): Format {
  // Its dates are as British as its words.
  const locale = language === 'en' ? 'en-GB' : language;
  const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const time = new Intl.DateTimeFormat(locale, hour);
  const day = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' } as const;
  const moment = new Intl.DateTimeFormat(locale, { ...day, ...hour });
  const number = new Intl.NumberFormat(locale);
  const percent = (maximumFractionDigits: number) =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits });
  const wholePercent = percent(0);
  const zoneName = (timeZone: string, at: number) =>
    new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  // Chinese writes the day of the week in brackets, which also keeps it whole at the end of a line.
  const tidy = (text: string) => (language === 'zh-TW' ? text.replace(/\s?週(.)\s?/u, '（$1）') : text);
  const list = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
  return {
    time: (at, zone) =>
      zone === undefined
        ? time.format(at)
        : new Intl.DateTimeFormat(locale, { ...hour, timeZone: zone }).format(at),
    moment: (at, zone) => {
      if (zone === undefined) return tidy(moment.format(at));
      const there = new Intl.DateTimeFormat(locale, { ...day, ...hour, timeZone: zone });
      const name = zoneName(zone, at);
      return tidy(there.format(at)) + (language === 'zh-TW' ? `（${name}）` : ` (${name})`);
    },
    number: (value) => number.format(value),
    percent: (share, decimals = 0) => (decimals === 0 ? wholePercent : percent(decimals)).format(share),
    list: (items) => list.format(items),
  };
}
