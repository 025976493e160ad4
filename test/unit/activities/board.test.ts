import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withItemMoved, withoutItem } from '../../../client/meeting/activities/agenda.ts';
import { noteAttendance, stayOf } from '../../../client/meeting/activities/attendance.ts';
import { csvOf } from '../../../client/meeting/activities/csv.ts';
import {
  emptyBoard,
  leftOf,
  timerNow,
  withAgenda,
  withIntroduction,
  withTimer,
} from '../../../client/meeting/activities/room.ts';
import { deviceKey } from '../../../shared/ids.ts';

describe('timer and agenda', () => {
  it('counts on from when it was heard of, and not while paused', () => {
    const { timer } = withTimer(emptyBoard, { total: 60_000, left: 60_000, running: true }, 1_000);
    if (!timer) throw new Error('no timer');
    expect(leftOf(timer, 31_000)).toBe(30_000);
    expect(leftOf(timer, 500_000)).toBe(0);
    expect(leftOf(timer, 0)).toBe(60_000);
    const paused = withTimer(emptyBoard, { ...timerNow(timer, 31_000), running: false }, 31_000).timer;
    expect(paused && leftOf(paused, 90_000)).toBe(30_000);
  });

  it('are told to newcomers, and never over what they heard since', () => {
    const told = {
      timer: { total: 60_000, left: 9_000, running: true },
      agenda: { items: [{ text: 'Budget', minutes: null }], current: 0 },
    };
    expect(withIntroduction(emptyBoard, told, 5)).toMatchObject({
      timer: { left: 9_000, at: 5 },
      agenda: told.agenda,
    });
    const removed = withTimer(emptyBoard, null, 1);
    expect(withIntroduction(removed, told, 5)).toMatchObject({ timer: null, agenda: told.agenda });
    const renewed = withAgenda(emptyBoard, { items: [], current: 3 });
    expect(renewed.agenda).toEqual({ items: [], current: null });
    expect(withIntroduction(renewed, told, 5).agenda).toEqual({ items: [], current: null });
  });
});

describe('attendance', () => {
  const device = deviceKey.parse('A'.repeat(43));
  const here = (change: { name?: string; hand?: number | null; present?: boolean } = {}) => [
    { device, name: 'Ana', hand: null, present: true, ...change },
  ];

  it('adds up stays and raised hands', () => {
    let list = noteAttendance([], here(), 1_000);
    list = noteAttendance(list, here({ hand: 2_000 }), 2_000);
    list = noteAttendance(list, here({ hand: 2_000, name: 'Ana B' }), 2_500);
    list = noteAttendance(list, here({ present: false }), 3_000);
    expect(list[0]).toMatchObject({ left: 3_000, hands: 1, name: 'Ana B' });
    list = noteAttendance(list, here({ hand: 9 }), 10_000);
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ joined: 1_000, left: null, hands: 2 });
    const [ana] = list;
    expect(ana && stayOf(ana, 11_000)).toBe(3_000);
    expect(noteAttendance(list, here({ hand: 9 }), 12_000)).toBe(list);
  });
});

describe('CSV', () => {
  it('quotes as RFC 4180 says and lets no text be a formula', () => {
    expect(csvOf([['a,b', 'say "no"', 'two\nlines', 3]])).toBe('\uFEFF"a,b","say ""no""","two\nlines",3\r\n');
    fc.assert(
      fc.property(
        fc.constantFrom('', ' ', '\u200B', '\uFEFF'),
        fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝'),
        fc.string(),
        (before, sign, text) => {
          const [field = ''] = csvOf([[`${before}${sign}${text}`]])
            .slice(1)
            .split(/\r\n$/);
          expect(field.replace(/^"/, '').startsWith("'")).toBe(true);
        },
      ),
    );
  });
});

describe('an agenda', () => {
  const items = ['a', 'b', 'c', 'd'].map((text) => ({ text, minutes: null }));

  it('keeps all items and its current one, wherever one is moved', () => {
    for (const current of [null, 0, 1, 2, 3]) {
      for (let from = 0; from < 4; from++) {
        for (let to = 0; to < 4; to++) {
          const moved = withItemMoved({ items, current }, from, to);
          expect(moved.items[to]).toBe(items[from]);
          expect(new Set(moved.items)).toEqual(new Set(items));
          expect(moved.current === null ? null : moved.items[moved.current]).toBe(
            current === null ? null : items[current],
          );
        }
      }
    }
    expect(withItemMoved({ items, current: 1 }, 0, 4)).toEqual({ items, current: 1 });
  });

  it('has no current item once that one is taken out, and is none without items', () => {
    expect(withoutItem({ items, current: 2 }, 2)?.current).toBeNull();
    expect(withoutItem({ items, current: 2 }, 0)).toEqual({ items: items.slice(1), current: 1 });
    expect(withoutItem({ items: items.slice(0, 1), current: 0 }, 0)).toBeNull();
  });
});
