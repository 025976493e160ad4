import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names in client and shared code as `pattern` finds them, with the name as its first group. */
export function namesUsed(pattern: RegExp): Set<string> {
  const used = new Set<string>();
  for (const folder of ['client', 'shared']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, name = ''] of text.matchAll(pattern)) used.add(name);
    }
  }
  return used;
}
