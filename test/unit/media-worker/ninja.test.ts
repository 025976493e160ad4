import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NinjaPlan, renderNinja } from '../../../server/media/worker/build/ninja.ts';

describe('renderNinja', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sealroom ninja $-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const plan = (): NinjaPlan => ({
    compiler: join(dir, 'c c'),
    flatc: 'flatc',
    flatcFlags: ['--cpp', '--filename-suffix', ''],
    compileFlags: ['-DNAME="a b"', `-I${dir}`],
    linkFlags: ['-s'],
    libraries: ['-luv'],
    schemas: [join(dir, 'common.fbs')],
    headerDir: 'FBS',
    headers: ['common.h'],
    prelude: 'prelude.hpp',
    units: [{ source: join(dir, 'main.cpp'), object: 'objects/main.cpp.o', label: 'main.cpp' }],
    program: 'worker',
  });

  it('quotes words for the shell and escapes paths', () => {
    const text = renderNinja(plan());
    expect(text).toContain("--filename-suffix ''");
    expect(text).toContain(`'-DNAME="a b"'`);
    expect(text).toContain('build objects/main.cpp.o: compile ');
    expect(text).toContain('sealroom$ ninja$ $$-');
    expect(text).toContain('|| headers');
  });

  it('is understood by ninja, where that is installed', async (context) => {
    const call = promisify(execFile);
    const found = await call('ninja', ['--version']).then(
      () => true,
      () => false,
    );
    if (!found) return context.skip('ninja is not installed');
    await mkdir(join(dir, 'FBS'), { recursive: true });
    await writeFile(join(dir, 'common.fbs'), '');
    await writeFile(join(dir, 'main.cpp'), '');
    await writeFile(join(dir, 'prelude.hpp'), '');
    await writeFile(join(dir, 'build.ninja'), renderNinja(plan()));
    expect(await readFile(join(dir, 'build.ninja'), 'utf8')).toContain('default worker');
    const { stdout } = await call('ninja', ['-n', '-v'], { cwd: dir });
    expect(stdout).toContain(`'${join(dir, 'c c')}' '-DNAME="a b"'`);
    expect(stdout).toContain('[4/4]');
  });
});
