import { expect, it } from 'vitest';
import type { NodeId } from '../../../server/cluster/cluster.ts';
import { InOrder, type Position } from '../../../server/cluster/inOrder.ts';

const one = 'one' as NodeId;
const two = 'two' as NodeId;

/** Two nodes; what `lose` names never arrives. */
function pair() {
  const [from, to] = [new InOrder(), new InOrder()];
  const take = (position: Position) => to.take(one, position);
  return { from, to, take, send: () => take(from.next(two)) };
}

it('takes each message once and in order', () => {
  const { from, take, send } = pair();
  const first = from.next(two);
  expect([take(first), send(), take(first), send()]).toEqual(['next', 'next', 'old', 'next']);
});

it('hears nothing more after a gap, until a new stream begins', () => {
  const { from, to, send } = pair();
  send();
  from.next(two);
  expect([send(), send()]).toEqual(['gap', 'dead']);
  from.restart(two, to.heard(one));
  // A second complaint about the same stream comes too late to break the new one.
  from.restart(two, to.heard(one));
  expect([send(), send()]).toEqual(['anew', 'next']);
});

it('takes nothing of an older stream, nor a stream without its beginning', () => {
  const { from, take, send } = pair();
  const early = from.next(two);
  expect(take(early)).toBe('next');
  const late = from.next(two);
  from.restart(two);
  expect([send(), take(late), take(early)]).toEqual(['anew', 'old', 'old']);
  from.restart(two);
  from.next(two);
  expect([send(), send()]).toEqual(['gap', 'dead']);
});

it('may have begun anew before the other node ever heard of it', () => {
  const { from, send } = pair();
  from.next(two);
  from.restart(two);
  expect(send()).toBe('next');
});
