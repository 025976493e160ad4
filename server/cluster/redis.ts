import { randomUUID } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { createClient } from '@redis/client';
import { z } from 'zod';
import type { MeetingId } from '../../shared/ids.ts';
import type { Log } from '../log.ts';
import {
  type Cluster,
  type ClusterListener,
  ClusterUnavailable,
  type Journal,
  type Node,
  type NodeId,
  NotOwner,
  type Ownership,
} from './cluster.ts';
import { InOrder, type Position } from './inOrder.ts';
import { scripts } from './redisScripts.ts';
import type { NodeSeal } from './seal.ts';

export interface RedisClusterOptions {
  readonly url: string;
  /** Name of this node in the site list. */
  readonly name: string;
  readonly region?: string | null;
  readonly seal: NodeSeal;
  readonly listener: ClusterListener;
  readonly log: Log;
}

/** A node that has not renewed its lease for so long is dead; how often it does; in ms. */
const LEASE_MS = 2_000;
const RENEW_MS = 500;
/** Messages that wait for a node at most: more, and it is not reading any more. */
const MAILBOX = 20_000;
const PREFIX = 'sealroom:';

/** What one node writes to another. `lost`: the stream of the addressee of which something is missing here. */
type Letter = { readonly message: unknown } | { readonly lost: number };

const nodeRecord = z.strictObject({
  name: z.string(),
  region: z.string().nullable(),
  load: z.number(),
  draining: z.boolean(),
});

const connect = (url: string) =>
  createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 3_000 } });
type Client = ReturnType<typeof connect>;

/** Nodes joined by Redis: one stream for each node's mail, a lease for each node, a journal for each meeting. */
export class RedisCluster implements Cluster {
  readonly self: NodeId;
  readonly #options: RedisClusterOptions;
  readonly #client: Client;
  readonly #reader: Client;
  readonly #order = new InOrder();
  /** When each node was last told that its mail is missing. */
  readonly #complained = new Map<NodeId, number>();
  readonly #timer: NodeJS.Timeout;
  #record: z.infer<typeof nodeRecord>;
  #nodes: readonly Node[] = [];
  #renewing: Promise<unknown> = Promise.resolve();
  #renewedAt = performance.now();
  #closed = false;

