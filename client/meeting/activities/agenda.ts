import type { AgendaContent } from '../../e2ee/activityContent.ts';

/** The agenda without one of its items; null without any. */
export function withoutItem({ items, current }: AgendaContent, index: number): AgendaContent | null {
  if (items.length <= 1) return null;
  const at = current === null || current === index ? null : current > index ? current - 1 : current;
  return { items: items.filter((_, each) => each !== index), current: at };
}

/** The agenda with an item in another place; the current item stays the current one. */
export function withItemMoved({ items, current }: AgendaContent, from: number, to: number): AgendaContent {
  const moved = items[from];
  if (!moved || to < 0 || to >= items.length) return { items, current };
  const rest = items.filter((_, index) => index !== from);
  const next = [...rest.slice(0, to), moved, ...rest.slice(to)];
  return { items: next, current: current === null ? null : placeAfter(current, from, to) };
}

function placeAfter(place: number, from: number, to: number): number {
  if (place === from) return to;
  if (from < place && place <= to) return place - 1;
  return to <= place && place < from ? place + 1 : place;
}
