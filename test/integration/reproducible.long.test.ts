import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'client/dist');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-build-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a build of the page', () => {
  it('is the same, byte for byte, wherever it is made', async () => {
    const elsewhere = join(folder, 'another', 'place');
    await mkdir(elsewhere, { recursive: true });
    for (const part of ['client', 'shared', 'server', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      await cp(join(root, part), join(elsewhere, part), {
        recursive: true,
        filter: (path) => !path.startsWith(join(root, 'client/dist')),
      });
    }
    // Files under new paths: through a symbolic link the builder would see the first path again. Where the disk is
    // another one, copies.
    const libraries = [join(root, 'node_modules'), elsewhere];
    await run('cp', ['-al', ...libraries]).catch(() => run('cp', ['-a', ...libraries]));
    await run(process.execPath, ['server/tools/clientBuild.ts'], { cwd: elsewhere });
    const first = await readFile(join(built, 'release.json'), 'utf8');
    expect(await readFile(join(elsewhere, 'client/dist/release.json'), 'utf8')).toBe(first);
    const names = async (dist: string) =>
      (await readdir(dist, { recursive: true })).filter((name) => name !== '.inputs').sort();
    expect(await names(join(elsewhere, 'client/dist'))).toEqual(await names(built));
    for (const name of (await names(built)).filter((each) => /\.\w+$/.test(each))) {
      const [here, there] = [join(built, name), join(elsewhere, 'client/dist', name)];
      expect((await readFile(here)).equals(await readFile(there)), name).toBe(true);
    }
  }, 300_000);
});
