import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adminEn } from '../../../client/i18n/admin.en.ts';
import { adminZhTW } from '../../../client/i18n/admin.zh-TW.ts';
import { en } from '../../../client/i18n/en.ts';
import { pickLanguage } from '../../../client/i18n/language.ts';
import { zhTW } from '../../../client/i18n/zh-TW.ts';

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths of all texts, such as `chat.send`, with what stands there. */
function leaves(tree: Tree, path: readonly string[] = []): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    isTree(value) ? leaves(value, [...path, key]) : [[[...path, key].join('.'), value]],
  );
}

const folder = fileURLToPath(new URL('../../../client/ui/', import.meta.url));

/** The files that come with `files`: what they import, but for what they import later. */
function reached(files: readonly string[]): Set<string> {
  const seen = new Set(files);
  for (const file of seen) {
    const code = readFileSync(file, 'utf8').replaceAll(/^import type .*$/gm, '');
    for (const [, path = ''] of code.matchAll(/^(?:import|export|\}) .*from '(\.[^']+\.tsx?)';$/gm))
      seen.add(join(file, '..', path));
  }
  return seen;
}

function sourceOfInterface(): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
    .replace(/\s+/g, ' ');
}

/**
 * Whether the interface reads a text: by its full path, by reading or indexing a branch above it as a whole, or
 * by the last key alone where the branch was put in a variable first (`words.title`).
 */
function isUsed(path: string, source: string, texts = 'm'): boolean {
  const keys = path.split('.');
  const written = (parts: readonly string[]) =>
    `\\b${texts}${parts.map((part) => (/^\w+$/.test(part) ? `\\.${part}` : `\\[['"]${part}['"]\\]`)).join('')}`;
  if (new RegExp(`${written(keys)}(?![\\w])`).test(source)) return true;
  for (let length = 1; length < keys.length; length += 1) {
    const branch = written(keys.slice(0, length));
    if (new RegExp(`${branch}\\[[a-z]`, 'i').test(source)) return true;
    if (length > 1 && new RegExp(`${branch}(?![\\w.[])`).test(source)) return true;
  }
  return false;
}

describe('texts', () => {
  const source = sourceOfInterface();

  it('has the same keys and kinds in every language', () => {
    const kinds = (tree: Tree) => leaves(tree).map(([path, value]) => `${path}: ${typeof value}`);
    expect(kinds(zhTW)).toEqual(kinds(en));
  });

  it('has lists of the same length in every language', () => {
    const lists = (tree: Tree) =>
      leaves(tree).flatMap(([path, value]) => (Array.isArray(value) ? [`${path}: ${value.length}`] : []));
    expect(lists(zhTW)).toEqual(lists(en));
  });

  it('has no text that the interface never shows', () => {
    const unused = leaves(en)
      .map(([path]) => path)
      .filter((path) => !isUsed(path, source));
    expect(unused).toEqual([]);
  });

  it('asks only for what the start page and its likes fetched', () => {
    const light = [
      'App',
      'landing/Landing',
      'landing/ServerPage',
      'account/AccountPage',
      'account/Arrivals',
      'guide/GuidePage',
    ];
    const files = reached(light.map((page) => join(folder, `${page}.tsx`)));
    expect(files.size).toBeGreaterThan(30);
    const heavy = [...files].filter(
      (file) => !file.endsWith('i18n/messages.tsx') && /\buseMessages\(/.test(readFileSync(file, 'utf8')),
    );
    expect(heavy).toEqual([]);
  });

  it('has the same texts of the administration in every language, and none that is not shown', () => {
    const kinds = (tree: Tree) => leaves(tree).map(([path, value]) => `${path}: ${typeof value}`);
    expect(kinds(adminZhTW)).toEqual(kinds(adminEn));
    const unused = leaves(adminEn)
      .map(([path]) => path)
      .filter((path) => !isUsed(path, source, 't'));
    expect(unused).toEqual([]);
  });

  it('would notice a text that is not used', () => {
    expect(isUsed('chat.nobodyReadsThis', source)).toBe(false);
    expect(isUsed('chat.send', source)).toBe(true);
  });

  it('has no empty text and no text left in English', () => {
    for (const [path, value] of leaves(zhTW)) {
      if (typeof value !== 'string' || path === 'common.product') continue;
      expect(value, path).toMatch(/\p{Script=Han}/u);
    }
    for (const [path, value] of leaves(en))
      if (typeof value === 'string') expect(value.trim(), path).not.toBe('');
  });

  it('uses the words of Taiwan', () => {
    const all = JSON.stringify(
      leaves(zhTW).map(([, value]) => (typeof value === 'function' ? String(value) : value)),
    );
    for (const word of [
      '視頻',
      '音頻',
      '網絡',
      '服務器',
      '屏幕',
      '攝像頭',
      '鏈接',
      '用戶',
      '信息',
      '默認',
      '設置',
      '退出會議',
      '質量',
    ]) {
      expect(all, word).not.toContain(word);
    }
  });

  it('picks a language from what the browser prefers', () => {
    expect(pickLanguage(['zh-Hant-TW', 'en'])).toBe('zh-TW');
    expect(pickLanguage(['zh'])).toBe('zh-TW');
    expect(pickLanguage(['de-DE', 'en-GB', 'zh-TW'])).toBe('en');
    expect(pickLanguage(['fr'])).toBe('en');
    expect(pickLanguage([])).toBe('en');
  });
});
