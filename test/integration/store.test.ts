import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../server/store/kyselyStore.ts';
import type { MeetingStore } from '../../server/store/store.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { type MeetingId, meetingId, type RecordHash, recordHash } from '../../shared/ids.ts';

let folder: string;
let path: string;
let store: MeetingStore;

const meeting: MeetingId = meetingId.parse(toBase64Url(new Uint8Array(16).fill(7)));
const hash = (n: number): RecordHash => recordHash.parse(toBase64Url(new Uint8Array(32).fill(n)));
const record = (n: number) => ({ bytes: new Uint8Array([n, 0, 255]), signature: new Uint8Array(64).fill(n) });
const append = (seq: number, prev: number, next: number) => ({
  prev: hash(prev),
  seq,
  record: record(next),
  hash: hash(next),
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  path = join(folder, 'sealroom.db');
  store = await openStore(path);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const found = () =>
  store.create({
    id: meeting,
    createdAt: 1_700_000_000_000,
    records: [{ record: record(1), hash: hash(1) }],
  });

describe('SQLite store', () => {
  it('keeps meetings and exact record bytes across a restart', async () => {
    expect(await found()).toBe('created');
    expect(await store.append(meeting, append(1, 1, 2))).toBe('appended');
    await store.close();
    store = await openStore(path);
    expect(await store.find(meeting)).toEqual({
      id: meeting,
      createdAt: 1_700_000_000_000,
      endedAt: null,
      head: hash(2),
    });
    const records = await store.records(meeting);
    expect(records.map(({ bytes }) => [...bytes])).toEqual([
      [1, 0, 255],
      [2, 0, 255],
    ]);
    expect(records.map(({ signature }) => signature.length)).toEqual([64, 64]);
  });

  it('creates a meeting once', async () => {
    expect(await found()).toBe('created');
    expect(await found()).toBe('exists');
    expect(await store.records(meeting)).toHaveLength(1);
  });

  it('lets one of many concurrent appends win', async () => {
    await found();
    const outcomes = await Promise.all(
      [2, 3, 4, 5, 6].map((next) => store.append(meeting, append(1, 1, next))),
    );
    expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1);
    expect(await store.records(meeting)).toHaveLength(2);
  });

  it('appends nothing to an unknown or ended meeting', async () => {
    expect(await store.append(meeting, append(1, 1, 2))).toBe('conflict');
    await found();
    expect(await store.append(meeting, { ...append(1, 1, 2), endedAt: 5 })).toBe('appended');
    expect((await store.find(meeting))?.endedAt).toBe(5);
    expect(await store.append(meeting, append(2, 2, 3))).toBe('conflict');
  });

  it('rolls the head back when the record cannot be written', async () => {
    await found();
    // Position 0 is taken by genesis, so the insert fails after the head was moved.
    await expect(store.append(meeting, append(0, 1, 2))).rejects.toThrow();
    expect((await store.find(meeting))?.head).toBe(hash(1));
  });

  it('runs in WAL mode and holds these tables only', async () => {
    await found();
    const sqlite = new DatabaseSync(path, { readOnly: true });
    try {
      expect(sqlite.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
      const tables = sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
      const own = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith('kysely_'));
      expect(own.sort()).toEqual([
        'accounts',
        'audit',
        'audit_head',
        'blobs',
        'ceremonies',
        'invites',
        'libraries',
        'meetings',
        'passkeys',
        'records',
        'reports',
        'sessions',
      ]);
    } finally {
      sqlite.close();
    }
  });

  it('closes twice', async () => {
    await store.close();
    await store.close();
  });
});
