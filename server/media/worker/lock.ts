import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const holderSchema = z.object({ pid: z.number().int().positive(), host: z.string(), token: z.string() });

const pollMs = 500;
const heartbeatMs = 5_000;
/** A holder that has not touched its lock for so long is gone, whatever its machine. */
const abandonedMs = 60_000;

export interface Lock {
  readonly token: string;
  release(): Promise<void>;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The token of a holder that is gone; undefined while the lock is held or free. */
async function abandonedBy(path: string): Promise<string | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const holder = holderSchema.parse(JSON.parse(text));
    const dead = holder.host === hostname() && !alive(holder.pid);
    return dead || Date.now() - mtimeMs > abandonedMs ? holder.token : undefined;
  } catch {
    return undefined;
  }
}

/** Takes an abandoned lock away; puts it back if another process replaced it meanwhile. */
async function clear(path: string, token: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    const taken = holderSchema.parse(JSON.parse(await readFile(aside, 'utf8')));
    if (taken.token !== token) await link(aside, path);
  } catch {
    // Somebody else cleared it first.
  }
  await rm(aside, { force: true });
}

/**
 * Waits until this process alone holds `path`. `onWait` is called once if another one has it. The lock saves
 * work and is no more than that: holders write under names of their own and rename, so two at once do no harm.
 */
export async function acquireLock(path: string, onWait: (pid: number | undefined) => void): Promise<Lock> {
  const token = randomUUID();
  const draft = `${path}.${token}`;
  await writeFile(draft, JSON.stringify({ pid: process.pid, host: hostname(), token }));
  let waiting = false;
  try {
    for (;;) {
      try {
        // A link appears with its content, unlike a file that is created and then written.
        await link(draft, path);
        break;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const gone = await abandonedBy(path);
      if (gone !== undefined) {
        await clear(path, gone);
        continue;
      }
      if (!waiting) {
        waiting = true;
        const holder = holderSchema.safeParse(await readFile(path, 'utf8').then(JSON.parse, () => undefined));
        onWait(holder.data?.pid);
      }
      await sleep(pollMs);
    }
  } finally {
    await rm(draft, { force: true });
  }

  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  let released = false;
  return {
    token,
    async release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      await clear(path, token);
    },
  };
}
