import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const program = fileURLToPath(new URL('../bench/fresh-clone.ts', import.meta.url));
const steps = z.array(z.object({ step: z.string(), seconds: z.number() }));

// With this machine's media worker, whose build from nothing comes before the tests where there is none;
// `npm run test:fresh` builds it anew as well.
it('a clean clone runs by two commands, and again', { timeout: 25 * 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--reuse-worker'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const done = steps.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  for (const { step, seconds } of done) console.log(`${step}: ${seconds} s`);
  expect(done.map(({ step }) => step.trim())).toEqual([
    'git clone',
    'npm ci',
    'npm start, media worker cached',
    'stop',
    'npm start, second time',
    'stop',
  ]);
});
