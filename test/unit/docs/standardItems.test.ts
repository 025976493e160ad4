import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The items of OWASP ASVS 4.0.3 up to level 2, by section: how many come first, or which ones where some were dropped. */
const sections: Readonly<Record<string, number | readonly number[]>> = {
  '1.1': 7,
  '1.2': 4,
  '1.4': [1, 4, 5],
  '1.5': 4,
  '1.6': 4,
  '1.7': 2,
  '1.8': 2,
  '1.9': 2,
  '1.10': 1,
  '1.11': 2,
  '1.12': [2],
  '1.14': 6,
  '2.1': 12,
  '2.2': 3,
  '2.3': 3,
  '2.4': 5,
  '2.5': 7,
  '2.6': 3,
  '2.7': 6,
  '2.8': 7,
  '2.9': 3,
  '2.10': 4,
  '3.1': 1,
  '3.2': 4,
  '3.3': 4,
  '3.4': 5,
  '3.5': 3,
  '3.7': 1,
  '4.1': [1, 2, 3, 5],
  '4.2': 2,
  '4.3': 3,
  '5.1': 5,
  '5.2': 8,
  '5.3': 10,
  '5.4': 3,
  '5.5': 4,
  '6.1': 3,
  '6.2': 6,
  '6.3': 2,
  '6.4': 2,
  '7.1': 4,
  '7.2': 2,
  '7.3': [1, 3, 4],
  '7.4': 3,
  '8.1': 4,
  '8.2': 3,
  '8.3': 8,
  '9.1': 3,
  '9.2': 4,
  '10.2': 2,
  '10.3': 3,
  '11.1': 8,
  '12.1': 3,
  '12.2': 1,
  '12.3': 6,
  '12.4': 2,
  '12.5': 2,
  '12.6': 1,
  '13.1': [1, 3, 4, 5],
  '13.2': [1, 2, 3, 5, 6],
  '13.3': 2,
  '13.4': 2,
  '14.1': 4,
  '14.2': 6,
  '14.3': [2, 3],
  '14.4': 7,
  '14.5': 4,
};

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

const items = Object.entries(sections).flatMap(([section, which]) =>
  (typeof which === 'number' ? upTo(which) : which).map((number) => `${section}.${number}`),
);

/** The items that the rows of a table begin with: `1.1.2, 1.1.4 …`, and all of `4.1.1 to 4.1.3 …`. */
function entries(text: string): string[] {
  const cells = text.split('\n').map((line) => /^\| ([\d., to]+)/.exec(line)?.[1] ?? '');
  return cells.flatMap((cell) =>
    [...cell.matchAll(/(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?/g)].flatMap(([, section, from, to = from]) =>
      upTo(Number(to))
        .filter((number) => number >= Number(from))
        .map((number) => `${section}.${number}`),
    ),
  );
}

describe('the verification standard in SECURITY.md', () => {
  const file = fileURLToPath(new URL('../../../SECURITY.md', import.meta.url));
  const [, standard = ''] = readFileSync(file, 'utf8').split('\n## 16. ');

  it('has an entry for every item up to level 2, each once, and for no other', () => {
    expect(items).toHaveLength(259);
    const there = entries(standard);
    expect(items.filter((item) => !there.includes(item))).toEqual([]);
    expect(there.filter((item, i) => !items.includes(item) || there.indexOf(item) !== i)).toEqual([]);
  });

  it('says something in each row', () => {
    const rows = standard.split('\n').filter((line) => /^\| (\d|sockets)/.test(line));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => !/^\| [^|]*[a-z][^|]* \| [^|]*\w[^|]* \|$/i.test(row))).toEqual([]);
  });
});

it('reads single items, lists and ranges', () => {
  expect(
    entries('| 1.1.2, 2.10.4 a thing | x |\n| 4.1.1 to 4.1.3, 4.2.1 more | 9.9.9 |\n| sockets | x |'),
  ).toEqual(['1.1.2', '2.10.4', '4.1.1', '4.1.2', '4.1.3', '4.2.1']);
});
