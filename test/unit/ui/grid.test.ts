import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridCapacity, MOST_TILES, planGrid } from '../../../client/ui/meeting/grid.ts';

const GAP = 8;
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
