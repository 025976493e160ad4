import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../client/ui/', import.meta.url));

/** Set by the component library on what opens from a button. */
const given = ['--trigger-width'];

it('uses no design token that nobody sets: a browser would leave the whole line out without a word', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(css|tsx?)$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const set = new Set(given);
  for (const { text } of files) {
    for (const [, name = ''] of text.matchAll(/(?<!var\()(--[\w-]+)['"]?\s*[:,]/g)) set.add(name);
  }
  const lost = files.flatMap(({ name, text }) =>
    [...text.matchAll(/var\((--[\w-]+)/g)].flatMap(([, token = '']) =>
      set.has(token) ? [] : [`${name}: ${token}`],
    ),
  );
  expect(set.size).toBeGreaterThan(40);
  expect(lost).toEqual([]);
});
