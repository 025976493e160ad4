import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../server/audit/auditLog.ts';
import { entryHash, readEntry } from '../../server/audit/entry.ts';
import { SiteKey } from '../../server/audit/siteKey.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { createLog } from '../../server/log.ts';
import { KyselyAudit } from '../../server/store/auditStore.ts';
import { databasePath, openTables } from '../../server/store/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealroom-audit-'));
const whole = join(folder, 'whole.sqlite');
const early = join(folder, 'early.sqlite');
const database = databasePath(folder);
let earlyHead = '';
const HOUR = 3_600_000;

/** Makes a copy the database, with nothing left of what was written to the one before. */
function putBack(copy: string): void {
  for (const rest of ['-wal', '-shm']) rmSync(database + rest, { force: true });
  copyFileSync(copy, database);
}
let publicKey = '';

async function write(events: number): Promise<void> {
  const tables = await openTables(database);
  try {
    let now = 1_800_000_000_000;
    const log = new AuditLog(new KyselyAudit(tables), SiteKey.open(folder), () => now++, createLog('silent'));
    for (let i = 0; i < events; i += 1) {
      await log.write({ kind: 'meeting-founded', meeting: log.meeting(String(i)), account: null });
    }
    await log.sign();
  } finally {
    await tables.destroy();
  }
}

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/tools/audit.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, SEALROOM_DATA: folder },
  });
  return { status, stdout, stderr };
};

/** As the command does it, without its process. */
async function check() {
  const tables = await openTables(database);
  try {
    const store = new KyselyAudit(tables);
    return verifyAudit(await store.lines(1, 1_000), publicKey, { head: await store.head(), anchor: null });
  } finally {
    await tables.destroy();
  }
}

function tamper(...statements: string[]): void {
  const sqlite = new DatabaseSync(database);
  for (const statement of statements) sqlite.exec(statement);
  sqlite.close();
}

beforeAll(async () => {
  await write(10);
  copyFileSync(database, early);
  earlyHead = /newest entry {2}(\S+)/.exec(run('verify').stdout)?.[1] ?? '';
  await write(105);
  copyFileSync(database, whole);
  publicKey = /site key {6}(\S+)/.exec(run('verify').stdout)?.[1] ?? '';
});

beforeEach(() => {
  putBack(whole);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run audit:verify', () => {
  it('finds a whole log whole, also from a noted hash on', () => {
    const { status, stdout } = run('verify', '--anchor', earlyHead);
    expect(status).toBe(0);
    // 10 and their signature; 100, theirs, 5 more and the last one.
    expect(stdout).toContain('118 entries, signed up to entry 117');
  });

  const edited = `UPDATE audit SET line = replace(line, '"account":null', '"account":"x"') WHERE seq = 7`;
  it.each([
    ['an edit', [edited], 'entry 8 unlinked'],
    [
      'an edit of the last entry',
      [`UPDATE audit SET line = replace(line, '"at":1', '"at":2') WHERE seq = 118`],
      'entry 118 ',
    ],
    ['a deletion', ['DELETE FROM audit WHERE seq = 7'], 'entry 7 missing'],
    [
      'a deletion that closes the gap',
      [
        'DELETE FROM audit WHERE seq = 7',
        'UPDATE audit SET seq = -seq + 1 WHERE seq > 7',
        'UPDATE audit SET seq = -seq WHERE seq < 0',
      ],
      'entry 7 moved',
    ],
    [
      'a swap',
      [
        'UPDATE audit SET seq = 999 WHERE seq = 7',
        'UPDATE audit SET seq = 7 WHERE seq = 8',
        'UPDATE audit SET seq = 8 WHERE seq = 999',
      ],
      'entry 7 moved',
    ],
    ['a cut end', ['DELETE FROM audit WHERE seq > 100'], 'entry 101 cut-off'],
    [
      'a cut end with its signature',
      ['DELETE FROM audit WHERE seq > 100', 'DELETE FROM audit_head'],
      'entry 100 no-end',
    ],
    ['an emptied log', ['DELETE FROM audit'], 'entry 1 cut-off'],
    ['an invented line', ["INSERT INTO audit VALUES (119, '{}')"], 'entry 119 unreadable'],
    ['nonsense', ["UPDATE audit SET line = 'x' WHERE seq = 1"], 'entry 1 unreadable'],
    ['a moved signed end', ['UPDATE audit_head SET seq = 117'], 'end-forged'],
  ] as const)('finds %s', async (_name, statements, fault) => {
    tamper(...statements);
    const verdict = await check();
    expect(verdict.ok ? 'whole' : `entry ${verdict.seq} ${verdict.why}`).toContain(fault);
  });

  it('finds a chain that was written anew without the key, by its signatures', () => {
    const sqlite = new DatabaseSync(database);
    const rows = sqlite.prepare('SELECT seq, line FROM audit ORDER BY seq').all();
    let prev: string | null = null;
    for (const { seq, line } of rows) {
      const entry = { ...JSON.parse(String(line)), prev };
      if (seq === 7) entry.event.account = 'somebody else';
      const text = JSON.stringify(entry);
      sqlite.prepare('UPDATE audit SET line = ? WHERE seq = ?').run(text, Number(seq));
      prev = entryHash(text);
    }
    sqlite.prepare('UPDATE audit_head SET hash = ?').run(prev);
    sqlite.close();
    const { status, stderr } = run('verify');
    expect(stderr).toContain('entry 11 has a signature that is not of the site key');
    expect(status).toBe(1);
  });

  it('finds an older copy of the whole log by a hash that was noted since', () => {
    const newest = /newest entry {2}(\S+)/.exec(run('verify').stdout)?.[1] ?? '';
    putBack(early);
    expect(run('verify').status).toBe(0);
    const { status, stderr } = run('verify', '--anchor', newest);
    expect(stderr).toContain('the noted hash was not in the log');
    expect(status).toBe(1);
  });
});

