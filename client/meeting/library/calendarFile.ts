import type { Schedule } from './entry.ts';
import type { Rhythm } from './limits.ts';
import { occurrences, placeInMonth } from './occurrences.ts';
import { daysLater, offsetMinutes, wallTime, weekday } from './zone.ts';

/** One meeting as an event of a calendar. */
export interface CalendarEvent {
  /** Stays the same for the same meeting, so that a newer file replaces an older one. */
  readonly uid: string;
  /** Grows with each change. */
  readonly sequence: number;
  readonly title: string;
  /** The invitation, link and all. */
  readonly description: string;
  readonly link: string;
  readonly schedule: Schedule;
  /** When the file is made, milliseconds since 1970. */
  readonly now: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/**
 * A calendar file (RFC 5545) with one event: in UTC where it happens once, by the clocks of its time zone where
 * it repeats, so that it keeps its hour when they change.
 */
export function calendarFile(event: CalendarEvent): string {
  const { schedule, now } = event;
  const { minutes, zone, repeats } = schedule;
  const times = occurrences(schedule);
  const start = times[0] ?? schedule.start;
  const end = start + minutes * MINUTE;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Sealroom//Sealroom//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...(repeats ? zoneLines(zone, start, times.at(-1) ?? start) : []),
    'BEGIN:VEVENT',
    `UID:${escapeText(event.uid)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${utc(now)}`,
    ...(repeats
      ? [
          `DTSTART;TZID=${zone}:${local(start, zone)}`,
          `DTEND;TZID=${zone}:${local(end, zone)}`,
          `RRULE:${frequency(repeats.rhythm, start, zone)};COUNT=${times.length}`,
        ]
      : [`DTSTART:${utc(start)}`, `DTEND:${utc(end)}`]),
    `SUMMARY:${escapeText(event.title)}`,
    `DESCRIPTION:${escapeText(event.description)}`,
    `LOCATION:${escapeText(event.link)}`,
    `URL:${event.link}`,
    // Private, so that a shared calendar shows others the hour alone.
    'CLASS:PRIVATE',
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** How a rhythm is written (section 3.3.10); a date that a month lacks is left out by both. */
function frequency(rhythm: Rhythm, start: number, zone: string): string {
  switch (rhythm) {
    case 'day':
      return 'FREQ=DAILY';
    case 'weekday':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'week':
      return 'FREQ=WEEKLY';
    case 'fortnight':
      return 'FREQ=WEEKLY;INTERVAL=2';
    case 'month':
      return `FREQ=MONTHLY;BYMONTHDAY=${wallTime(start, zone).day}`;
    case 'monthWeekday':
      return `FREQ=MONTHLY;BYDAY=${placeInMonth(start, zone)}${WEEKDAYS[weekday(start, zone)]}`;
  }
}

/** The offsets of the zone for as long as the event goes on (section 3.6.5). */
function zoneLines(zone: string, first: number, last: number): string[] {
  const from = first - DAY;
  const until = last + 2 * DAY;
  const begin = offsetMinutes(from, zone);
  const lines = ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observance(from, begin, begin)];
  let offset = begin;
  for (let at = from; at < until; at = daysLater(at, 1, zone)) {
    const next = offsetMinutes(daysLater(at, 1, zone), zone);
    if (next === offset) continue;
    lines.push(...observance(changeBetween(at, daysLater(at, 1, zone), zone), offset, next));
    offset = next;
  }
  return [...lines, 'END:VTIMEZONE'];
}

/** The minute from which the offset of `to` holds. */
function changeBetween(from: number, to: number, zone: string): number {
  const target = offsetMinutes(to, zone);
  let [low, high] = [from, to];
  while (high - low > MINUTE) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
    if (offsetMinutes(middle, zone) === target) high = middle;
    else low = middle;
  }
  return Math.floor(high / MINUTE) * MINUTE;
}

function observance(at: number, before: number, after: number): string[] {
  const kind = after > before ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    // By the clocks as they were just before.
    `DTSTART:${utc(at + before * MINUTE).replace('Z', '')}`,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(after)}`,
    `END:${kind}`,
  ];
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Form of section 3.3.5 in UTC. */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function local(at: number, zone: string): string {
  const { year, month, day, hour, minute, second } = wallTime(at, zone);
  return `${String(year).padStart(4, '0')}${two(month)}${two(day)}T${two(hour)}${two(minute)}${two(second)}`;
}

/** Section 3.3.11. Control characters other than a new line have no place in a text. */
function escapeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n');
}

const encoder = new TextEncoder();
const LINE_OCTETS = 75;

/** At most 75 octets in a line, no character cut in two (section 3.1). */
function fold(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS) {
      lines.push(current);
      // The space that begins a continued line counts.
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}
