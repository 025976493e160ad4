import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Box,
  frameStage,
  GAP,
  gridCapacity,
  MOST_TILES,
  planGrid,
  type StageNeeds,
} from '../../../client/ui/meeting/grid.ts';

const area = fc.record({
  width: fc.integer({ min: 300, max: 3840 }),
  height: fc.integer({ min: 240, max: 2160 }),
});

describe('grid', () => {
  it('fits every tile of a page into the area', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST_TILES }), area, (count, { width, height }) => {
        const plan = planGrid(count, width, height, GAP);
        expect(plan.columns * plan.rows).toBeGreaterThanOrEqual(count);
        expect(plan.columns * plan.tileWidth + (plan.columns - 1) * GAP).toBeLessThanOrEqual(width);
        expect(plan.rows * plan.tileHeight + (plan.rows - 1) * GAP).toBeLessThanOrEqual(height);
        expect(plan.tileWidth / plan.tileHeight).toBeLessThan(1.85);
        expect(plan.tileWidth / plan.tileHeight).toBeGreaterThan(0.72);
      }),
    );
  });

  it('never leaves a whole row empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST_TILES }), area, (count, { width, height }) => {
        const { columns, rows } = planGrid(count, width, height, GAP);
        expect(columns * (rows - 1)).toBeLessThan(count);
      }),
    );
  });

  it('puts two people side by side on a laptop and one above the other on a phone', () => {
    expect(planGrid(2, 1342, 620, GAP).columns).toBe(2);
    expect(planGrid(2, 374, 700, GAP).columns).toBe(1);
  });

  it('shows 49 on a wide screen, and fewer where they would be too small', () => {
    expect(gridCapacity(1896, 940, GAP)).toBe(49);
    expect(gridCapacity(374, 700, GAP)).toBeLessThanOrEqual(12);
    expect(gridCapacity(40, 40, GAP)).toBe(1);
  });
});

describe('stage', () => {
  const needs: fc.Arbitrary<StageNeeds> = fc.record({
    width: fc.integer({ min: 280, max: 3840 }),
    height: fc.integer({ min: 220, max: 2160 }),
    main: fc.integer({ min: 0, max: 4 }),
    screen: fc.boolean(),
    rest: fc.integer({ min: 0, max: 120 }),
    strip: fc.constantFrom('column' as const, 'row' as const),
  });

  const apart = (one: Box, other: Box) =>
    one.x + one.width <= other.x ||
    other.x + other.width <= one.x ||
    one.y + one.height <= other.y ||
    other.y + other.height <= one.y;

  it('keeps every tile and the page buttons inside, and lets none overlap', () => {
    fc.assert(
      fc.property(needs, (given) => {
        const frame = frameStage(given);
        const shown = Math.min(frame.perPage, given.rest);
        const boxes = [...frame.main, ...frame.rest(shown), ...(frame.pager ? [frame.pager] : [])];
        expect(boxes.length).toBe(given.main + shown + (frame.pager ? 1 : 0));
        for (const [index, box] of boxes.entries()) {
          expect(box.width).toBeGreaterThan(0);
          expect(box.height).toBeGreaterThan(0);
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.y).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(given.width);
          expect(box.y + box.height).toBeLessThanOrEqual(given.height);
          for (const other of boxes.slice(index + 1)) expect(apart(box, other)).toBe(true);
        }
      }),
    );
  });

  it('has a place for everybody on some page, and page buttons exactly where there are several', () => {
    fc.assert(
      fc.property(needs, (given) => {
        const { perPage, pages, pager } = frameStage(given);
        expect(perPage * pages).toBeGreaterThanOrEqual(given.rest);
        expect(perPage * (pages - 1)).toBeLessThan(Math.max(1, given.rest));
        expect(pager === null).toBe(pages === 1);
      }),
    );
  });

  it('gives a shared screen most of the room', () => {
    for (const [width, height] of [
      [1342, 640],
      [1896, 940],
      [800, 300],
    ] as const) {
      const frame = frameStage({ width, height, main: 1, screen: true, rest: 30, strip: 'column' });
      const [screen] = frame.main;
      expect((screen?.width ?? 0) * (screen?.height ?? 0)).toBeGreaterThan(width * height * 0.7);
    }
  });

  it('gives a shared screen the width of an upright stage and the people the height it leaves', () => {
    const frame = frameStage({ width: 374, height: 660, main: 1, screen: true, rest: 30, strip: 'column' });
    const [screen] = frame.main;
    expect(screen?.width).toBe(374);
    // A screen of 4:3 is as wide as the stage, below it the line with a name.
    expect(screen?.height).toBe(Math.round((374 * 3) / 4 + 32));
    expect(frame.perPage).toBeGreaterThan(3);
  });

  it('gives the whiteboard of an upright stage all height but that of a row of people', () => {
    const needs = { width: 374, height: 720, main: 1, screen: true, rest: 3, strip: 'column' } as const;
    const [screen, board] = [frameStage(needs), frameStage({ ...needs, board: true })];
    expect(board.main[0]?.height).toBeGreaterThan(1.5 * (screen.main[0]?.height ?? 0));
    expect(board.rest(1)[0]?.y).toBeGreaterThan(board.main[0]?.height ?? 0);
  });

  it('puts the row of the speaker layout on top of a wide stage and at the bottom of an upright one', () => {
    const wide = frameStage({ width: 1342, height: 640, main: 1, screen: false, rest: 4, strip: 'row' });
    expect(wide.rest(4)[0]?.y).toBe(0);
    const upright = frameStage({ width: 374, height: 660, main: 1, screen: false, rest: 4, strip: 'row' });
    expect(upright.main[0]?.y).toBeLessThan(upright.rest(1)[0]?.y ?? 0);
  });
});
