import { describe, expect, it } from 'vitest';
import {
  closeAfterMs,
  maxMicrophones,
  pauseAfterMs,
  planSubscriptions,
  type SubscriptionInput,
  streamKey,
  type Tile,
} from '../../../client/media/subscriptions.ts';
import { device, producer } from './fixtures.ts';

const self = device(1);
const tile = (number: number, height: number, source: Tile['source'] = 'camera'): Tile => ({
  device: device(number),
  source,
  height,
});

function plan(given: Partial<SubscriptionInput>) {
  return planSubscriptions({
    producers: [],
    roster: new Set([1, 2, 3].map(device)),
    self,
    tiles: [],
    lastWanted: new Map(),
    now: 0,
    ...given,
  });
}

describe('planSubscriptions', () => {
  it('takes what has a tile, at the largest tile, and nothing else of video', () => {
    const producers = [producer(2, 'camera'), producer(3, 'camera'), producer(3, 'screen')];
    const { targets } = plan({ producers, tiles: [tile(2, 100), tile(2, 400), tile(3, 900, 'screen')] });
    expect([...targets.keys()].sort()).toEqual(
      [streamKey(device(2), 'camera'), streamKey(device(3), 'screen')].sort(),
    );
    expect(targets.get(streamKey(device(2), 'camera'))?.target).toEqual({ state: 'live', height: 400 });
  });

  it('takes microphones and shared sound without a tile', () => {
    const { targets } = plan({ producers: [producer(2, 'microphone'), producer(3, 'screenAudio')] });
    expect([...targets.values()].map(({ target }) => target)).toEqual([
      { state: 'live', height: null },
      { state: 'live', height: null },
    ]);
  });

  it('takes no more microphones than allowed, open ones first', () => {
    const numbers = Array.from({ length: maxMicrophones + 5 }, (_, i) => i + 2);
    const producers = numbers.map((number) => producer(number, 'microphone', number <= 6));
    const { targets } = plan({ producers, roster: new Set(numbers.map(device)) });
    expect(targets.size).toBe(maxMicrophones);
    expect([...targets.values()].filter(({ info }) => info.paused)).toEqual([]);
  });

  it('never takes a device outside the group, and names it', () => {
    const producers = [producer(9, 'camera'), producer(9, 'microphone'), producer(2, 'camera')];
    const { targets, ghosts } = plan({ producers, tiles: [tile(9, 720), tile(2, 720)] });
    expect([...targets.keys()]).toEqual([streamKey(device(2), 'camera')]);
    expect(ghosts).toEqual([device(9)]);
  });

  it("never takes one's own device, and does not call it a ghost", () => {
    const { targets, ghosts } = plan({
      producers: [producer(1, 'camera'), producer(1, 'microphone')],
      tiles: [tile(1, 720)],
    });
    expect(targets.size).toBe(0);
    expect(ghosts).toEqual([]);
  });

  it('takes the producer named last where a source has two', () => {
    const producers = [producer(2, 'camera', false, 'old'), producer(2, 'camera', false, 'new')];
    const { targets } = plan({ producers, tiles: [tile(2, 720)] });
    expect([...targets.values()].map(({ info }) => info.producerId)).toEqual(['new-2-camera']);
  });

  it('lets a tile off screen linger, then pauses, then closes it', () => {
    const producers = [producer(2, 'camera')];
    const key = streamKey(device(2), 'camera');
    const shown = plan({ producers, tiles: [tile(2, 720)], now: 1_000 });
    const at = (now: number) => plan({ producers, lastWanted: shown.lastWanted, now });
    expect(at(1_000 + pauseAfterMs - 1).targets.get(key)?.target).toEqual({ state: 'live', height: 0 });
    expect(at(1_001).nextAt).toBe(1_000 + pauseAfterMs);
    expect(at(1_000 + pauseAfterMs).targets.get(key)?.target).toEqual({ state: 'paused' });
    expect(at(1_000 + pauseAfterMs).nextAt).toBe(1_000 + closeAfterMs);
    expect(at(1_000 + closeAfterMs).targets.size).toBe(0);
    expect(at(1_000 + closeAfterMs).nextAt).toBeNull();
  });

  it('drops at once what left the group or is no longer offered', () => {
    const shown = plan({ producers: [producer(2, 'camera')], tiles: [tile(2, 720)] });
    const { lastWanted } = shown;
    expect(plan({ producers: [], lastWanted, now: 1 }).targets.size).toBe(0);
    const gone = plan({ producers: [producer(2, 'camera')], roster: new Set([self]), lastWanted, now: 1 });
    expect(gone.targets.size).toBe(0);
  });
});