it('an export can be checked without the database, with the public key', () => {
  const file = join(folder, 'export.jsonl');
  const { stdout } = run('export');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(118);
  writeFileSync(file, stdout);
  expect(run('verify', '--file', file, '--key', publicKey).status).toBe(0);
  const other = SiteKey.open(mkdtempSync(join(folder, 'other-'))).publicKey;
  expect(run('verify', '--file', file, '--key', other).stderr).toContain('entry 11 has a signature');
  writeFileSync(file, lines.toSpliced(5, 1).join('\n'));
  expect(run('verify', '--file', file, '--key', publicKey).stderr).toContain('entry 6 is missing');
  expect(run('export', '--from', '117').stdout.trimEnd().split('\n')).toHaveLength(2);
});

it('the site key is for this user only and stays the same', () => {
  expect(statSync(join(folder, 'site-key.pem')).mode & 0o777).toBe(0o600);
  expect(SiteKey.open(folder).publicKey).toBe(publicKey);
  expect(readFileSync(join(folder, 'site-key.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY/);
});

it('entries of several processes at once make one chain', async () => {
  const invite = () =>
    promisify(execFile)(process.execPath, ['server/tools/hostsInvite.ts', '--name', 'Somebody'], {
      env: { ...process.env, SEALROOM_DATA: folder },
    });
  await Promise.all([invite(), invite(), invite()]);
  expect(run('verify').stdout).toContain('whole: 121 entries');
});

it('an entry that comes an hour or more after the last signature is followed by another', async () => {
  const quiet = mkdtempSync(join(tmpdir(), 'sealroom-audit-'));
  const tables = await openTables(join(quiet, 'sealroom.sqlite'));
  try {
    const store = new KyselyAudit(tables);
    let now = 1_800_000_000_000;
    const log = new AuditLog(store, SiteKey.open(quiet), () => now, createLog('silent'));
    const kinds = async () => (await store.lines(1, 100)).map(({ line }) => readEntry(line)?.event.kind);
    await log.write({ kind: 'stop' });
    now += HOUR - 1;
    await log.write({ kind: 'stop' });
    expect(await kinds()).toEqual(['stop', 'stop']);
    now += 1;
    await log.write({ kind: 'stop' });
    now += HOUR - 1;
    await log.write({ kind: 'stop' });
    expect(await kinds()).toEqual(['stop', 'stop', 'stop', 'signed', 'stop']);
    const head = await store.head();
    const key = SiteKey.open(quiet).publicKey;
    expect(verifyAudit(await store.lines(1, 100), key, { head, anchor: null })).toMatchObject({ ok: true });
  } finally {
    await tables.destroy();
    rmSync(quiet, { recursive: true, force: true });
  }
});

it('entries that one process writes all at once are all there', async () => {
  const all = mkdtempSync(join(tmpdir(), 'sealroom-audit-'));
  const tables = await openTables(join(all, 'sealroom.sqlite'));
  try {
    const store = new KyselyAudit(tables);
    const log = new AuditLog(store, SiteKey.open(all), Date.now, createLog('silent'));
    await Promise.all(Array.from({ length: 60 }, () => log.write({ kind: 'stop' })));
    const lines = await store.lines(1, 1_000);
    const head = await store.head();
    expect(lines).toHaveLength(60);
    expect(verifyAudit(lines, SiteKey.open(all).publicKey, { head, anchor: null })).toMatchObject({
      ok: true,
    });
  } finally {
    await tables.destroy();
    rmSync(all, { recursive: true, force: true });
  }
});
