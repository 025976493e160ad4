import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryHub } from '../../server/cluster/memory.ts';
import { createLog } from '../../server/log.ts';
import { attachSignaling, type Signaling } from '../../server/signaling/attach.ts';
import { openStore } from '../../server/store/open.ts';
import type { MeetingStore } from '../../server/store/store.ts';
import { noMedia } from './signaling/site.ts';

const hub = new MemoryHub();
const drained: string[] = [];
let store: MeetingStore;
let one: Signaling;
let two: Signaling;

const join = (name: string) =>
  attachSignaling({
    httpServer: createServer(),
    store,
    media: noMedia,
    log: createLog('silent'),
    origins: () => [],
    cluster: async (listener) => hub.join(name, listener),
    about: async () => ({ name }),
    onDrain: (minutes) => drained.push(`${name} ${minutes}`),
  });

beforeAll(async () => {
  store = await openStore(':memory:');
  [one, two] = [await join('one'), await join('two')];
});

afterAll(async () => {
  await one?.close();
  await two?.close();
  await store?.close();
});

it('an administrator at one server sees the others, and drains the one they mean', async () => {
  const told = await two.everywhere();
  expect(told.map(({ about }) => about)).toEqual([{ name: 'two' }, { name: 'one' }]);
  const other = told[1]?.node.id;
  if (other === undefined) throw new Error('nobody else');
  await two.drain(other, 15);
  await two.drain(other, null);
  await expect.poll(() => drained).toEqual(['one 15', 'one null']);
});
