import { randomBytes } from 'node:crypto';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Cluster,
  type Journal,
  type NodeId,
  NotOwner,
  type Ownership,
} from '../../server/cluster/cluster.ts';
import { MemoryHub } from '../../server/cluster/memory.ts';
import { RedisCluster } from '../../server/cluster/redis.ts';
import { NodeSeal } from '../../server/cluster/seal.ts';
import { createLog } from '../../server/log.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { someMeeting } from './media/offers.ts';

let redis: TestRedis;
const key = randomBytes(32);
const log = createLog('silent');
const bytes = (...values: number[]) => new Uint8Array(values);

beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis.close());

/** A node and what it heard. */
interface Member {
  readonly cluster: Cluster;
  readonly heard: { readonly from: NodeId; readonly message: unknown }[];
  readonly gone: NodeId[];
}

/** Which every adapter for several nodes has. */
function journalOf({ cluster }: Member, meeting: MeetingId, ownership: Ownership): Journal {
  const journal = cluster.journal(meeting, ownership);
  if (!journal) throw new Error('no journal');
  return journal;
}

type Join = (name: string, seal?: NodeSeal) => Promise<Member>;

function joinRedis(): Join {
  return async (name, seal = new NodeSeal(key)) => {
    const heard: Member['heard'] = [];
    const gone: NodeId[] = [];
    const listener = {
      message: (from: NodeId, message: unknown) => void heard.push({ from, message }),
      gone: (node: NodeId) => void gone.push(node),
    };
    const region = 'Taipei';
    const cluster = await RedisCluster.join({ url: redis.url, name, region, seal, listener, log });
    return { cluster, heard, gone };
  };
}

function joinMemory(): Join {
  const hub = new MemoryHub();
  return async (name) => {
    const heard: Member['heard'] = [];
    const gone: NodeId[] = [];
    const listener = {
      message: (from: NodeId, message: unknown) => void heard.push({ from, message }),
      gone: (node: NodeId) => void gone.push(node),
    };
    const cluster = hub.join(name, listener, 'Taipei');
    return { cluster, heard, gone };
  };
}

const adapters: readonly { readonly adapter: string; readonly joining: () => Join }[] = [
  { adapter: 'memory', joining: joinMemory },
  { adapter: 'Redis', joining: joinRedis },
];

const members: Member[] = [];
afterEach(async () => {
  for (const { cluster } of members.splice(0)) await cluster.close();
});

const knows = (member: Member, ...others: Member[]) =>
  until(
    () => member.cluster.nodes().map(({ id }) => id),
    (ids) => others.every(({ cluster }) => ids.includes(cluster.self)),
    'the nodes know each other',
  );

describe.each(adapters)('a cluster over $adapter', ({ joining }) => {
  let join: Join;
  let one: Member;
  let two: Member;

  beforeEach(async () => {
    const joins = joining();
    join = async (name, seal) => {
      const member = await joins(name, seal);
      members.push(member);
      return member;
    };
    one = await join('taipei-1');
    two = await join('taipei-2');
    await knows(one, one, two);
    await knows(two, one, two);
  });

  it('tells of nodes, their load, and their end', async () => {
    two.cluster.report(0.4, true);
    const seen = () => one.cluster.nodes().find(({ id }) => id === two.cluster.self);
    expect(await until(seen, (node) => node?.load === 0.4, 'the load is told')).toEqual({
      id: two.cluster.self,
      name: 'taipei-2',
      region: 'Taipei',
      load: 0.4,
      draining: true,
    });
    await two.cluster.close();
    await until(
      () => one.gone,
      (gone) => gone.includes(two.cluster.self),
      'the end is told',
    );
    expect(seen()).toBeUndefined();
  });

  it('delivers messages in order, bytes and all, to one node alone', async () => {
    const three = await join('taipei-3');
    const sent = Array.from({ length: 300 }, (_, n) => ({ n, data: bytes(n % 256, 0, 255) }));
    await Promise.all(sent.map((message) => one.cluster.send(two.cluster.self, message)));
    await until(
      () => two.heard.length,
      (count) => count === 300,
      'all arrive',
    );
    expect(two.heard.map(({ message }) => message)).toEqual(sent);
    expect(new Set(two.heard.map(({ from }) => from))).toEqual(new Set([one.cluster.self]));
    expect(three.heard).toEqual([]);
  });

  it('gives a meeting to one of many that want it, and to another only once that one is gone', async () => {
    const meeting = someMeeting();
    const owners = await Promise.all(
      [one, two, one, two].map(({ cluster }) => cluster.own(meeting, cluster.self)),
    );
    const [owner] = owners;
    expect(owners).toEqual([owner, owner, owner, owner]);
    const [holder, other] = owner?.node === one.cluster.self ? [one, two] : [two, one];
    expect(await other.cluster.own(meeting, other.cluster.self)).toEqual(owner);
    await holder.cluster.close();
    await until(
      () => other.gone,
      (gone) => gone.includes(holder.cluster.self),
      'the end is told',
    );
    const next = await other.cluster.own(meeting, other.cluster.self);
    expect(next.node).toBe(other.cluster.self);
    expect(next.token).toBeGreaterThan(owner?.token ?? 0);
  });

  it('keeps a journal for the next owner, and refuses what the former one still writes', async () => {
    const meeting = someMeeting();
    const before = await one.cluster.own(meeting, one.cluster.self);
    const journal = journalOf(one, meeting, before);
    expect(await journal.read()).toMatchObject({ snapshot: null, entries: [] });
    await journal.append(bytes(1));
    await journal.snapshot(bytes(9));
    await journal.append(bytes(2));
    await journal.append(bytes(3));
    await one.cluster.release(meeting, before, false);
    const after = await two.cluster.own(meeting, two.cluster.self);
    expect(after.token).toBe(before.token + 1);
    const { snapshot, entries } = await journalOf(two, meeting, after).read();
    expect([[...(snapshot ?? [])], entries.map((entry) => [...entry])]).toEqual([[9], [[2], [3]]]);
    await expect(journal.append(bytes(4))).rejects.toThrow(NotOwner);
    await expect(journal.snapshot(bytes(4))).rejects.toThrow(NotOwner);
    await two.cluster.release(meeting, after, true);
    const fresh = await one.cluster.own(meeting, one.cluster.self);
    expect(await journalOf(one, meeting, fresh).read()).toMatchObject({ snapshot: null, entries: [] });
    expect(fresh.token).toBeGreaterThan(after.token);
  });
});

