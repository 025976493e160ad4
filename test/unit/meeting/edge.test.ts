import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buckets, fullBucket, take } from '../../../server/signaling/bucket.ts';
import { isOwnOrigin } from '../../../server/signaling/origin.ts';

describe('token buckets', () => {
  it('never give more than the burst and what time refilled', () => {
    const size = { burst: 5, perSecond: 2 };
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 80 }), (pauses) => {
        let bucket = fullBucket(size, 0);
        let now = 0;
        let taken = 0;
        for (const pause of pauses) {
          now += pause;
          const step = take(bucket, size, now);
          bucket = step.bucket;
          if (step.waitMs === 0) taken += 1;
          else {
            // The wait it names is enough, and no more than needed.
            expect(take(bucket, size, now + step.waitMs).waitMs).toBe(0);
            expect(take(bucket, size, now + step.waitMs - 2).waitMs).toBeGreaterThan(0);
          }
          expect(taken).toBeLessThanOrEqual(size.burst + (now / 1000) * size.perSecond);
        }
      }),
    );
  });

  it('forget keys that are full again, and none that is not', () => {
    const buckets = new Buckets({ burst: 1, perSecond: 0.001 });
    expect(buckets.take('kept', 0)).toBe(0);
    for (let i = 0; i < 5_000; i++) buckets.take(`key ${i}`, 1);
    expect(buckets.take('kept', 2)).toBeGreaterThan(0);
  });

  it('do not run backwards with the clock', () => {
    const size = { burst: 1, perSecond: 1 };
    const { bucket } = take(fullBucket(size, 10_000), size, 10_000);
    expect(take(bucket, size, 0).waitMs).toBe(1_000);
  });
});

describe('origins', () => {
  const own = ['https://meet.example', 'http://localhost:8080'];
  const cases: [Record<string, string>, boolean][] = [
    [{ origin: 'https://meet.example' }, true],
    [{ origin: 'http://localhost:8080' }, true],
    [{ origin: 'https://meet.example:444' }, false],
    [{ origin: 'https://MEET.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{}, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
  ];
  for (const [headers, allowed] of cases) {
    it(`${allowed ? 'takes' : 'refuses'} ${JSON.stringify(headers)}`, () => {
      expect(isOwnOrigin(headers, own)).toBe(allowed);
    });
  }

  it('are closed where none is configured', () => {
    expect(isOwnOrigin({ origin: 'https://meet.example' }, [])).toBe(false);
  });
});
