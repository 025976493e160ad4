import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

const reached = ['server/meeting/**', 'server/delivery/**', 'client/e2ee/**'] as const;

/** The tests without browsers, held to what they must reach of the code that guards a meeting. */
export default defineConfig({
  test: {
    ...tests.test,
    projects: tests.test?.projects?.slice(0, 3) ?? [],
    coverage: {
      provider: 'v8',
      include: [...reached],
      reporter: ['text'],
      reportsDirectory: 'node_modules/.coverage',
      thresholds: Object.fromEntries(reached.map((folder) => [folder, { lines: 95 }])),
    },
  },
});