  private constructor(options: RedisClusterOptions, client: Client, reader: Client) {
    this.self = randomUUID() as NodeId; // Made here only.
    this.#options = options;
    this.#client = client;
    this.#reader = reader;
    this.#record = { name: options.name, region: options.region ?? null, load: 0, draining: false };
    this.#timer = setInterval(() => {
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, RENEW_MS);
    this.#timer.unref();
  }

  /** Throws ClusterUnavailable. */
  static async join(options: RedisClusterOptions): Promise<RedisCluster> {
    const clients = [connect(options.url), connect(options.url)] as const;
    for (const client of clients)
      client.on('error', (error) => options.log.debug({ error }, 'Redis connection'));
    try {
      await Promise.all(clients.map((client) => firstConnection(client)));
    } catch (error) {
      for (const client of clients) client.destroy();
      throw new ClusterUnavailable(error);
    }
    const cluster = new RedisCluster(options, ...clients);
    await cluster.#renew();
    void cluster.#read();
    return cluster;
  }

  nodes(): readonly Node[] {
    return this.#nodes;
  }

  report(load: number, draining: boolean): void {
    this.#record = { ...this.#record, load, draining };
    // The others hear of it with the next lease.
    this.#nodes = this.#nodes.map((node) => (node.id === this.self ? { ...node, load, draining } : node));
  }

  send(to: NodeId, message: unknown): Promise<void> {
    return this.#post(to, { message });
  }

  async own(meeting: MeetingId, candidate: NodeId): Promise<Ownership> {
    const reply = await this.#ask((client) =>
      client.eval(scripts.own, { keys: [metaOf(meeting)], arguments: [`${PREFIX}node:`, candidate] }),
    );
    const [node, token] = z.tuple([z.string(), z.coerce.number()]).parse(reply);
    // A node's own name as it gave it: whether it is one of ours shows when it is written to.
    return { node: node as NodeId, token };
  }

  journal(meeting: MeetingId, { node, token }: Ownership): Journal {
    const keys = [metaOf(meeting), `${PREFIX}log:${meeting}`];
    const { seal } = this.#options;
    const write = async (script: string, value: Buffer) => {
      const args = [node, String(token), value.toString('base64')];
      const reply = await this.#ask((client) => client.eval(script, { keys, arguments: args }));
      if (Number(reply) === 0) throw new NotOwner();
    };
    const place = (what: string) => `${what} ${meeting}`;
    return {
      read: async () => {
        const reply = await this.#ask((client) =>
          client.eval(scripts.read, { keys, arguments: [node, String(token)] }),
        );
        if (reply === null) throw new NotOwner();
        const [snapshot, entries] = z.tuple([z.string(), z.array(z.string())]).parse(reply);
        const open = (what: string, text: string) => {
          const opened = seal.open(place(what), Buffer.from(text, 'base64'));
          if (!opened) throw new Error('a journal that no server of this site wrote');
          return opened;
        };
        return {
          snapshot: snapshot === '' ? null : open('snapshot', snapshot),
          entries: entries.map((entry) => open('entry', entry)),
        };
      },
      append: (entry) => write(scripts.append, seal.seal(place('entry'), entry)),
      snapshot: (state) => write(scripts.snapshot, seal.seal(place('snapshot'), state)),
    };
  }

  async release(meeting: MeetingId, { node, token }: Ownership, forget: boolean): Promise<void> {
    const keys = [metaOf(meeting), `${PREFIX}log:${meeting}`];
    const args = [node, String(token), forget ? '1' : '0'];
    await this.#ask((client) => client.eval(scripts.release, { keys, arguments: args }));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#client
      .del([`${PREFIX}node:${this.self}`, `${PREFIX}mail:${this.self}`])
      .catch(() => undefined);
    this.#client.destroy();
    this.#reader.destroy();
  }

  async #post(to: NodeId, letter: Letter): Promise<void> {
    const position = this.#order.next(to);
    const sealed = this.#options.seal.seal(labelOf(this.self, to, position), serialize(letter));
    const { stream, number } = position;
    try {
      await this.#ask((client) =>
        client.xAdd(
          `${PREFIX}mail:${to}`,
          '*',
          {
            from: this.self,
            stream: String(stream),
            number: String(number),
            sealed: sealed.toString('base64'),
          },
          { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: MAILBOX } },
        ),
      );
    } catch (error) {
      // It may be missing over there: what follows begins anew.
      this.#order.restart(to, stream);
      throw error;
    }
  }

  async #ask<Value>(work: (client: Client) => Promise<Value>): Promise<Value> {
    // A node whose lease ran out may already have a successor.
    if (performance.now() - this.#renewedAt > LEASE_MS) throw new ClusterUnavailable('no lease');
    try {
      return await work(this.#client);
    } catch (error) {
      throw new ClusterUnavailable(error);
    }
  }

  /** Renews the lease and looks who else is there. */
  async #renew(): Promise<void> {
    if (this.#closed) return;
    const { seal, log } = this.#options;
    const sealed = seal
      .seal(`node ${this.self}`, Buffer.from(JSON.stringify(this.#record)))
      .toString('base64');
    const asked = performance.now();
    try {
      await this.#client.set(`${PREFIX}node:${this.self}`, sealed, { PX: LEASE_MS });
      await this.#client.pExpire(`${PREFIX}mail:${this.self}`, 60_000);
      this.#renewedAt = asked;
      const keys: string[] = [];
      for await (const some of this.#client.scanIterator({ MATCH: `${PREFIX}node:*`, COUNT: 500 }))
        keys.push(...some);
      const values = keys.length > 0 ? await this.#client.mGet(keys) : [];
      this.#meet(
        keys.flatMap((key, index) => this.#nodeOf(key.slice(`${PREFIX}node:`.length), values[index])),
      );
    } catch (error) {
      log.warn({ error }, 'lease of this node not renewed');
      // Without Redis nobody knows who is alive; sockets here are served again once it is back.
      if (performance.now() - this.#renewedAt > LEASE_MS) this.#meet([]);
    }
  }

  #nodeOf(id: string, sealed: string | null | undefined): Node[] {
    const opened = sealed ? this.#options.seal.open(`node ${id}`, Buffer.from(sealed, 'base64')) : null;
    const parsed = opened ? nodeRecord.safeParse(JSON.parse(opened.toString())) : null;
    // What no server of this site wrote is no node.
    return parsed?.success ? [{ id: id as NodeId, ...parsed.data }] : [];
  }

  #meet(nodes: readonly Node[]): void {
    const before = this.#nodes;
    this.#nodes = nodes;
    const now = new Set(nodes.map(({ id }) => id));
    for (const { id } of before) if (!now.has(id)) this.#lose(id);
  }

  #lose(id: NodeId): void {
    this.#order.restart(id);
    this.#options.listener.gone(id);
  }

  /** Mail of another node is missing: asks it to begin anew, in a stream that is new itself, and so is heard. */
  #complain(to: NodeId): void {
    const now = performance.now();
    if (now < (this.#complained.get(to) ?? 0) + RENEW_MS) return;
    this.#complained.set(to, now);
    this.#post(to, { lost: this.#order.heard(to) }).catch((error: unknown) => {
      this.#options.log.warn({ error }, 'missing mail not asked for');
    });
  }

  #take(from: NodeId, position: Position, letter: Letter): void {
    const { listener, log } = this.#options;
    const verdict = this.#order.take(from, position);
    if (verdict === 'old') return;
    if (verdict === 'gap') {
      log.error('mail of another server is missing');
      this.#lose(from);
    }
    if (verdict === 'gap' || verdict === 'dead') return this.#complain(from);
    // What it knew of this node is void.
    if (verdict === 'anew') listener.gone(from);
    if ('message' in letter) return listener.message(from, letter.message);
    this.#order.restart(from, letter.lost);
    listener.gone(from);
  }

  async #read(): Promise<void> {
    const { log, seal } = this.#options;
    const key = `${PREFIX}mail:${this.self}`;
    let id = '0';
    while (!this.#closed) {
      try {
        const streams = z
          .array(
            z.object({
              messages: z.array(z.object({ id: z.string(), message: z.record(z.string(), z.string()) })),
            }),
          )
          .nullable()
          .parse(await this.#reader.xRead({ key, id }, { BLOCK: 1_000, COUNT: 256 }));
        const messages = streams?.[0]?.messages ?? [];
        for (const { id: at, message } of messages) {
          id = at;
          const { from = '', stream = '', number = '', sealed = '' } = message;
          const sender = from as NodeId;
          const position = { stream: Number(stream), number: Number(number) };
          const label = labelOf(sender, this.self, position);
          const plain = seal.open(label, Buffer.from(sealed, 'base64'));
          // Sealed by `#post` of another server of this site.
          if (plain) this.#take(sender, position, deserialize(plain) as Letter);
          else log.error('mail that no server of this site wrote');
        }
        const read = messages.map((each) => each.id);
        if (read.length > 0) await this.#client.xDel(key, read);
      } catch (error) {
        if (this.#closed) return;
        log.warn({ error }, 'mail of this node not read');
        await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
      }
    }
  }
}

function labelOf(from: NodeId, to: NodeId, { stream, number }: Position): string {
  return `mail ${from} ${to} ${stream} ${number}`;
}

function metaOf(meeting: MeetingId): string {
  return `${PREFIX}meeting:${meeting}`;
}

/** The first connection fails at once; later ones are tried for ever. */
async function firstConnection(client: Client): Promise<void> {
  const failed = new Promise<never>((_, reject) => client.once('error', reject));
  await Promise.race([client.connect(), failed]);
}
