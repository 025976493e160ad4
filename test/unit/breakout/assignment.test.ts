import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dealOut, emptiest, inPortions } from '../../../client/meeting/breakout/assignment.ts';
import { uniformBelow } from '../../../client/meeting/breakout/uniform.ts';
import { newSigner } from '../records/signing.ts';

const devices = Array.from({ length: 40 }, () => newSigner().device);
const some = fc.subarray(devices);

it('everybody gets one room, and no room has two people more than another', () => {
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 30 }), (people, rooms) => {
      const dealt = dealOut(people, rooms, uniformBelow);
      expect(dealt).toHaveLength(rooms);
      expect(dealt.flat().sort()).toEqual([...people].sort());
      const sizes = dealt.map((room) => room.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it('who is with whom is drawn: every order of four can come up, each about as often', () => {
  const people = devices.slice(0, 4);
  const seen = new Map<string, number>();
  // A generator that goes through all its draws in turn gives each order exactly once.
  for (let draw = 0; draw < 24; draw++) {
    let left = draw;
    const below = (bound: number) => {
      const drawn = left % bound;
      left = Math.floor(left / bound);
      return drawn;
    };
    const order = dealOut(people, 1, below).flat().join();
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(seen.size).toBe(24);
});

it('a draw is below its bound, also where the bound is no power of two', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), (bound) => {
      const drawn = uniformBelow(bound);
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
    }),
  );
});

it('a late comer goes where the fewest are', () => {
  expect(emptiest([3, 1, 2, 1])).toBe(1);
});

it('records hold everybody once, in portions that fit', () => {
  const lists = fc.array(fc.record({ room: fc.nat(5), devices: some }), { maxLength: 6 });
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (rooms, most, mostIn) => {
        const portions = inPortions(rooms, most, mostIn);
        const flat = (all: readonly { room: number; devices: readonly string[] }[]) =>
          all.flatMap((each) => each.devices.map((device) => `${each.room} ${device}`));
        expect(flat(portions.flat())).toEqual(flat(rooms));
        for (const portion of portions) {
          expect(portion.reduce((sum, each) => sum + each.devices.length, 0)).toBeLessThanOrEqual(most);
          for (const each of portion) {
            expect(each.devices.length).toBeGreaterThan(0);
            expect(each.devices.length).toBeLessThanOrEqual(mostIn);
          }
        }
      },
    ),
  );
});
