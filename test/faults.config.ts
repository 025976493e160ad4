import { defineConfig } from 'vitest/config';

/** Breaks every part on purpose, one at a time, and writes test/faults/README.md from what it measures. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    reporters: ['default', './test/faults/tableReporter.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
