import { describe, expect, it } from 'vitest';
import { calmed } from '../../../client/ui/meeting/calmView.ts';

const off = { state: 'off', track: null };

/** A part of a view, built anew each time as the session does. */
function view(member: object = {}, change: object = {}) {
  return {
    locked: false,
    rights: new Set(['speak', 'chat']),
    members: [
      { name: 'Ann', level: 0, hand: null, sources: { microphone: off, camera: { ...off } }, ...member },
    ],
    ...change,
  };
}

describe('calm view', () => {
  const old = view();

  it('stays the same object while only voices change', () => {
    expect(calmed(old, view({ level: 0.7 }))).toBe(old);
  });

  it('changes with anything else', () => {
    const others = [
      view({ hand: 1 }),
      view({ sources: { microphone: { ...off, state: 'muted' }, camera: off } }),
      view({}, { rights: new Set(['speak', 'share']) }),
      view({}, { members: [] }),
      view({}, { locked: true }),
    ];
    for (const now of others) expect(calmed(old, now)).toBe(now);
  });

  it('takes two objects that are not plain data for different', () => {
    const other = view({}, { picture: new Blob(['b']) });
    expect(calmed(view({}, { picture: new Blob(['a']) }), other)).toBe(other);
  });
});
