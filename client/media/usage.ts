import type { Tile } from './subscriptions.ts';

/** How much of the network the call may use. */
export type Usage = 'normal' | 'low-data' | 'audio-only';

/** Tiles are taken to be no higher than this with little data: the smallest layer at half its frame rate. */
const lowDataHeight = 100;

/** What of the tiles on screen is to be received. A shared screen stays: what it shows belongs to what is said. */
export function tilesWithin(usage: Usage, tiles: readonly Tile[]): readonly Tile[] {
  if (usage === 'audio-only') return tiles.filter(({ source }) => source === 'screen');
  if (usage === 'normal') return tiles;
  return tiles.map((tile) => ({ ...tile, height: Math.min(tile.height, lowDataHeight) }));
}
