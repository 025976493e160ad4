import { describe, expect, it } from 'vitest';
import { WishBatch } from '../../../client/media/wishBatch.ts';
import type { ConsumerWish } from '../../../shared/protocol/media.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const wish = (consumerId: string, paused = false): ConsumerWish => ({ consumerId, paused });

describe('WishBatch', () => {
  it('sends all wishes of one tick together, the last of each, and none twice', async () => {
    const sent: ConsumerWish[][] = [];
    const batch = new WishBatch(
      (wishes) => {
        sent.push(wishes);
        return Promise.resolve();
      },
      () => undefined,
    );
    batch.wish(wish('a'));
    batch.wish(wish('b'));
    batch.wish(wish('a', true));
    await turn();
    expect(sent).toEqual([[wish('a', true), wish('b')]]);
    batch.wish(wish('a', true));
    await turn();
    expect(sent).toHaveLength(1);
    batch.forget('a');
    batch.wish(wish('a', true));
    await turn();
    expect(sent).toHaveLength(2);
  });

  it('sends more than one request may carry in several', async () => {
    const sent: number[] = [];
    const batch = new WishBatch(
      (wishes) => {
        sent.push(wishes.length);
        return Promise.resolve();
      },
      () => undefined,
    );
    for (let i = 0; i < 450; i++) batch.wish(wish(String(i)));
    await turn();
    expect(sent).toEqual([200, 200, 50]);
  });

  it('wishes again what could not be sent', async () => {
    let tries = 0;
    let failures = 0;
    const batch = new WishBatch(
      () => (tries++ === 0 ? Promise.reject(new Error('unreachable')) : Promise.resolve()),
      () => failures++,
    );
    batch.wish(wish('a'));
    await turn();
    expect(failures).toBe(1);
    batch.wish(wish('a'));
    await turn();
    expect(tries).toBe(2);
  });
});
