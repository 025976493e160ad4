import type { Ink } from '../../meeting/boardView.ts';
import type { Thickness } from './ink.ts';

export const tools = [
  'select',
  'hand',
  'pen',
  'marker',
  'line',
  'arrow',
  'rectangle',
  'ellipse',
  'text',
  'note',
  'eraser',
  'pointer',
] as const;
export type Tool = (typeof tools)[number];

/** What the hand holds. */
export interface Held {
  readonly tool: Tool;
  readonly ink: Ink;
  readonly thickness: Thickness;
}

export const firstHeld: Held = { tool: 'pen', ink: 'black', thickness: 'medium' };

/** Tools that leave nothing behind, which those may use too who may only look. */
export function isLooking(tool: Tool): boolean {
  return tool === 'select' || tool === 'hand';
}
