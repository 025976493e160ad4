import { describe, expect, it } from 'vitest';
import { chooseWorker, defaultPlacement, loadOf, type WorkerLoad } from '../../../server/media/placement.ts';

const worker = (index: number, cpu: number, streams: number): WorkerLoad => ({ index, cpu, streams });
const choose = (workers: readonly WorkerLoad[], ...using: number[]) =>
  chooseWorker(workers, new Set(using), defaultPlacement);

describe('placement', () => {
  it('takes time or streams as load, whatever is more', () => {
    expect(loadOf(worker(0, 0.3, 0), defaultPlacement)).toBe(0.3);
    expect(loadOf(worker(0, 0.3, 400), defaultPlacement)).toBe(0.8);
  });

  it('starts a meeting on the least loaded worker, and ties by streams, then number', () => {
    expect(choose([])).toBeNull();
    expect(choose([worker(0, 0.5, 10), worker(1, 0.2, 10)])).toBe(1);
    expect(choose([worker(0, 0.9, 0), worker(1, 0, 400)])).toBe(1);
    expect(choose([worker(0, 0.5, 20), worker(1, 0.5, 10)])).toBe(1);
    expect(choose([worker(1, 0, 0), worker(0, 0, 0)])).toBe(0);
  });

  it('keeps a meeting together while its worker has room, however idle others are', () => {
    expect(choose([worker(0, 0.69, 100), worker(1, 0, 0)], 0)).toBe(0);
    expect(choose([worker(0, 0.1, 345), worker(1, 0, 0)], 0)).toBe(0);
  });

  it('spreads it once its worker is busy and another is clearly less so', () => {
    expect(choose([worker(0, 0.7, 0), worker(1, 0.5, 0)], 0)).toBe(1);
    expect(choose([worker(0, 0, 350), worker(1, 0, 0)], 0)).toBe(1);
    expect(choose([worker(0, 0.8, 0), worker(1, 0.7, 0)], 0)).toBe(0);
  });

  it('prefers of the workers in use the one with most room', () => {
    expect(choose([worker(0, 0.8, 0), worker(1, 0.6, 0), worker(2, 0, 0)], 0, 1)).toBe(1);
    expect(choose([worker(0, 0.8, 0), worker(1, 0.9, 0), worker(2, 0.1, 0)], 0, 1)).toBe(2);
  });

  it('passes over workers in use that are gone', () => {
    expect(choose([worker(1, 0.2, 0)], 0)).toBe(1);
  });
});
