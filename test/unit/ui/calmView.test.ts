import { describe, expect, it } from 'vitest';
import { brokenLinkMeeting } from '../../../client/meeting/brokenLink.ts';
import type { MeetingView, MemberView } from '../../../client/meeting/view.ts';
import { calmed } from '../../../client/ui/meeting/calmView.ts';
import { deviceKey } from '../../../shared/ids.ts';

const off = { state: 'off', track: null, seal: 'none' } as const;

/** A view built anew each time, as the session does. */
function view(member: Partial<MemberView> = {}, change: Partial<MeetingView> = {}): MeetingView {
  return {
    ...brokenLinkMeeting('').getView(),
    rights: new Set(['speak', 'chat'] as const),
    members: [
      {
        device: deviceKey.parse(`ann${'A'.repeat(40)}`),
        leaf: 1,
        name: 'Ann',
        self: false,
        role: 'guest',
        trust: 'new',
        admittedBy: null,
        since: 0,
        hand: null,
        level: 0,
        sources: { microphone: off, camera: off, screen: off, screenAudio: off },
        connection: 'good',
        ...member,
      },
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
      view({
        sources: { microphone: { ...off, state: 'muted' }, camera: off, screen: off, screenAudio: off },
      }),
      view({}, { rights: new Set(['speak'] as const) }),
      view({}, { members: [] }),
      view({}, { locked: true }),
    ];
    for (const now of others) expect(calmed(old, now)).toBe(now);
  });

  it('takes two objects that are not plain data for different', () => {
    const pictured = (blob: Blob) => {
      const base = view();
      return {
        ...base,
        call: {
          ...base.call,
          effects: { ...base.call.effects, background: { kind: 'picture', picture: blob } },
        },
      } satisfies MeetingView;
    };
    const one = pictured(new Blob(['a']));
    const other = pictured(new Blob(['b']));
    expect(calmed(one, other)).toBe(other);
  });
});
