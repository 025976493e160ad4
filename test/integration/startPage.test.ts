import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultClientDir } from '../../server/main.ts';
import { ensureClient } from '../../server/tools/clientBuild.ts';

/** What the start page asks for by itself; each brings what it imports. */
const asked = [
  'index.html',
  'main.tsx',
  'i18n/site.en.ts',
  'ui/landing/Landing.tsx',
  'meeting/library/library.ts',
];
const MOST_KB = 120;

const manifest = z.record(
  z.string(),
  z.looseObject({ file: z.string(), imports: z.array(z.string()).default([]) }),
);

beforeAll(() => ensureClient(), 300_000);

it('is light: no more than its share of scripts, and no schemas', async () => {
  const parts = manifest.parse(JSON.parse(await readFile(join(defaultClientDir, 'manifest.json'), 'utf8')));
  const reached = new Set(asked);
  for (const each of reached) for (const next of parts[each]?.imports ?? []) reached.add(next);
  const scripts = await Promise.all(
    [...reached].map(async (each) => {
      const file = parts[each]?.file;
      expect(file, each).toMatch(/\.js$/);
      return readFile(join(defaultClientDir, file ?? ''));
    }),
  );
  for (const script of scripts) expect(script.toString()).not.toMatch(/from"\/assets\/schemas-/);
  const weights = scripts.map((script) => gzipSync(script, { level: 9 }).length);
  const kilobytes = weights.reduce((sum, weight) => sum + weight, 0) / 1_000;
  expect(kilobytes).toBeGreaterThan(50);
  expect(kilobytes).toBeLessThan(MOST_KB);
});
