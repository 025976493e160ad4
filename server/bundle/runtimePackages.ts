import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const description = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

/** Package names that the TypeScript files of these folders import, `leaveOut` aside. */
export function importedPackages(root: string, folders: readonly string[], leaveOut: RegExp): Set<string> {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !path.endsWith('.ts') || leaveOut.test(path)) continue;
      const text = readFileSync(path, 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*'([^'.][^']*)'/g)) {
        const name = /^(@[^/]+\/[^/]+|[^/:]+)(?:\/|$)/.exec(specifier)?.[1];
        if (name !== undefined) names.add(name);
      }
    }
  }
  return names;
}

/**
 * Folders below `root`, such as `node_modules/express`, of these packages and of everything they need in turn, as npm
 * laid them out. Throws where one is not installed.
 */
export function withDependencies(root: string, names: Iterable<string>): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    const folder = resolve(root, name, from);
    if (folder === null) {
      if (optional) return;
      throw new Error(`${name}, which ${from || 'the server'} needs, is not installed`);
    }
    if (found.has(folder)) return;
    found.add(folder);
    const read = description.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
    for (const each of Object.keys(read.dependencies)) visit(each, folder, false);
    for (const each of Object.keys({ ...read.optionalDependencies, ...read.peerDependencies })) {
      visit(each, folder, true);
    }
  };
  for (const name of names) visit(name, '', false);
  return [...found].sort();
}

/** Looks for a package from a folder upwards, as Node does. */
function resolve(root: string, name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at === '.' ? '' : at, 'node_modules', name);
    if (existsSync(join(root, folder, 'package.json'))) return folder;
    if (at === '' || at === '.') return null;
  }
}
