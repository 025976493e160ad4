import { describe, expect, it } from 'vitest';
import { Gatherer } from '../../../server/signaling/gatherer.ts';

function gatherer(most = 100) {
  const sent: { to: readonly string[]; items: readonly string[] }[] = [];
  const due: (() => void)[] = [];
  let cancelled = 0;
  const gathered = new Gatherer<string>(
    most,
    (run) => {
      due.push(run);
      return () => {
        cancelled += 1;
      };
    },
    (to, items) => sent.push({ to, items }),
  );
  return { gathered, sent, due, cancelled: () => cancelled };
}

describe('what is gathered', () => {
  it('goes out once, to all who were meant, in order', () => {
    const { gathered, sent, due } = gatherer();
    gathered.add(['ann', 'ben', 'cho'], 'first');
    gathered.add(['ann', 'ben'], 'second');
    gathered.add(['ann', 'ben', 'dee'], 'third');
    expect(sent).toEqual([]);
    expect(due).toHaveLength(1);
    due[0]?.();
    expect(sent).toEqual([
      { to: ['ann', 'ben'], items: ['first', 'second', 'third'] },
      { to: ['cho'], items: ['first'] },
      { to: ['dee'], items: ['third'] },
    ]);
    gathered.add(['ann'], 'fourth');
    expect(due).toHaveLength(2);
  });

  it('goes out at once when asked, and not again', () => {
    const { gathered, sent, cancelled } = gatherer();
    gathered.add(['ann'], 'first');
    gathered.flush();
    gathered.flush();
    expect(sent).toEqual([{ to: ['ann'], items: ['first'] }]);
    expect(cancelled()).toBe(1);
  });

  it('does not grow beyond what one event may hold', () => {
    const { gathered, sent } = gatherer(2);
    for (const item of ['first', 'second', 'third']) gathered.add(['ann'], item);
    expect(sent).toEqual([{ to: ['ann'], items: ['first', 'second'] }]);
  });

  it('has one sending for a crowd in which each misses its own word', () => {
    const { gathered, sent } = gatherer();
    const all = Array.from({ length: 50 }, (_, number) => `session ${number}`);
    const speakers = all.slice(0, 3);
    for (const speaker of speakers) {
      gathered.add(
        all.filter((session) => session !== speaker),
        `word of ${speaker}`,
      );
    }
    gathered.flush();
    expect(sent).toHaveLength(1 + speakers.length);
    expect(sent.find(({ to }) => to.length > 1)).toMatchObject({ to: all.slice(3) });
  });
});
