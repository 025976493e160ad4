import { useEffect, useMemo } from 'react';
import type { MeetingActions } from '../../meeting/view.ts';

export type ShownTile = Parameters<MeetingActions['showTiles']>[0][number];

const SETTLE_MS = 150;

/** Tells the session what is on screen, once the layout has settled. Heights in CSS pixels. */
export function useShownTiles(tiles: readonly ShownTile[], actions: MeetingActions): void {
  // The same layout gives the same text, however often the view changes for other reasons.
  const key = JSON.stringify(tiles);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `tiles`
  const settled = useMemo(() => tiles, [key]);
  useEffect(() => {
    const timer = setTimeout(() => {
      const ratio = devicePixelRatio;
      actions.showTiles(settled.map((tile) => ({ ...tile, height: Math.round(tile.height * ratio) })));
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [settled, actions]);
}
