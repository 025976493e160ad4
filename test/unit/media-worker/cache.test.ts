import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeHash } from '../../../server/media/worker/build/recipe.ts';
import {
  type CacheKey,
  cachedPath,
  currentLibc,
  defaultCacheDir,
  install,
  lookUp,
} from '../../../server/media/worker/cache.ts';

const key: CacheKey = {
  mediasoup: '3.27.1',
  platform: 'linux',
  arch: 'x64',
  libc: 'glibc2.36',
  recipe: 'abc',
};

describe('cache key', () => {
  it('gives every difference that matters another path', () => {
    const variants: CacheKey[] = [
      key,
      { ...key, mediasoup: '3.27.2' },
      { ...key, platform: 'darwin' },
      { ...key, arch: 'arm64' },
      { ...key, libc: 'glibc2.41' },
      { ...key, recipe: 'abd' },
    ];
    const paths = variants.map((variant) => cachedPath('/c', variant, 'source'));
    expect(new Set(paths).size).toBe(variants.length);
  });

  it('keeps prebuilt apart from source, and the same when only the recipe changes', () => {
    expect(cachedPath('/c', key, 'prebuilt')).not.toBe(cachedPath('/c', key, 'source'));
    expect(cachedPath('/c', key, 'prebuilt')).toBe(cachedPath('/c', { ...key, recipe: 'new' }, 'prebuilt'));
  });

  it('knows the C library and a stable recipe', () => {
    expect(currentLibc()).toMatch(/^(glibc\d+\.\d+|other)$/);
    expect(recipeHash()).toMatch(/^[0-9a-f]{12}$/);
    expect(recipeHash()).toBe(recipeHash());
  });
});

describe('defaultCacheDir', () => {
  it('prefers SEALROOM_CACHE_DIR, then XDG_CACHE_HOME, then the home folder', () => {
    const env = { SEALROOM_CACHE_DIR: '/s', XDG_CACHE_HOME: '/x', HOME: '/h' };
    expect(defaultCacheDir(env)).toBe('/s');
    expect(defaultCacheDir({ ...env, SEALROOM_CACHE_DIR: '' })).toBe('/x/sealroom');
    expect(defaultCacheDir({ HOME: '/h' })).toBe('/h/.cache/sealroom');
  });
});

describe('install and lookUp', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sealroom-cache-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('installs an executable copy and leaves no other file', async () => {
    const program = join(dir, 'program');
    const target = join(dir, 'cached');
    await writeFile(program, 'one');
    expect(await lookUp(target)).toBeUndefined();
    await install(program, target);
    await writeFile(program, 'two');
    await install(program, target);
    expect(await readFile(target, 'utf8')).toBe('two');
    expect((await stat(target)).mode & 0o777).toBe(0o755);
    expect((await readdir(dir)).sort()).toEqual(['cached', 'program']);
    expect(await lookUp(target)).toBe(target);
  });

  it('does not trust a program that others can write, or that cannot run', async () => {
    const target = join(dir, 'loose');
    await install(join(dir, 'program'), target);
    await chmod(target, 0o777);
    expect(await lookUp(target)).toBeUndefined();
    await chmod(target, 0o644);
    expect(await lookUp(target)).toBeUndefined();
  });

  it('says when the cache cannot be written', async () => {
    const nowhere = join(dir, 'absent', 'target');
    await expect(install(join(dir, 'program'), nowhere)).rejects.toMatchObject({ code: 'cache-unwritable' });
  });
});
