import { describe, expect, it } from 'vitest';
import { IceRecovery } from '../../../client/media/iceRecovery.ts';
import { ManualTimers } from './fixtures.ts';

function recovery(restart: () => Promise<void> = () => Promise.resolve()) {
  const timers = new ManualTimers();
  const seen = { restarts: 0, givenUp: 0 };
  const ice = new IceRecovery({
    timers,
    restart: () => {
      seen.restarts++;
      return restart();
    },
    giveUp: () => {
      seen.givenUp++;
    },
  });
  ice.onState('connecting');
  ice.onState('connected');
  return { timers, seen, ice };
}

describe('IceRecovery', () => {
  it('leaves a short loss alone', async () => {
    const { timers, seen, ice } = recovery();
    ice.onState('disconnected');
    await timers.advance(900);
    ice.onState('connected');
    await timers.advance(60_000);
    expect(seen).toEqual({ restarts: 0, givenUp: 0 });
  });

  it('restarts after a longer loss, and at once after a failure', async () => {
    const { timers, seen, ice } = recovery();
    ice.onState('disconnected');
    await timers.advance(3_000);
    expect(seen.restarts).toBe(1);
    ice.onState('connected');
    ice.onState('failed');
    await timers.advance(0);
    expect(seen.restarts).toBe(2);
    ice.onState('connected');
    await timers.advance(60_000);
    expect(seen).toEqual({ restarts: 2, givenUp: 0 });
  });

  it.each([
    ['change nothing', () => Promise.resolve()],
    ['fail', () => Promise.reject(new Error('unreachable'))],
  ])('gives up once, after several restarts that %s', async (_, restart) => {
    const { timers, seen, ice } = recovery(restart);
    ice.onState('failed');
    await timers.advance(300_000);
    expect(seen).toEqual({ restarts: 5, givenUp: 1 });
    ice.onState('failed');
    await timers.advance(300_000);
    expect(seen).toEqual({ restarts: 5, givenUp: 1 });
  });

  it('does not give up a connection that stands, however often it is asked to look for another way', async () => {
    const { timers, seen, ice } = recovery();
    for (let times = 0; times < 12; times++) {
      ice.restartNow();
      await timers.advance(10_000);
    }
    expect(seen).toEqual({ restarts: 12, givenUp: 0 });
  });

  it('asks once for several reasons at a time', async () => {
    let answer = () => {};
    const { timers, seen, ice } = recovery(() => new Promise((resolve) => (answer = resolve)));
    for (let times = 0; times < 3; times++) {
      ice.restartNow();
      await timers.advance(10);
    }
    expect(seen.restarts).toBe(1);
    answer();
    await timers.advance(0);
    ice.restartNow();
    await timers.advance(0);
    expect(seen).toEqual({ restarts: 2, givenUp: 0 });
  });

  it('does nothing after close', async () => {
    const { timers, seen, ice } = recovery();
    ice.onState('failed');
    ice.close();
    ice.restartNow();
    await timers.advance(60_000);
    expect(seen).toEqual({ restarts: 0, givenUp: 0 });
  });
});
