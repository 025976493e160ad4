import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { EffectsView } from '../../meeting/callView.ts';

/** What a picture effect is doing: being fetched, or how much it costs. Null where there is nothing to say. */
export function pictureWork(
  effect: 'background' | 'brighten',
  effects: EffectsView,
  m: Messages,
  format: Format,
): string | null {
  const { state, costMs } = effect === 'background' ? effects.backgroundState : effects.brightenState;
  if (state === 'loading') return m.effects.loading;
  if (state === 'off' || costMs === null) return null;
  const cost = milliseconds(costMs, format);
  // Both are drawn in one go and measured together: that is said once, where the background is.
  if (effects.background.kind === 'none' || !effects.brighten) return m.effects.cost(cost);
  return effect === 'background' ? m.effects.costBoth(cost) : null;
}

/** As `pictureWork`, of noise suppression. */
export function noiseWork(
  { noiseState: { state, costMs } }: EffectsView,
  m: Messages,
  format: Format,
): string | null {
  if (state === 'loading') return m.effects.loadingSound;
  return state === 'off' || costMs === null ? null : m.effects.costSound(milliseconds(costMs, format));
}

/** Whole, so that an average does not flicker; below one to a tenth, because nothing costs nothing. */
function milliseconds(ms: number, format: Format): string {
  return format.number(ms < 0.95 ? Math.max(0.1, Math.round(ms * 10) / 10) : Math.round(ms));
}
