import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, calendarFile } from '../../../client/meeting/library/calendarFile.ts';
import type { Schedule } from '../../../client/meeting/library/entry.ts';
import { type Rhythm, rhythms } from '../../../client/meeting/library/limits.ts';
import { nextOccurrence, occurrences } from '../../../client/meeting/library/occurrences.ts';
import { momentOf, offsetMinutes, wallTime } from '../../../client/meeting/library/zone.ts';

const START = Date.UTC(2026, 8, 7, 1, 10);
const once: Schedule = { start: START, minutes: 45, zone: 'Asia/Taipei', repeats: null };

function eventOf(change: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    uid: 'k3J9dQpX2mVwZ8sT1nYbRg@meet.example.org',
    sequence: 3,
    title: 'Class 3B',
    description: 'Come in by this link.\nhttps://meet.example.org/m/x#y',
    link: 'https://meet.example.org/m/k3J9dQpX2mVwZ8sT1nYbRg#AQAB_-',
    schedule: once,
    now: Date.UTC(2026, 7, 1, 12),
    ...change,
  };
}

function read(file: string): { component: ICAL.Component; event: ICAL.Event } {
  const component = new ICAL.Component(ICAL.parse(file));
  const inside = component.getFirstSubcomponent('vevent');
  if (!inside) throw new Error('no event');
  for (const zone of component.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return { component, event: new ICAL.Event(inside) };
}

/** Beginnings as another program reads them. */
function startsIn(file: string): number[] {
  const { component, event } = read(file);
  const zoneComponent = component.getFirstSubcomponent('vtimezone');
  const zone = zoneComponent ? new ICAL.Timezone(zoneComponent) : ICAL.Timezone.utcTimezone;
  const starts: number[] = [];
  const iterator = event.iterator();
  for (let time = iterator.next(); time; time = iterator.next()) {
    time.zone = zone;
    starts.push(time.toUnixTime() * 1000);
  }
  return starts;
}

const rawLines = (file: string) => file.split('\r\n').slice(0, -1);

describe('a calendar file', () => {
  it('says when, for how long and where to a program that reads it', () => {
    const { component, event } = read(calendarFile(eventOf()));
    expect(component.getFirstPropertyValue('version')).toBe('2.0');
    expect(event.uid).toBe('k3J9dQpX2mVwZ8sT1nYbRg@meet.example.org');
    expect(event.sequence).toBe(3);
    expect(event.startDate.toJSDate().getTime()).toBe(START);
    expect(event.duration.toSeconds()).toBe(45 * 60);
    expect(event.location).toBe(eventOf().link);
    expect(event.component.getFirstPropertyValue('dtstamp')?.toString()).toBe('2026-08-01T12:00:00Z');
    expect(event.component.getFirstPropertyValue('url')).toBe(eventOf().link);
  });

  it('keeps every text as it was, in lines of 75 octets at most that cut no character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ unit: fc.constantFrom(...'會議,;\\\n"n:😀é '), maxLength: 300 }),
        (title, description) => {
          const file = calendarFile(eventOf({ title, description }));
          const clean = (text: string) => text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}/gu, '');
          const { event } = read(file);
          expect(event.summary).toBe(clean(title));
          expect(event.description).toBe(clean(description));
          for (const line of rawLines(file)) {
            expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
            expect(line).not.toMatch(/[\r\n\uFFFD]/);
          }
          expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('lets nobody add a line of their own by a title', () => {
    const file = calendarFile(eventOf({ title: 'A\r\nATTENDEE:mailto:x@example.org\rB\u0085C' }));
    expect(read(file).event.component.getAllProperties('attendee')).toEqual([]);
  });

  it.each(['Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Asia/Kathmandu'])(
    'repeats at the same hour of the clocks in %s, also after they change',
    (zone) => {
      for (const rhythm of rhythms) {
        const schedule: Schedule = { start: START, minutes: 45, zone, repeats: { rhythm, times: 60 } };
        const times = occurrences(schedule);
        expect(startsIn(calendarFile(eventOf({ schedule })))).toEqual(times);
        const { hour, minute } = wallTime(START, zone);
        for (const at of times) expect(wallTime(at, zone)).toMatchObject({ hour, minute });
      }
    },
  );

  it('repeats each month on its date, and not in months without it; or on its weekday, the fifth meaning the last', () => {
    const days = (start: number, rhythm: Rhythm) => {
      const schedule: Schedule = { ...once, start, repeats: { rhythm, times: 5 } };
      expect(startsIn(calendarFile(eventOf({ schedule })))).toEqual(occurrences(schedule));
      return occurrences(schedule).map((at) => new Date(at).toISOString().slice(0, 10));
    };
    const second = Date.UTC(2026, 8, 8, 2);
    expect(days(second, 'month')).toEqual([
      '2026-09-08',
      '2026-10-08',
      '2026-11-08',
      '2026-12-08',
      '2027-01-08',
    ]);
    expect(days(second, 'monthWeekday')).toEqual([
      '2026-09-08',
      '2026-10-13',
      '2026-11-10',
      '2026-12-08',
      '2027-01-12',
    ]);
    const last = Date.UTC(2026, 7, 31, 2);
    expect(days(last, 'month')).toEqual([
      '2026-08-31',
      '2026-10-31',
      '2026-12-31',
      '2027-01-31',
      '2027-03-31',
    ]);
    expect(days(last, 'monthWeekday')).toEqual([
      '2026-08-31',
      '2026-09-28',
      '2026-10-26',
      '2026-11-30',
      '2026-12-28',
    ]);
  });

  it('repeats on workdays only, also where the first day is none', () => {
    const saturday = Date.UTC(2026, 8, 5, 2);
    const schedule: Schedule = { ...once, start: saturday, repeats: { rhythm: 'weekday', times: 6 } };
    const days = occurrences(schedule).map((at) => new Date(at).toISOString().slice(0, 10));
    expect(days).toEqual([
      '2026-09-07',
      '2026-09-08',
      '2026-09-09',
      '2026-09-10',
      '2026-09-11',
      '2026-09-14',
    ]);
    expect(startsIn(calendarFile(eventOf({ schedule })))).toEqual(occurrences(schedule));
  });
});

describe('when it is next', () => {
  const weekly: Schedule = { ...once, repeats: { rhythm: 'week', times: 3 } };
  const WEEK = 7 * 86_400_000;

  it('is on until its end, then the one after it, then none', () => {
    expect(nextOccurrence(weekly, START + 44 * 60_000)).toBe(START);
    expect(nextOccurrence(weekly, START + 46 * 60_000)).toBe(START + WEEK);
    expect(nextOccurrence(weekly, START + 3 * WEEK)).toBe(null);
  });
});

describe('clocks of a zone', () => {
  it('turn back into the moment they show', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }).map((at) => at - (at % 1000)),
        fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'),
        (at, zone) => {
          const back = momentOf(wallTime(at, zone), zone);
          // An hour that comes twice is taken as its first.
          expect([0, 30, 60]).toContain((at - back) / 60_000);
          expect(wallTime(back, zone)).toEqual(wallTime(at, zone));
        },
      ),
    );
  });

  it('skip an hour in spring', () => {
    const skipped = { year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 };
    const at = momentOf(skipped, 'Europe/Berlin');
    expect(wallTime(at, 'Europe/Berlin')).toMatchObject({ hour: 3, minute: 30 });
    expect(offsetMinutes(at, 'Europe/Berlin')).toBe(120);
  });
});
