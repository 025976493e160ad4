import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { MeetingActions } from '../../meeting/meeting.ts';

export type ShownTile = Parameters<MeetingActions['showTiles']>[0][number];

const SETTLE_MS = 150;
/** A glance at another tab is no reason to stop pictures. */
const HIDDEN_MS = 5_000;

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/**
 * Tells the session what is on screen, once the layout has settled: `tiles` while the page is seen, `floating`
 * always. Heights in CSS pixels.
 */
export function useShownTiles(
  tiles: readonly ShownTile[],
  floating: readonly ShownTile[],
  actions: MeetingActions,
): void {
  const hidden = useSyncExternalStore(subscribe, () => document.visibilityState === 'hidden');
  const wanted = largest(hidden ? floating : [...tiles, ...floating]);
  // The same layout gives the same text, however often the view changes for other reasons.
  const key = JSON.stringify(wanted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `wanted`
  const settled = useMemo(() => wanted, [key]);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        const ratio = devicePixelRatio;
        actions.showTiles(settled.map((tile) => ({ ...tile, height: Math.round(tile.height * ratio) })));
      },
      hidden ? HIDDEN_MS : SETTLE_MS,
    );
    return () => clearTimeout(timer);
  }, [settled, hidden, actions]);
}

/** One entry for each source, at the largest size it is shown. */
function largest(tiles: readonly ShownTile[]): readonly ShownTile[] {
  return tiles.filter(
    (tile, index) =>
      !tiles.some(
        (other, place) =>
          other.device === tile.device &&
          other.source === tile.source &&
          (other.height > tile.height || (other.height === tile.height && place < index)),
      ),
  );
}
