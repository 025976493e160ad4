import { defineConfig } from 'vitest/config';

/** A busy machine would be measured instead of the code; a class of thirty makes it busy. */
const measuring = ['meeting', 'media', 'frames', 'privacy', 'capture', 'classroom'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

// One project per kind of test, so that each can be run alone. Those without a browser wait for one another and for
// clocks much of the time, so three files run at once on two cores; those with browsers follow one kind after another.
// Files of a project share what they import: to load the server anew for each of two hundred takes longer than many of
// them run.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/unit/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          isolate: false,
          include: ['test/integration/**/*.test.ts', 'test/faults/server.test.ts'],
          exclude: ['**/*.long.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'adversary',
          isolate: false,
          include: ['test/adversary/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      // Pages and panels with made-up people: nothing in them depends on time, so two files run at once.
      {
        test: {
          name: 'ui',
          include: ['test/e2e/ui*.test.ts'],
          exclude: ['**/*.long.test.ts'],
          globalSetup: 'test/e2e/ui/built.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      // Several browsers with pictures fill two cores: two files at once take longer than one after the other. Those that
      // measure pictures, sound and time come last. The longest are in the configuration beside this one.
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/ui*.test.ts', '**/*.long.test.ts', ...measuring],
          env: { TEST_CLIP_RATE: '5' },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'media',
          include: [...measuring],
          env: { TEST_CLIP_RATE: '5' },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
