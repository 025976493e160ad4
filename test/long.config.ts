import { defineConfig } from 'vitest/config';

/**
 * Tests of half a minute and more whose rules shorter tests hold already, short ones at full length, and the pages in
 * every look. One at a time.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts', 'test/unit/group/interop.test.ts', 'test/e2e/ui*.test.ts'],
    globalSetup: 'test/e2e/ui/built.ts',
    env: { TEST_STEPS: '400', TEST_ALL_LOOKS: '1' },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
