import { randomBytes } from 'node:crypto';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KyselyStore } from '../../server/store/kyselyStore.ts';
import { openSite } from '../../server/store/open.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { meetingId, recordHash } from '../../shared/ids.ts';
import { type Ran, runNpmTool } from '../support/npmTool.ts';
import { TestPostgres } from '../support/postgres.ts';

const id = meetingId.parse(toBase64Url(new Uint8Array(16).fill(7)));
const head = recordHash.parse(toBase64Url(new Uint8Array(32).fill(1)));
/** All that bytes can be, and more than one row of a file's parts would hold as text. */
const bytes = new Uint8Array([...Array.from({ length: 256 }, (_, at) => at), ...randomBytes(1_000)]);
const record = { bytes, signature: new Uint8Array(64).fill(1) };
let folder: string;
let postgres: TestPostgres;
let databaseUrl: string;
let store: KyselyStore;
const inFolder = (...names: string[]) => join(folder, ...names);

interface At {
  readonly data?: string;
  readonly database?: string;
  readonly path?: string;
}

function tool(
  name: 'backup' | 'restore',
  from: string,
  { data = 'data', database = databaseUrl, path = process.env.PATH ?? '' }: At = {},
): Promise<Ran> {
  const env = { SEALROOM_DATA: inFolder(data), SEALROOM_DATABASE_URL: database, PATH: path };
  return runNpmTool(name, [inFolder(from)], { env });
}

/** How many tables a database has. */
async function tablesOf(database: string): Promise<number> {
  const client = new Client(database);
  await client.connect();
  const { rows } = await client.query("select 1 from pg_tables where schemaname = 'public'");
  await client.end();
  return rows.length;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-backup-'));
  await mkdir(inFolder('data'));
  await writeFile(inFolder('data', 'site-key.pem'), 'a key');
  postgres = await TestPostgres.start();
  databaseUrl = await postgres.database();
  store = new KyselyStore(await openSite({ dataDir: inFolder('data'), databaseUrl }));
  await store.create({ id, createdAt: 1, records: [{ record, hash: head }] });
  // Beside an open database.
  expect(await tool('backup', 'saved')).toMatchObject({ code: 0, error: '' });
});

afterAll(async () => {
  await store?.close();
  await postgres?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a backup of a site with PostgreSQL', () => {
  it('comes back whole in an empty database and data folder', async () => {
    const database = await postgres.database();
    expect(await tool('restore', 'saved', { data: 'elsewhere', database })).toMatchObject({
      code: 0,
      error: '',
    });
    expect(await readdir(inFolder('elsewhere'))).toEqual(['site-key.pem']);
    const again = new KyselyStore(await openSite({ dataDir: inFolder('elsewhere'), databaseUrl: database }));
    expect(await again.find(id)).toEqual({ id, createdAt: 1, endedAt: null, head });
    expect((await again.records(id)).map((each) => [...each.bytes])).toEqual([[...bytes]]);
    // What comes next fits to what was there.
    await again.end(id, 2);
    expect(await again.find(id)).toMatchObject({ endedAt: 2 });
    await again.close();
    expect(await store.find(id)).toMatchObject({ endedAt: null });
  });

  it('goes over no database that holds something', async () => {
    const ran = await tool('restore', 'saved', { data: 'fresh' });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.error).toContain('is not empty');
    await expect(readdir(inFolder('fresh'))).rejects.toThrow('ENOENT');
  });

  it('with a changed dump is not restored, and leaves nothing behind', async () => {
    const database = await postgres.database();
    await cp(inFolder('saved'), inFolder('spoiled'), { recursive: true });
    await appendFile(inFolder('spoiled', 'sealroom.pgdump'), '!');
    const ran = await tool('restore', 'spoiled', { data: 'nowhere', database });
    expect(ran.error).toMatch(/sealroom\.pgdump .* was changed/);
    expect(await tablesOf(database)).toBe(0);
    await expect(readdir(inFolder('nowhere'))).rejects.toThrow('ENOENT');
    await expect(readdir(inFolder('nowhere.part'))).rejects.toThrow('ENOENT');
  });

  it('is for PostgreSQL only, as one of SQLite is not', async () => {
    const { error } = await tool('restore', 'saved', { data: 'fresh', database: '' });
    expect(error).toContain('set SEALROOM_DATABASE_URL to an empty one');
  });

  it('is not made without the site key, nor without PostgreSQL', async () => {
    expect((await tool('backup', 'other', { data: 'fresh' })).error).toContain('set SEALROOM_DATA');
    const nobody = new URL(databaseUrl);
    nobody.port = '1';
    expect((await tool('backup', 'other', { database: nobody.href })).error).toContain('does not answer');
    expect(await readdir(folder)).not.toContain('other');
    expect(await readdir(folder)).not.toContain('other.part');
  });

  it("says which of PostgreSQL's programs the machine lacks, or has too old", async () => {
    await mkdir(inFolder('programs'));
    const path = inFolder('programs');
    expect((await tool('backup', 'other', { path })).error).toContain('pg_dump is missing');
    // An older one is on no machine that has the newer.
    await writeFile(join(path, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n');
    await chmod(join(path, 'pg_dump'), 0o755);
    expect((await tool('backup', 'other', { path })).error).toMatch(
      /pg_dump on this machine is of PostgreSQL 9, and the database of \d+/,
    );
  });

  it('writes the password nowhere', async () => {
    const { password } = new URL(databaseUrl);
    for (const name of await readdir(inFolder('saved'))) {
      expect((await readFile(inFolder('saved', name))).includes(password)).toBe(false);
    }
  });
});
