import { describe, expect, it } from 'vitest';
import { BypassDetector } from '../../../client/e2ee/frames/watchdog.ts';

describe('bypass detection', () => {
  it('is quiet while everything on the wire was sealed', () => {
    const detector = new BypassDetector('video');
    for (let second = 0; second < 60; second++) {
      const sealed = { frames: second * 30, bytes: second * 30 * 3_000 };
      // The worker is asked after the wire, so it is ahead.
      const wire = {
        frames: second * 30,
        packets: second * 90,
        bytes: Math.max(0, sealed.bytes - 3_000) + second * 90 * 12,
      };
      expect(detector.check(wire, sealed)).toBe(false);
    }
  });

  it('lets empty probing packets pass, before and between media', () => {
    const detector = new BypassDetector('audio');
    expect(detector.check({ frames: null, packets: 5, bytes: 0 }, { frames: 0, bytes: 0 })).toBe(false);
    for (let i = 1; i < 10; i++) {
      expect(
        detector.check(
          { frames: null, packets: 80 * i, bytes: 50 * 177 * i },
          { frames: 50 * i, bytes: 50 * 177 * i },
        ),
      ).toBe(false);
    }
  });

  it('one byte of payload while nothing was sealed is a breach', () => {
    expect(
      new BypassDetector('video').check({ frames: 1, packets: 1, bytes: 1 }, { frames: 0, bytes: 0 }),
    ).toBe(true);
  });

  it.each(['audio', 'video'] as const)(
    '%s that stops passing the worker in the middle is a breach',
    (kind) => {
      const detector = new BypassDetector(kind);
      const sealed = { frames: 100, bytes: 20_000 };
      expect(detector.check({ frames: 100, packets: 100, bytes: 20_000 }, sealed)).toBe(false);
      expect(detector.check({ frames: 130, packets: 150, bytes: 26_000 }, sealed)).toBe(false);
      expect(detector.check({ frames: 160, packets: 200, bytes: 32_000 }, sealed)).toBe(true);
    },
  );

  it('old payload sent again to probe the bandwidth is not, nor are frames that wait for a busy worker', () => {
    const probing = new BypassDetector('video');
    const waiting = new BypassDetector('video');
    for (let i = 1; i < 10; i++) {
      const sealed = { frames: 30 * i, bytes: 20_000 * i };
      expect(probing.check({ frames: 30 * i, packets: 60 * i, bytes: 60_000 * i }, sealed)).toBe(false);
      expect(waiting.check({ frames: 30 * i + 40, packets: 60 * i, bytes: 20_000 * i }, sealed)).toBe(false);
    }
  });

  it('one odd reading is not', () => {
    const detector = new BypassDetector('audio');
    expect(detector.check({ frames: null, packets: 10, bytes: 2_000 }, { frames: 9, bytes: 1_800 })).toBe(
      false,
    );
    expect(detector.check({ frames: null, packets: 20, bytes: 3_600 }, { frames: 20, bytes: 3_600 })).toBe(
      false,
    );
    expect(detector.check({ frames: null, packets: 30, bytes: 5_600 }, { frames: 29, bytes: 5_400 })).toBe(
      false,
    );
  });
});
