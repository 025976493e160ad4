import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../server/store/open.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { meetingId, recordHash } from '../../shared/ids.ts';

const meeting = meetingId.parse(toBase64Url(new Uint8Array(16).fill(7)));
const hash = (n: number) => recordHash.parse(toBase64Url(new Uint8Array(32).fill(n)));
const record = { bytes: new Uint8Array([3, 0, 255]), signature: new Uint8Array(64).fill(3) };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-upgrade-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Tables and indexes, as SQLite wrote down how they were made. */
function shapeOf(path: string): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const shape = database.prepare('select name, sql from sqlite_master order by name').all();
  database.close();
  return shape;
}

it('takes over the database of the first release, and leaves what was in it as it was', async () => {
  const old = join(folder, 'first-release.sqlite');
  const database = new DatabaseSync(old);
  database.exec(await readFile(new URL('../fixtures/first-release.sql', import.meta.url), 'utf8'));
  database.close();

  const store = await openStore(old);
  expect(await store.find(meeting)).toEqual({
    id: meeting,
    createdAt: 1_700_000_000_000,
    endedAt: null,
    head: hash(2),
  });
  expect((await store.records(meeting)).map(({ bytes }) => [...bytes])).toEqual([
    [1, 0, 255],
    [2, 0, 255],
  ]);
  expect(await store.append(meeting, { prev: hash(2), seq: 2, record, hash: hash(3) })).toBe('appended');
  await store.close();

  const today = join(folder, 'today.sqlite');
  await (await openStore(today)).close();
  expect(shapeOf(old)).toEqual(shapeOf(today));
});
