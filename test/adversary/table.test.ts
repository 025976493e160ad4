import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Case, cases } from './cases.ts';

const root = new URL('../../', import.meta.url);
const here = fileURLToPath(new URL('.', import.meta.url));
const entries: [string, Case][] = Object.entries(cases);

test('every case is played by exactly one test here, or by tests that exist', () => {
  const files = readdirSync(here).filter((name) => name.endsWith('.test.ts'));
  const played = files.flatMap((name) =>
    [...readFileSync(`${here}${name}`, 'utf8').matchAll(/\b(?:attack|declare)\(\s*'([a-z-]+)'/g)].map(
      ([, id]) => id,
    ),
  );
  expect(played.toSorted()).toEqual(entries.flatMap(([id, { by }]) => (by ? [] : [id])).toSorted());
  for (const [id, { by }] of entries) {
    if (!by) continue;
    const source = readFileSync(new URL(by.file, root), 'utf8');
    for (const title of by.titles) {
      expect(source.includes(`('${title}'`), `${id}: no test '${title}' in ${by.file}`).toBe(true);
    }
  }
});

test('no test of the table is skipped', () => {
  const files = new Set([
    ...readdirSync(here).map((name) => `test/adversary/${name}`),
    ...entries.flatMap(([, { by }]) => by?.file ?? []),
  ]);
  for (const file of files) {
    expect(readFileSync(new URL(file, root), 'utf8'), file).not.toMatch(
      /\b(?:it|test|describe)\.(?:skip|todo|only)\b/,
    );
  }
});
