import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLock } from '../../../server/media/worker/lock.ts';

describe('acquireLock', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sealroom-lock-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('lets one at a time in and leaves nothing behind', async () => {
    const path = join(dir, 'turns');
    let inside = 0;
    let most = 0;
    const waits: (number | undefined)[] = [];
    const turn = async (): Promise<void> => {
      const lock = await acquireLock(path, (pid) => waits.push(pid));
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
      await lock.release();
      await lock.release();
    };
    await Promise.all([turn(), turn(), turn()]);
    expect(most).toBe(1);
    expect(waits.length).toBeGreaterThan(0);
    expect((await readdir(dir)).filter((name) => name.startsWith('turns'))).toEqual([]);
  });

  it('takes over from a process that has died', async () => {
    const path = join(dir, 'dead');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await writeFile(path, JSON.stringify({ pid: child.pid, host: hostname(), token: 'gone' }));
    const lock = await acquireLock(path, () => undefined);
    await lock.release();
  });

  it('takes over from a machine that has not been heard of', async () => {
    const path = join(dir, 'silent');
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere.invalid', token: 'gone' }));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(path, longAgo, longAgo);
    const lock = await acquireLock(path, () => undefined);
    await lock.release();
  });
});
