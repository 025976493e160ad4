import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../server/store/open.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { meetingId, recordHash } from '../../shared/ids.ts';
import { runNpmTool } from '../support/npmTool.ts';

const id = meetingId.parse(toBase64Url(new Uint8Array(16).fill(7)));
const head = recordHash.parse(toBase64Url(new Uint8Array(32).fill(1)));
const record = { bytes: new Uint8Array([1, 0, 255]), signature: new Uint8Array(64).fill(1) };
let folder: string;
let store: Awaited<ReturnType<typeof openStore>>;
const inFolder = (...names: string[]) => join(folder, ...names);

const tool = (name: 'backup' | 'restore', from: string, data = 'data') =>
  runNpmTool(name, [inFolder(from)], { env: { SEALROOM_DATA: inFolder(data) } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-backup-'));
  await mkdir(inFolder('data', 'blobs'), { recursive: true });
  await writeFile(inFolder('data', 'site-key.pem'), 'a key');
  await writeFile(inFolder('data', 'blobs', 'one'), 'sealed');
  store = await openStore(inFolder('data', 'sealroom.sqlite'));
  await store.create({ id, createdAt: 1, records: [{ record, hash: head }] });
  // Beside the open database: its last transaction is in the write-ahead log only.
  expect(await tool('backup', 'saved')).toMatchObject({ code: 0, error: '' });
});

afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  it('made beside a running server comes back whole elsewhere', async () => {
    expect(await tool('restore', 'saved', 'elsewhere')).toMatchObject({ code: 0, error: '' });
    expect(await readFile(inFolder('elsewhere', 'site-key.pem'), 'utf8')).toBe('a key');
    expect(await readFile(inFolder('elsewhere', 'blobs', 'one'), 'utf8')).toBe('sealed');
    const again = await openStore(inFolder('elsewhere', 'sealroom.sqlite'));
    expect(await again.find(id)).toEqual({ id, createdAt: 1, endedAt: null, head });
    expect((await again.records(id)).map(({ bytes }) => [...bytes])).toEqual([[1, 0, 255]]);
    await again.close();
  });

  it('goes over nothing that is there', async () => {
    expect((await tool('backup', 'saved')).error).toContain('is there already');
    expect((await tool('restore', 'saved', 'elsewhere')).error).toContain('is not empty');
  });

  it.each<[string, (copy: string) => Promise<void>, RegExp]>([
    [
      'with a changed file',
      (copy) => appendFile(join(copy, 'blobs', 'one'), '!'),
      /blobs\/one .* was changed/,
    ],
    ['with a changed database', (copy) => appendFile(join(copy, 'sealroom.sqlite'), '!'), /was changed/],
    ['that lacks a file', (copy) => rm(join(copy, 'site-key.pem')), /site-key.pem is missing/],
    ['with a file too many', (copy) => writeFile(join(copy, 'more'), ''), /holds more/],
    ['without its listing', (copy) => rm(join(copy, 'backup.json')), /is no backup/],
  ])('%s is not restored, and leaves nothing behind', async (_what, spoil, why) => {
    await cp(inFolder('saved'), inFolder('spoiled'), { recursive: true });
    await spoil(inFolder('spoiled'));
    const ran = await tool('restore', 'spoiled', 'nowhere');
    await rm(inFolder('spoiled'), { recursive: true });
    expect(ran.code).toBe(1);
    expect(ran.error).toMatch(why);
    await expect(readFile(inFolder('nowhere', 'sealroom.sqlite'))).rejects.toThrow('ENOENT');
    await expect(readFile(inFolder('nowhere.part', 'sealroom.sqlite'))).rejects.toThrow('ENOENT');
  });
});
