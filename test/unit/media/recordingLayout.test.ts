import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  frameSize,
  mostPeople,
  planRecording,
  type Rect,
} from '../../../client/media/recording/layout.ts';

const apart = (one: Rect, other: Rect) =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

describe('the recorded picture', () => {
  it('holds everything, and nothing lies over anything else', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.boolean(), (people, screen) => {
        const layout = planRecording(people, screen);
        const most = screen ? mostPeople.besideScreen : mostPeople.grid;
        expect(layout.people).toHaveLength(Math.min(people, most));
        expect(layout.screen !== null).toBe(screen);
        const all = [layout.head, ...layout.people, ...(layout.screen ? [layout.screen] : [])];
        for (const [index, { x, y, width, height }] of all.entries()) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(Math.min(width, height)).toBeGreaterThan(0);
          expect(x + width).toBeLessThanOrEqual(frameSize.width);
          expect(y + height).toBeLessThanOrEqual(frameSize.height);
          for (const other of all.slice(index + 1))
            expect(apart({ x, y, width, height }, other), JSON.stringify(layout)).toBe(true);
        }
      }),
    );
  });

  it('shows two people side by side, and five in rows of three and two with the last row in the middle', () => {
    const [one, other] = planRecording(2, false).people;
    expect(one?.y).toBe(other?.y);
    const five = planRecording(5, false).people;
    expect(new Set(five.slice(0, 3).map(({ y }) => y)).size).toBe(1);
    const [, , , fourth, fifth] = five;
    const left = fourth?.x ?? 0;
    const right = frameSize.width - (fifth?.x ?? 0) - (fifth?.width ?? 0);
    expect(Math.abs(left - right)).toBeLessThanOrEqual(2);
  });

  it('gives a shared screen most of the picture, and all of it where nobody is seen', () => {
    const { screen } = planRecording(3, true);
    expect((screen?.width ?? 0) * (screen?.height ?? 0)).toBeGreaterThan(
      0.65 * frameSize.width * frameSize.height,
    );
    expect(planRecording(0, true).screen?.width).toBe(frameSize.width - 16);
  });

  it('fits a picture whole and unstretched', () => {
    const area = { x: 10, y: 20, width: 400, height: 200 };
    expect(fitted({ width: 100, height: 100 }, area)).toEqual({ x: 110, y: 20, width: 200, height: 200 });
    expect(fitted({ width: 800, height: 100 }, area)).toEqual({ x: 10, y: 95, width: 400, height: 50 });
  });
});
