import { afterEach, expect, it } from 'vitest';
import type { Clock } from '../../server/signaling/clock.ts';
import { startTestServer } from '../support/server.ts';
import { record } from './faultRow.ts';
import { Gathering } from './gathering.ts';

const HOUR_MS = 3_600_000;

/** The machine's clock as somebody sets it: timers run on, as the system's do. */
class SetClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  at(time: number, call: () => void): () => void {
    const timeout = setTimeout(call, Math.max(0, Math.min(time - this.now(), 2 ** 31 - 1)));
    return () => clearTimeout(timeout);
  }

  jump(ms: number): void {
    this.#ahead += ms;
  }
}

const closing: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

it("Server's clock jumps by hours and days, forth and back", async (context) => {
  const clock = new SetClock();
  const server = await startTestServer({ clock });
  closing.push(server);
  const gathering = await Gathering.open(`http://127.0.0.1:${server.port}`);
  closing.push(gathering);
  const { host, guest } = gathering;
  for (const hours of [1, -2, 24 * 40, -24 * 40]) {
    clock.jump(hours * HOUR_MS);
    await gathering.talk(`after ${hours} hours`);
    await gathering.invite(`After ${hours}`);
    await gathering.together();
  }
  expect(gathering.alarms).toEqual([]);
  // Somebody is gone, and the clock is set back during the grace.
  guest.core.signaling.close();
  await new Promise((resolve) => setTimeout(resolve, 500));
  clock.jump(-24 * 40 * HOUR_MS);
  const from = performance.now();
  await host.until('the leave is seen', ({ members }) => members.length === 1, 40_000);
  record(context, {
    fault: context.task.name,
    seen: 'nothing; who is gone leaves the list in the usual time',
    recoveredMs: performance.now() - from,
    lost: 'nothing',
  });
});
