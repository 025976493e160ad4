import { useCallback, useMemo, useRef, useState } from 'react';
import type { Bounds } from './bounds.ts';

/** Which part of the board is on screen: its left upper corner, and CSS pixels for each unit. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const LEAST = 0.1;
const MOST = 6;
const clamp = (scale: number) => Math.min(MOST, Math.max(LEAST, scale));

/** Another scale, with one point on screen staying where it is. */
export function zoomed(
  view: Viewport,
  factor: number,
  at: { readonly x: number; readonly y: number },
): Viewport {
  const scale = clamp(view.scale * factor);
  return {
    x: view.x + at.x / view.scale - at.x / scale,
    y: view.y + at.y / view.scale - at.y / scale,
    scale,
  };
}

/** A part of the board as large as fits, in the middle, clear of what covers so many pixels at the top. */
export function fitted(
  bounds: Bounds,
  size: { readonly width: number; readonly height: number },
  covered = 0,
): Viewport {
  const room = 48;
  const scaleBelow = (top: number) =>
    Math.min(
      1.5,
      clamp(
        Math.min(
          size.width / Math.max(1, bounds.width + room * 2),
          (size.height - top) / Math.max(1, bounds.height + room * 2),
        ),
      ),
    );
  // The room around it is often enough.
  const top = Math.max(0, covered - room * scaleBelow(covered));
  const scale = scaleBelow(top);
  return {
    x: bounds.x + bounds.width / 2 - size.width / scale / 2,
    y: bounds.y + bounds.height / 2 - (size.height + top) / scale / 2,
    scale,
  };
}

/** Pans and zooms the board. Points are given in CSS pixels from the canvas' corner. */
export function useViewport(start: Viewport) {
  const [view, setView] = useState(start);
  const latest = useRef(view);
  latest.current = view;
  const pan = useCallback(
    (dx: number, dy: number) =>
      setView((old) => ({ ...old, x: old.x - dx / old.scale, y: old.y - dy / old.scale })),
    [],
  );
  const zoom = useCallback(
    (factor: number, at: { x: number; y: number }) => setView((old) => zoomed(old, factor, at)),
    [],
  );
  const toBoard = useCallback((at: { x: number; y: number }) => {
    const { x, y, scale } = latest.current;
    return { x: Math.round(x + at.x / scale), y: Math.round(y + at.y / scale) };
  }, []);
  return useMemo(() => ({ view, setView, pan, zoom, toBoard }), [view, pan, zoom, toBoard]);
}
