/** Layers of one stream, 0 the smallest. */
export interface Layers {
  readonly spatial: number;
  readonly temporal: number;
}

/** Height in pixels that each spatial layer of a 720-line camera has. */
const layerHeights = [180, 360, 720] as const;

/** A tile may be this much taller than the layer shown in it before the next one is worth its bits. */
const stretch = 1.25;
/** And must be this much below that limit before a layer once chosen is given up, so that resizing does not flap. */
const settle = 0.85;

/** Below this height nobody sees half the frame rate. */
const thumbnail = 120;

/**
 * The layers a tile of `height` pixels (CSS pixels times device pixel ratio) needs.
 *
 * @param previous spatial layer chosen for the tile before, null for a new one.
 */
export function layersFor(height: number, previous: number | null): Layers {
  const wanted = lowestCovering(height, 1);
  const spatial =
    previous === null || wanted >= previous ? wanted : Math.min(previous, lowestCovering(height, settle));
  return { spatial, temporal: height < thumbnail && spatial === 0 ? 1 : 2 };
}

function lowestCovering(height: number, margin: number): number {
  const layer = layerHeights.findIndex((covered) => height <= covered * stretch * margin);
  return layer === -1 ? layerHeights.length - 1 : layer;
}
