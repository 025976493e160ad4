import { describe, expect, it } from 'vitest';
import { formatWorkerProgress } from '../../../server/media/worker/progress.ts';

describe('formatWorkerProgress', () => {
  it('shows the time that has passed and, when counting, how far it is', () => {
    expect(formatWorkerProgress({ stage: 'tools', message: 'looking', elapsedMs: 65_400 })).toBe(
      '[1:05] looking',
    );
    expect(
      formatWorkerProgress({
        stage: 'compile',
        message: 'RTC/Router.cpp',
        done: 130,
        total: 260,
        elapsedMs: 1_000,
      }),
    ).toBe('[0:01]  50% 130/260 RTC/Router.cpp');
  });
});
