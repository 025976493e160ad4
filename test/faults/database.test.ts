import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { pause } from '../support/until.ts';
import { record } from './faultRow.ts';
import { FaultServer } from './faultServer.ts';
import { Gathering } from './gathering.ts';

const closing: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

/** A small disk of its own, as a mount; null where this machine allows none. */
function smallDisk(size: string): { readonly path: string; close(): void } | null {
  if (process.getuid?.() !== 0) return null;
  const path = mkdtempSync(join(tmpdir(), 'sealroom-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    close: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Takes all bytes that are left. */
function fill(disk: string): string {
  const { bavail, bsize } = statfsSync(disk);
  const path = join(disk, 'ballast');
  writeFileSync(path, Buffer.alloc(bavail * bsize));
  return path;
}

it('Database locked by another program for 2 s', async (context) => {
  const server = await FaultServer.start();
  closing.push(server);
  const [gathering, other] = [await Gathering.open(server.origin), await Gathering.open(server.origin)];
  closing.push(gathering, other);
  const database = new DatabaseSync(server.database);
  closing.push({ close: () => database.close() });
  database.exec('begin immediate');
  const invited = gathering.invite('Ministry');
  const said = gathering.talk('after the invitation');
  const began = performance.now();
  await other.talk('meanwhile');
  const talked = performance.now() - began;
  expect(gathering.host.state.invitations).toHaveLength(1);
  await pause(2_000 - talked);
  database.exec('rollback');
  const from = performance.now();
  await Promise.all([invited, said]);
  expect(gathering.host.state.connection).toBe('connected');
  record(context, {
    fault: context.task.name,
    seen: `in the meeting whose rules are changed, words wait behind the change; others notice nothing (a word took ${Math.round(talked)} ms)`,
    recoveredMs: performance.now() - from,
    lost: 'nothing',
  });
});

it('Disk full in a meeting', async (context) => {
  const disk = smallDisk('24m');
  if (!disk) return context.skip('this machine allows no mount');
  closing.push(disk);
  const server = await FaultServer.start({ SEALROOM_DATA: join(disk.path, 'data') });
  closing.push(server);
  const gathering = await Gathering.open(server.origin);
  closing.push(gathering);
  const { host } = gathering;
  await gathering.invite('Before');
  const bytes = await gathering.sendFile('before.pdf');
  const ballast = fill(disk.path);

  await gathering.talk('with a full disk');
  await host.core.talk.sendFile(new File([new Uint8Array(2_000_000)], 'large.bin'));
  const [failed] = host.state.transfers.filter(({ state }) => state === 'failed');
  expect(failed?.error).toBe('full');
  // Until the disk takes no record any more: the write-ahead log may have had some room of its own.
  const refused = async () => {
    for (let number = 0; number < 400; number += 1) {
      try {
        await gathering.invite(`Invitation ${number}`);
      } catch {
        return number;
      }
    }
    throw new Error('the disk never was full');
  };
  const kept = await refused();
  expect(await gathering.fetches('before.pdf', bytes)).toBe(true);

  rmSync(ballast);
  const from = performance.now();
  await gathering.invite('After');
  const recoveredMs = performance.now() - from;
  await gathering.sendFile('after.pdf');
  await server.kill();
  expect(await server.audit()).toMatchObject({ ok: true });
  await server.start();
  const late = await gathering.arrive();
  await late.until('at the door', ({ phase }) => phase.name === 'prejoin');
  // All that was said to be kept, of whoever comes now.
  const { invitations } = host.state;
  expect(invitations).toHaveLength(1 + 1 + kept + 1);
  record(context, {
    fault: context.task.name,
    seen: 'talk goes on; files: "There is no more room right now"; changes of the rules: "could not do this just now"',
    recoveredMs,
    lost: 'nothing that was acknowledged; what was refused was said to be',
  });
});

it('Corrupt row: the records of one meeting', async (context) => {
  const server = await FaultServer.start();
  closing.push(server);
  const [broken, whole] = [await Gathering.open(server.origin), await Gathering.open(server.origin)];
  closing.push(broken, whole);
  await server.kill();
  const database = new DatabaseSync(server.database);
  database
    .prepare('update records set bytes = ? where meeting = ? and seq = 0')
    .run(new Uint8Array(40), broken.host.core.meeting);
  database.close();
  const { code } = whole;
  await server.start();
  const from = performance.now();
  await whole.together(2, code);
  const recoveredMs = performance.now() - from;
  await whole.talk('after');
  // No word of a link that is wrong: the meeting may be back after a backup was put back.
  expect(broken.host.state).toMatchObject({ phase: { name: 'meeting' }, connection: 'reconnecting' });
  expect(server.output).toContain('stored chain refused');
  record(context, {
    fault: context.task.name,
    seen: 'its own people: "Reconnecting", for as long as it is damaged; all others nothing; the log names it',
    recoveredMs,
    lost: 'the one meeting whose row was damaged, until a backup is put back',
  });
});

it('Corrupt database: the file is none any more', async (context) => {
  const server = await FaultServer.start();
  closing.push(server);
  await server.kill();
  for (const end of ['-wal', '-shm']) rmSync(`${server.database}${end}`, { force: true });
  writeFileSync(server.database, Buffer.alloc(8_192, 'x'));
  await expect(server.start()).rejects.toThrow(
    /is damaged: keep a copy of the folder, and put a backup back/,
  );
  record(context, {
    fault: context.task.name,
    seen: 'the site is down; the administrator reads that the database is damaged and how to put a backup back',
    recoveredMs: null,
    lost: 'what is newer than the last backup',
  });
});
