import { z } from 'zod';
import { limits } from '../../../shared/limits.ts';
import { surface } from '../../e2ee/boardContent.ts';
import { sealedFile } from '../../e2ee/content.ts';

/** Inks by name: what they look like is the page's affair, and no colour can carry anything else into a file. */
export const inks = ['black', 'red', 'orange', 'green', 'blue', 'violet'] as const;
export type Ink = (typeof inks)[number];

const EDGE = 100_000;
const coordinate = z.number().int().min(-EDGE).max(EDGE);
const length = z.number().int().min(0).max(20_000);
const thickness = z.number().int().min(1).max(64);
const text = z.string().max(limits.boardTextCharacters);

/** Points of a line: x and y from the element's place, and pressure from 0 to 100, three numbers each. */
const line = z.custom<number[]>((value) => {
  if (!Array.isArray(value) || value.length % 3 !== 0 || value.length > limits.boardLineNumbers) return false;
  return value.every((number) => Number.isInteger(number) && Math.abs(number) <= 2 * EDGE);
});

const common = {
  on: surface,
  x: coordinate,
  y: coordinate,
  /** Higher ones lie over lower ones. */
  z: z.number().int().min(0).max(1_000_000_000),
  ink: z.enum(inks),
};
const outline = { ...common, width: coordinate, height: coordinate, thickness };

/** A sealed picture on the server; nothing but what browsers draw as pixels. */
export const pictureFile = sealedFile.extend({
  mime: z.enum(['image/webp', 'image/png', 'image/jpeg']),
  size: z.number().int().min(1).max(limits.boardImageBytes),
  preview: z.null(),
});

/** One thing on the board. Lengths in its surface's units. */
export const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pen'), ...common, thickness, points: line }),
  z.strictObject({ kind: z.literal('marker'), ...common, thickness, points: line }),
  /** From its place to `width` and `height` from there, which may be negative. */
  z.strictObject({ kind: z.literal('line'), ...outline }),
  z.strictObject({ kind: z.literal('arrow'), ...outline }),
  z.strictObject({ kind: z.literal('rectangle'), ...outline }),
  z.strictObject({ kind: z.literal('ellipse'), ...outline }),
  z.strictObject({ kind: z.literal('text'), ...common, size: z.number().int().min(8).max(400), text }),
  z.strictObject({ kind: z.literal('note'), ...common, width: length, height: length, text }),
  z.strictObject({ kind: z.literal('image'), ...common, width: length, height: length, file: pictureFile }),
]);
export type Shape = z.infer<typeof shape>;

/** Names an element within its drawing. */
export const elementId = z.string().regex(/^[A-Za-z0-9_-]{6,12}$/);

/** What of an element can be changed later. */
export interface ShapeChange {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly ink?: Ink;
  readonly text?: string;
}

/** A shape from what a drawing holds under an id; null for what is none. */
export function readShape(id: string, value: unknown): Shape | null {
  if (!elementId.safeParse(id).success) return null;
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : null;
}