describe('Redis in the hands of somebody else', () => {
  const join = joinRedis();
  let client: ReturnType<typeof createClient>;
  let one: Member;
  let two: Member;

  beforeEach(async () => {
    client = createClient({ url: redis.url });
    await client.connect();
    one = await join('taipei-1');
    two = await join('taipei-2');
    members.push(one, two);
    await knows(one, two);
    await knows(two, one);
  });
  afterEach(() => client.destroy());

  it('shows nothing of what is said', async () => {
    const owner = await one.cluster.own(someMeeting(), one.cluster.self);
    const meeting = someMeeting();
    const mine: Ownership = await one.cluster.own(meeting, one.cluster.self);
    await journalOf(one, meeting, mine).append(Buffer.from('PLANTED'));
    await client.hSet(`sealroom:meeting:${meeting}`, 'watched', '1');
    expect(owner.node).toBe(one.cluster.self);
    const log = await client.lRange(`sealroom:log:${meeting}`, 0, -1);
    expect(log).toHaveLength(1);
    expect(Buffer.from(log.join(''), 'base64').includes('PLANTED')).toBe(false);
  });

  it('cannot add a node: one without the key of the site is none, nor is a copied record', async () => {
    const rogue = await join('taipei-1', new NodeSeal(randomBytes(32)));
    members.push(rogue);
    const record = await client.get(`sealroom:node:${one.cluster.self}`);
    await client.set('sealroom:node:taipei-1:copied', record ?? '', { PX: 60_000 });
    const late = await join('taipei-3');
    members.push(late);
    await knows(one, late);
    const names = one.cluster.nodes().map(({ id }) => id);
    expect(names).not.toContain(rogue.cluster.self);
    expect(names).not.toContain('taipei-1:copied');
    await rogue.cluster.send(one.cluster.self, { t: 'open' });
    await late.cluster.send(one.cluster.self, 'after');
    await until(
      () => one.heard,
      (heard) => heard.length > 0,
      'mail arrives',
    );
    expect(one.heard.map(({ message }) => message)).toEqual(['after']);
  });

  it('cannot repeat, reorder or leave out messages unnoticed', async () => {
    await one.cluster.send(two.cluster.self, 'first');
    await until(
      () => two.heard.length,
      (count) => count === 1,
      'mail arrives',
    );
    const box = `sealroom:mail:${two.cluster.self}`;
    const written: Record<string, string>[] = [];
    const spy = client.duplicate();
    await spy.connect();
    const reading = spy.xRead({ key: box, id: '$' }, { BLOCK: 5_000 });
    await one.cluster.send(two.cluster.self, 'second');
    const [read] = (await reading) ?? [];
    // The shape of an XREAD reply, which the client's types leave open.
    for (const { message } of (read as { messages: { message: Record<string, string> }[] }).messages) {
      written.push(message);
    }
    spy.destroy();
    await until(
      () => two.heard.length,
      (count) => count === 2,
      'mail arrives',
    );
    for (const message of written) await client.xAdd(box, '*', message);
    await one.cluster.send(two.cluster.self, 'third');
    await until(
      () => two.heard.length,
      (count) => count >= 3,
      'mail arrives',
    );
    expect(two.heard.map(({ message }) => message)).toEqual(['first', 'second', 'third']);
    const skipped = { ...written[0], number: '9' };
    await client.xAdd(box, '*', skipped);
    await one.cluster.send(two.cluster.self, 'fourth');
    await until(
      () => two.heard.length,
      (count) => count >= 4,
      'forged mail is passed over',
    );
    expect(two.heard).toHaveLength(4);
  });

  it('cannot put its own journal in place of a meeting', async () => {
    const meeting = someMeeting();
    const owner = await one.cluster.own(meeting, one.cluster.self);
    await journalOf(one, meeting, owner).append(bytes(1));
    const other = someMeeting();
    const elsewhere = await one.cluster.own(other, one.cluster.self);
    await journalOf(one, other, elsewhere).append(bytes(7));
    const foreign = await client.lRange(`sealroom:log:${other}`, 0, -1);
    await client.rPush(`sealroom:log:${meeting}`, foreign);
    await expect(journalOf(one, meeting, owner).read()).rejects.toThrow(/no server of this site/);
  });
});
