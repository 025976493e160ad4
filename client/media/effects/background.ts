/** Backgrounds that are drawn on the device, so that nothing needs to be fetched. */
export const scenes = ['paper', 'dusk', 'forest', 'slate'] as const;
export type Scene = (typeof scenes)[number];

/** What stands behind the person in their own camera picture. */
export type Background =
  | { readonly kind: 'none' }
  | { readonly kind: 'blur'; readonly strength: 'light' | 'strong' }
  | { readonly kind: 'scene'; readonly scene: Scene }
  /** An image of the person's own. */
  | { readonly kind: 'picture'; readonly picture: Blob };

/** Colours of a scene from top to bottom, for drawing it and for showing it as a choice. */
export const sceneColours: Readonly<Record<Scene, readonly [top: string, bottom: string]>> = {
  paper: ['#f2efe9', '#d9d3c7'],
  dusk: ['#32405f', '#c98f74'],
  forest: ['#22392f', '#6d8b6b'],
  slate: ['#3b424b', '#8a939e'],
};
