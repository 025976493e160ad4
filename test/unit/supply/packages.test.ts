import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

// What `npm ci` brings onto the machine: nothing that moves, nothing unhashed, nothing that runs by itself but what
// is named here, nothing whose licence binds those who ship Sealroom.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = <Schema extends z.ZodType>(file: string, schema: Schema) =>
  schema.parse(JSON.parse(readFileSync(`${root}${file}`, 'utf8')));

const manifest = read(
  'package.json',
  z.object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  }),
);
const { packages } = read(
  'package-lock.json',
  z.object({
    packages: z.record(
      z.string(),
      z.object({
        license: z.string().optional(),
        integrity: z.string().optional(),
        dev: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  }),
);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const installed = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ name: nameOf(path), ...entry }));

/** Licences (SPDX) that ask for no more than their text to be kept, or (MPL) for changes to their own files. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
]);
/** Packages whose lock entry has no SPDX name, with what their own files say. */
const readByHand: Readonly<Record<string, string>> = {
  'xmlhttprequest-ssl': 'MIT',
  jsonify: 'Public Domain',
};

function isPermissive({ name, license }: { name: string; license?: string | undefined }): boolean {
  if (Object.hasOwn(readByHand, name)) return true;
  const choices = (license ?? '').replace(/^\(|\)$/g, '').split(' OR ');
  return choices.some((choice) => permissive.has(choice));
}

describe('packages', () => {
  it('are pinned exactly', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('are locked with a SHA-512 each', () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(
      installed.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ name }) => name),
    ).toEqual([]);
  });

  it('run no script when installed, but for the one that is allowed to', () => {
    const scripted = installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(new Set(scripted)).toEqual(new Set(Object.keys(manifest.allowScripts)));
    expect(Object.entries(manifest.allowScripts).filter(([, may]) => may)).toEqual([['node', true]]);
  });

  it('are free to be shipped', () => {
    const bound = installed.filter((each) => each.dev !== true && !isPermissive(each));
    expect(bound.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });
});
