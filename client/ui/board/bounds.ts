import type { Shape } from '../../meeting/boardView.ts';
import { measureText } from './textLayout.ts';

/** A rectangle in the units of the board. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a shape covers, with the width of its lines. */
export function boundsOf(shape: Shape): Bounds {
  switch (shape.kind) {
    case 'pen':
    case 'marker': {
      let [left, top, right, bottom] = [0, 0, 0, 0];
      for (let index = 0; index + 2 < shape.points.length; index += 3) {
        const [x = 0, y = 0] = [shape.points[index], shape.points[index + 1]];
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
      const edge = shape.thickness * (shape.kind === 'marker' ? 2 : 1);
      return {
        x: shape.x + left - edge,
        y: shape.y + top - edge,
        width: right - left + edge * 2,
        height: bottom - top + edge * 2,
      };
    }
    case 'text': {
      const { width, height } = measureText(shape.text, shape.size);
      return { x: shape.x, y: shape.y, width, height };
    }
    case 'line':
    case 'arrow':
    case 'rectangle':
    case 'ellipse': {
      const edge = shape.thickness + (shape.kind === 'arrow' ? 10 : 0);
      return {
        x: Math.min(shape.x, shape.x + shape.width) - edge,
        y: Math.min(shape.y, shape.y + shape.height) - edge,
        width: Math.abs(shape.width) + edge * 2,
        height: Math.abs(shape.height) + edge * 2,
      };
    }
    default:
      return shape;
  }
}

/** What all of them cover together; null where there are none. */
export function allBounds(shapes: readonly Shape[]): Bounds | null {
  const [first, ...rest] = shapes.map(boundsOf);
  if (!first) return null;
  let { x, y } = first;
  let right = x + first.width;
  let bottom = y + first.height;
  for (const each of rest) {
    x = Math.min(x, each.x);
    y = Math.min(y, each.y);
    right = Math.max(right, each.x + each.width);
    bottom = Math.max(bottom, each.y + each.height);
  }
  return { x, y, width: right - x, height: bottom - y };
}
