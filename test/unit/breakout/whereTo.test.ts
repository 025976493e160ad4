import { expect, it } from 'vitest';
import { whereTo } from '../../../client/meeting/breakout/whereTo.ts';
import { type BreakoutsView, type BreakoutView, noBreakouts } from '../../../client/meeting/breakoutView.ts';
import { newMeetingId } from '../records/signing.ts';

const [one, two] = [newMeetingId(), newMeetingId()];

function view(change: Partial<BreakoutView> = {}, mayRun = false, ready = [one, two]): BreakoutsView {
  const rooms: BreakoutView = {
    rooms: [one, two].map((id, place) => ({
      id,
      name: '',
      number: place + 1,
      assigned: [],
      inside: [],
      ready: ready.includes(id),
    })),
    entry: 'assigned',
    mayReturn: true,
    until: null,
    recalled: false,
    by: 'Lin',
    own: null,
    here: null,
    broadcast: null,
    calls: [],
    calling: false,
    ...change,
  };
  return { ...noBreakouts, rooms, mayRun };
}

it('nobody is taken into a room without having been there', () => {
  expect(whereTo(noBreakouts, view({ own: one }), null, null)).toBeNull();
});

it('a page loaded anew goes back into the room it was in, if that is still this person’s', () => {
  expect(whereTo(noBreakouts, view({ own: one }), null, one)).toEqual({ to: one });
  expect(whereTo(noBreakouts, view({ own: two }), null, one)).toBeNull();
  expect(whereTo(noBreakouts, view({ own: one }, false, []), null, one)).toBeNull();
  expect(whereTo(noBreakouts, view({ entry: 'choice' }), null, one)).toEqual({ to: one });
  expect(whereTo(noBreakouts, view({}, true), null, one)).toEqual({ to: one });
});

it('back when the rooms close, and when other rooms are opened in their place', () => {
  expect(whereTo(view({ own: one }), noBreakouts, one, one)).toBe('main');
  expect(whereTo(view({ own: one }), view({ own: one }), newMeetingId(), null)).toBe('main');
});

it('over to another room when a host says so, as soon as the way is ready', () => {
  expect(whereTo(view({ own: one }), view({ own: two }), one, one)).toEqual({ to: two });
  const waiting = view({ own: two }, false, [one]);
  expect(whereTo(view({ own: one }), waiting, one, one)).toBeNull();
  expect(whereTo(waiting, view({ own: two }), one, one)).toEqual({ to: two });
});

it('back when a host takes this person out of the rooms', () => {
  expect(whereTo(view({ own: one }), view({ own: null }), one, one)).toBe('main');
});

it('who chose a room, and who runs them, stays', () => {
  expect(whereTo(view({ entry: 'choice' }), view({ entry: 'choice' }), one, one)).toBeNull();
  expect(whereTo(view({}, true), view({}, true), two, two)).toBeNull();
  expect(whereTo(view({ own: one }, true), view({ own: two }, true), one, one)).toBeNull();
});

it('who chose another room than a host proposed before stays there', () => {
  const chosen = view({ entry: 'choice', own: one });
  expect(whereTo(chosen, chosen, two, two)).toBeNull();
});
