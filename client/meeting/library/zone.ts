/** A date and hour as a clock on the wall shows it. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/** The time zone of this device. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What clocks in a zone show at a moment (milliseconds since 1970). Throws RangeError for an unknown zone. */
export function wallTime(at: number, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value ?? 0);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

function asIfUtc({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Minutes that a zone is ahead of UTC at a moment. */
export function offsetMinutes(at: number, zone: string): number {
  return Math.round((asIfUtc(wallTime(at, zone)) - Math.floor(at / 1000) * 1000) / 60_000);
}

/**
 * The moment at which clocks in a zone show a time. An hour that is skipped counts as the one after it, an hour
 * that comes twice as its first (RFC 5545 section 3.3.5).
 */
export function momentOf(wall: WallTime, zone: string): number {
  const naive = asIfUtc(wall);
  const before = naive - offsetMinutes(naive - 86_400_000, zone) * 60_000;
  const after = naive - offsetMinutes(naive + 86_400_000, zone) * 60_000;
  const shows = (at: number) => asIfUtc(wallTime(at, zone)) === naive;
  const first = Math.min(before, after);
  if (shows(first)) return first;
  return shows(Math.max(before, after)) ? Math.max(before, after) : before;
}

/** Days later by the calendar of a zone, at the same hour of its clocks. */
export function daysLater(at: number, days: number, zone: string): number {
  const wall = wallTime(at, zone);
  const moved = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return momentOf(
    {
      ...wall,
      year: moved.getUTCFullYear(),
      month: moved.getUTCMonth() + 1,
      day: moved.getUTCDate(),
    },
    zone,
  );
}

/** 0 for Sunday. */
export function weekday(at: number, zone: string): number {
  const { year, month, day } = wallTime(at, zone);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}
