import { useEffect, useRef } from 'react';
import type { MeetingView } from '../../meeting/view.ts';

/** What changes many times a second, and is shown on the stage only. */
const restless = new Set(['level', 'board', 'boardElements', 'boardPictures']);

/** The old view as long as nothing but loudness has changed: what hangs on it is not drawn anew for a voice. */
export function calmed<View>(old: View, now: View): View {
  return alike(old, now) ? old : now;
}

/** The view without its restless part; the same object until something else changes. */
export function useCalmView(view: MeetingView): MeetingView {
  const last = useRef(view);
  const calm = calmed(last.current, view);
  useEffect(() => {
    last.current = calm;
  }, [calm]);
  return calm;
}

/** Equal in all but what is restless. Anything that is not plain data, such as a track, equals itself only. */
function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Set && other instanceof Set) {
    return one.size === other.size && [...one].every((item) => other.has(item));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => alike(item, other[index]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => restless.has(key) || alike(one[key], other[key]))
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
