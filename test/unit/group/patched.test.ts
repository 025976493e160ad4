import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { UnpatchedLibraryError, verifyPatchedMls } from '../../../client/e2ee/group/patched.ts';

it('finds the patched library in place', async () => {
  await verifyPatchedMls();
});

it('refuses a library without the patch, changed otherwise, or missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patched-'));
  try {
    const patched = await readFile(fileURLToPath(import.meta.resolve('ts-mls/clientState.js')), 'utf8');
    const file = join(folder, 'clientState.js');
    await writeFile(file, patched.replace('.includes(unmergedLeaf)', '.includes(leafIndex)'));
    await expect(verifyPatchedMls(file)).rejects.toThrow(UnpatchedLibraryError);
    await expect(verifyPatchedMls(join(folder, 'missing.js'))).rejects.toThrow('npm ci');
    await writeFile(file, patched);
    await verifyPatchedMls(file);
  } finally {
    await rm(folder, { recursive: true });
  }
});
