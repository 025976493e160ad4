import { defineConfig } from 'vitest/config';

/** The tests that mutants have to survive: fast ones of the rules and of the guard, without media or browsers. */
export default defineConfig({
  test: {
    include: [
      'test/unit/{meeting,records,admission,policy,staff,breakout,invite}/**/*.test.ts',
      'test/unit/group/{guard,membership,roster,keyPackage,state,removed,aside}.test.ts',
    ],
    testTimeout: 60_000,
  },
});
