import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../server/media/worker/build/patch.ts';
import { patches } from '../../../server/media/worker/build/recipe.ts';
import { findMediasoup } from '../../../server/media/worker/package.ts';

const patch = { file: 'a.cpp', find: 'x == 1', replace: '(x & 1) != 0' };
const mismatch = expect.objectContaining({ code: 'patch-mismatch' });

describe('applyPatch', () => {
  it('replaces the one occurrence and nothing else', () => {
    expect(applyPatch('if (x == 1) y();', patch)).toBe('if ((x & 1) != 0) y();');
  });

  it('takes the replacement literally', () => {
    expect(applyPatch('a x == 1 b', { ...patch, replace: "$& $' $1" })).toBe("a $& $' $1 b");
  });

  it('refuses a source without it, with it twice, or already patched', () => {
    expect(() => applyPatch('if (x == 2)', patch)).toThrow(mismatch);
    expect(() => applyPatch('x == 1; x == 1', patch)).toThrow(mismatch);
    expect(() => applyPatch(applyPatch('x == 1', patch), patch)).toThrow(mismatch);
  });

  it.each(patches)('$file of the installed mediasoup takes its patch', (real) => {
    const source = readFileSync(join(findMediasoup().workerDir, real.file), 'utf8');
    const patched = applyPatch(source, real);
    expect(patched).toContain(real.replace);
    expect(patched).not.toContain(real.find);
  });
});
