import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../../server/log.ts';
import { BreakoutRooms } from '../../../server/signaling/breakoutRooms.ts';
import { openStore } from '../../../server/store/open.ts';
import type { MeetingStore } from '../../../server/store/store.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import { limits } from '../../../shared/limits.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { openRooms, type Rooms } from '../breakout/rooms.ts';
import { crypto, newMeetingId, newSigner, Script } from '../records/signing.ts';

const MINUTE = 60_000;
let folder: string;
let store: MeetingStore;
let now: number;
let due: (() => void) | null;
let stopped: MeetingId[];
let founded: MeetingId[];
let rooms: BreakoutRooms;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-rooms-'));
  store = await openStore(join(folder, 'rooms.sqlite'));
  now = 1_000_000_000;
  due = null;
  stopped = [];
  founded = [];
  rooms = new BreakoutRooms({
    store,
    crypto,
    clock: {
      now: () => now,
      at: (_time, task) => {
        due = task;
        return () => {
          due = null;
        };
      },
    },
    log: createLog('silent'),
    checkRules: ({ preset }) => {
      if (preset !== 'moderated') throw new ProtocolError('not-allowed-here');
    },
    onFounding: async (room) => void founded.push(room),
    stop: async (room) => void stopped.push(room),
  });
});

afterEach(async () => {
  rooms.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function keep(script: Script): Promise<void> {
  const records = script.records.map((record) => ({ record, hash: crypto.hash(record) }));
  await store.create({ id: script.chain.meeting, createdAt: now, records });
}

/** The main meeting as the server has it, and its rooms, founded. */
async function opened(count = 2): Promise<Rooms & { readonly ids: readonly MeetingId[] }> {
  const set = openRooms(1, count);
  await keep(set.main);
  for (const { script } of set.rooms) await rooms.found(set.main.chain.meeting, script.records);
  return { ...set, ids: set.rooms.map(({ id }) => id) };
}

async function add(main: Script, by: Rooms['host'], body: Parameters<Script['add']>[1]): Promise<void> {
  const { head: prev, length: seq } = main.chain;
  main.add(by, body);
  const record = main.records.at(-1);
  if (!record) throw new Error('nothing was added');
  await store.append(main.chain.meeting, { prev, seq, record, hash: main.chain.head });
}

const goingOn = async () => (await store.rooms()).map(({ id }) => id).sort();

it('rooms that the records tell of stay, however long', async () => {
  const { ids } = await opened();
  now += 300 * MINUTE;
  await rooms.sweep();
  expect(await goingOn()).toEqual([...ids].sort());
  expect(founded).toEqual(ids);
  expect(stopped).toEqual([]);
});

it('a room that no record ever tells of ends', async () => {
  const { main, ids } = await opened();
  const stray = new Script(presetPolicy('moderated'), newSigner(), newMeetingId());
  await rooms.found(main.chain.meeting, stray.records);
  now += MINUTE;
  await rooms.sweep();
  expect(stopped).toEqual([]);
  now += 2 * MINUTE;
  await rooms.sweep();
  expect(stopped).toEqual([stray.chain.meeting]);
  expect((await store.find(stray.chain.meeting))?.endedAt).toBe(now);
  expect(await goingOn()).toEqual([...ids].sort());
});

it('rooms end after their time, and stay as long as it is put off', async () => {
  const { main, host, ids } = await opened();
  await add(main, host, { type: 'breakoutTime', until: now + 10 * MINUTE, recall: false });
  now += 11 * MINUTE;
  await rooms.sweep();
  expect(stopped).toEqual([]);
  await add(main, host, { type: 'breakoutTime', until: now + 10 * MINUTE, recall: false });
  now += 11 * MINUTE;
  await rooms.sweep();
  expect(stopped).toEqual([]);
  now += 2 * MINUTE;
  await rooms.sweep();
  expect(stopped.sort()).toEqual([...ids].sort());
});

it('rooms end with the meeting, whoever ends it', async () => {
  const { main, ids } = await opened();
  await store.end(main.chain.meeting, now);
  await rooms.sweep();
  expect(stopped.sort()).toEqual([...ids].sort());
});

it('rooms in place of which others were opened end', async () => {
  const { main, host, ids, rooms: made } = await opened();
  now += 5 * MINUTE;
  const [kept] = made;
  if (!kept) throw new Error('no room');
  const { breakout } = main.chain;
  if (!breakout) throw new Error('no rooms');
  await add(main, host, {
    type: 'breakout',
    hostKey: breakout.hostKey,
    rooms: breakout.rooms.filter(({ meeting }) => meeting === kept.id),
    entry: 'choice',
    mayReturn: true,
    until: null,
    names: breakout.names,
  });
  await rooms.sweep();
  expect(stopped).toEqual(ids.filter((id) => id !== kept.id));
});

it('the same room again is one room', async () => {
  const { main, rooms: made } = await opened(1);
  for (const { script } of made) await rooms.found(main.chain.meeting, script.records);
  expect(await goingOn()).toHaveLength(1);
  expect(founded).toHaveLength(1);
});

it('a room has no rooms of its own', async () => {
  const { rooms: made } = await opened(1);
  const inner = new Script(presetPolicy('moderated'), newSigner(), newMeetingId());
  for (const { id } of made)
    await expect(rooms.found(id, inner.records)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await store.find(inner.chain.meeting)).toBeNull();
});

it('a meeting has so many rooms and no more, and none by rules that the site forbids', async () => {
  const { main } = await opened(1);
  const found = (script: Script) => rooms.found(main.chain.meeting, script.records);
  const made = () => new Script(presetPolicy('moderated'), newSigner(), newMeetingId());
  await expect(found(new Script(presetPolicy('open'), newSigner(), newMeetingId()))).rejects.toMatchObject({
    code: 'not-allowed-here',
  });
  for (let count = 1; count < 2 * limits.breakoutRooms; count++) await found(made());
  await expect(found(made())).rejects.toMatchObject({ code: 'full' });
});

it('a meeting that goes on by itself does not become a room', async () => {
  const { main } = await opened(1);
  const own = new Script(presetPolicy('moderated'), newSigner(), newMeetingId());
  await keep(own);
  await rooms.found(main.chain.meeting, own.records);
  now += 10 * MINUTE;
  await rooms.sweep();
  expect(stopped).toEqual([]);
  expect((await store.find(own.chain.meeting))?.endedAt).toBeNull();
});

it('looks after them every minute until it is closed', async () => {
  const { main, ids } = await opened(1);
  await store.end(main.chain.meeting, now);
  due?.();
  await expect.poll(() => stopped).toEqual(ids);
  rooms.close();
  expect(due).toBeNull();
});
