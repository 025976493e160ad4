import { describe, expect, it } from 'vitest';
import { edges, fuzz } from './fuzz.ts';

const SEED = Number(process.env.TEST_SEED ?? 20_261_127);
const CASES = Number(process.env.TEST_CASES ?? 20_000);

// Two at a time: each has a thread of its own. `npm run fuzz` runs more, and other seeds.
describe.concurrent('input from anybody', () => {
  it.for(edges)(
    'at the edge of %s is taken or refused, and nothing else',
    { timeout: 600_000 },
    async (edge) => {
      const { compared, grown } = await fuzz(edge, SEED, CASES);
      expect(compared).toBeGreaterThan(0);
      expect(grown).toBeLessThan(32 * 1024 * 1024);
    },
  );
});
