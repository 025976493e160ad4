import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const there = (path: string) => existsSync(new URL(`../../../${path}`, import.meta.url));

interface Named {
  readonly file: string;
  readonly title: string;
}

/** Every ``file`: title` of the tables, one or several to a cell, separated by ` · `. */
function named(text: string): Named[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split(/ · | \| /))
    .flatMap((part) => {
      const found =
        /`(?:test\/)?((?:unit|integration|adversary|e2e)\/[\w./-]+\.test\.ts)`: (.+?)(?: \|)?$/.exec(
          part.trim(),
        );
      return found?.[1] && found[2] ? [{ file: `test/${found[1]}`, title: found[2] }] : [];
    });
}

it('SECURITY.md names tests that exist, for most items of the verification standard', () => {
  const [, standard = ''] = read('SECURITY.md').split('\n## 16. ');
  const tests = named(standard);
  expect(tests.length).toBeGreaterThan(50);
  // One that stands where it is not read would not be looked for.
  expect(tests).toHaveLength(standard.match(/\.test\.ts`/g)?.length ?? 0);
  const missing = tests.filter(({ file, title }) => !there(file) || !read(file).includes(title.trim()));
  expect(missing).toEqual([]);
});

it('would notice one that does not', () => {
  expect(named('| 1 | Because. `unit/none.test.ts`: says so · `e2e/x.test.ts`: and so |')).toEqual([
    { file: 'test/unit/none.test.ts', title: 'says so' },
    { file: 'test/e2e/x.test.ts', title: 'and so' },
  ]);
});
