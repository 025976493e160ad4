import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/cluster.ts';
import type { Clock } from '../../server/signaling/clock.ts';
import { toBase64Url } from '../../shared/bytes.ts';
import { type BlobId, blobId } from '../../shared/ids.ts';
import { BLOBS_PATH } from '../../shared/protocol/blobs.ts';
import { presetPolicy } from '../../shared/roles.ts';
import type { Person } from './signaling/client.ts';
import { Gathering, knockRequest } from './signaling/meeting.ts';
import { newFolder, noMedia, Site } from './signaling/site.ts';

const MIB = 1024 ** 2;

/** Time that passes when told to. */
class HandClock implements Clock {
  #now = Date.now();
  readonly #due = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  at(at: number, call: () => void): () => void {
    const entry = { at, call };
    this.#due.add(entry);
    return () => this.#due.delete(entry);
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const entry of this.#due) {
      if (entry.at > this.#now) continue;
      this.#due.delete(entry);
      entry.call();
    }
  }
}

let folder: Awaited<ReturnType<typeof newFolder>>;
let clock: HandClock;
let site: Site;

async function start(rules: Parameters<typeof Site.start>[3] = {}): Promise<void> {
  site = await Site.start(folder.path, noMedia, {}, { ...rules, clock });
}

beforeEach(async () => {
  folder = await newFolder();
  clock = new HandClock();
  await start({ rules: { idleMs: 600_000 } });
});
afterEach(async () => {
  await site.stop();
  await folder.remove();
});

const onDisk = () => site.held();

function put(blob: string, token: string, offset: number | string, body: Uint8Array): Promise<Response> {
  return fetch(`http://127.0.0.1:${site.port}${BLOBS_PATH}/${blob}?offset=${offset}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: Uint8Array.from(body),
  });
}

function get(blob: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${site.port}${BLOBS_PATH}/${blob}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** Uploads a whole file. */
async function send(person: Person, bytes: Uint8Array): Promise<BlobId> {
  const { blob, token } = await person.client.ask('blob:create', { size: bytes.length });
  expect((await put(blob, token, 0, bytes)).status).toBe(200);
  return blob;
}

async function fetchAs(person: Person, blob: BlobId): Promise<Response> {
  const { token } = await person.client.ask('blob:open', { blob, use: 'download' });
  return get(blob, token);
}

describe('a sealed file', () => {
  it('goes up and down in parts that are resumed where they broke', async () => {
    const gathering = await Gathering.open(site);
    const wu = await gathering.join();
    const bytes = randomBytes(3 * MIB + 5);
    const { blob, token } = await gathering.host.client.ask('blob:create', { size: bytes.length });
    expect(await (await put(blob, token, 0, bytes.subarray(0, MIB))).json()).toEqual({ received: MIB });
    // Not offered before it is whole.
    expect(await wu.client.code('blob:open', { blob, use: 'download' })).toBe('no-file');
    await brokenPut(blob, token, MIB, bytes.subarray(MIB, 2 * MIB), 300_000);
    const resumed = await gathering.host.client.ask('blob:open', { blob, use: 'upload' });
    expect(resumed.received).toBeGreaterThanOrEqual(MIB);
    expect(resumed.received).toBeLessThan(2 * MIB);
    // Whoever is wrong about where it stands is told, and nothing is taken.
    const wrong = await put(blob, resumed.token, 0, bytes.subarray(0, 10));
    expect(wrong.status).toBe(409);
    expect(await wrong.json()).toEqual({ received: resumed.received });
    const rest = await put(blob, resumed.token, resumed.received, bytes.subarray(resumed.received));
    expect(await rest.json()).toEqual({ received: bytes.length });
    // The first answer may have been lost: asking again changes nothing.
    expect((await put(blob, token, 0, bytes.subarray(0, 10))).status).toBe(409);

    const down = await wu.client.ask('blob:open', { blob, use: 'download' });
    expect(down.size).toBe(bytes.length);
    const whole = await get(blob, down.token);
    expect(whole.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.compare(await bytesOf(whole), bytes)).toBe(0);
    const later = await get(blob, down.token, { range: 'bytes=1000000-' });
    expect(later.status).toBe(206);
    expect(Buffer.compare(await bytesOf(later), bytes.subarray(1_000_000))).toBe(0);
    for (const range of ['bytes=-5', 'bytes=0-5', `bytes=${bytes.length}-`, 'bytes=5-,7-']) {
      expect((await get(blob, down.token, { range })).status, range).toBe(400);
    }
  });

  it('takes parts that come at once, in whatever order they come', async () => {
    const gathering = await Gathering.open(site);
    const wu = await gathering.join();
    const bytes = randomBytes(3 * MIB);
    const { blob, token } = await gathering.host.client.ask('blob:create', { size: bytes.length });
    const parts = [2, 0, 1].map((at) => ({ at: at * MIB, part: bytes.subarray(at * MIB, (at + 1) * MIB) }));
    const answers = await Promise.all(parts.map(({ at, part }) => put(blob, token, at, part)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const down = await wu.client.ask('blob:open', { blob, use: 'download' });
    expect(Buffer.compare(await bytesOf(await get(blob, down.token)), bytes)).toBe(0);
  });

  /** A connection that breaks after some bytes have arrived. */
  async function brokenPut(blob: string, token: string, offset: number, bytes: Uint8Array, after: number) {
    const upload = request(`http://127.0.0.1:${site.port}${BLOBS_PATH}/${blob}?offset=${offset}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-length': bytes.length },
    });
    upload.on('error', () => undefined);
    upload.write(bytes.subarray(0, after));
    await expect
      .poll(async () => (await site.blobs.look({ ...(await grantOf(blob)) })).received)
      .toBeGreaterThan(offset);
    upload.destroy();
    await expect.poll(async () => (await put(blob, token, 0, new Uint8Array(1))).status).toBe(409);
  }

  async function grantOf(blob: string) {
    const id = blobId.parse(blob);
    const stored = await site.store.blobs.find(id);
    const node = 'any' as NodeId;
    if (!stored) throw new Error('no row');
    return { use: 'upload' as const, blob: id, meeting: stored.meeting, device: stored.owner, node };
  }

  it('lies on disk as it came, with no name, and in the log not at all', async () => {
    const gathering = await Gathering.open(site);
    const bytes = randomBytes(1_000);
    const blob = await send(gathering.host, bytes);
    expect(await onDisk()).toEqual([blob]);
    expect(Buffer.compare(await site.bytesOf(blob), bytes)).toBe(0);
    expect(site.log.join('')).not.toContain(blob);
  });

  it('survives a restart of the server; what nobody knows is cleared away', async () => {
    const gathering = await Gathering.open(site);
    const blob = await send(gathering.host, randomBytes(1_000));
    const other = await send(gathering.host, randomBytes(1_000));
    await site.store.blobs.remove(other);
    await site.stop();
    await start();
    expect(await onDisk()).toEqual([blob]);
    expect(await site.store.blobs.find(blob)).toMatchObject({ complete: true, size: 1_000 });
  });
});

describe('who may', () => {
  it('sends only with the right, and gets only what is of the own meeting', async () => {
    const policy = presetPolicy('moderated');
    const participant = policy.permissions.participant.filter((right) => right !== 'files');
    const gathering = await Gathering.open(site, {
      ...policy,
      permissions: { ...policy.permissions, participant, guest: participant },
    });
    const wu = await gathering.join();
    expect(await wu.client.code('blob:create', { size: 10 })).toBe('forbidden');
    const blob = await send(gathering.host, randomBytes(10));
    expect((await fetchAs(wu, blob)).status).toBe(200);
    expect(await wu.client.code('blob:open', { blob, use: 'upload' })).toBe('forbidden');
    expect(await wu.client.code('blob:delete', { blob })).toBe('forbidden');
    const elsewhere = await Gathering.open(site);
    for (const use of ['upload', 'download'] as const) {
      expect(await elsewhere.host.client.code('blob:open', { blob, use })).toBe('no-file');
    }
    expect(await elsewhere.host.client.code('blob:delete', { blob })).toBe('no-file');
    await gathering.host.client.ask('blob:delete', { blob });
    expect(await wu.client.code('blob:open', { blob, use: 'download' })).toBe('no-file');
    expect(await onDisk()).toEqual([]);
  });

  it('gets nothing while waiting, and nothing more once put out, whatever tokens it holds', async () => {
    const gathering = await Gathering.open(site);
    const wu = await gathering.join();
    const blob = await send(gathering.host, randomBytes(10));
    const waiting = await gathering.arrive();
    await waiting.client.ask('lobby:knock', knockRequest(gathering, waiting));
    expect(await waiting.client.code('blob:open', { blob, use: 'download' })).toBe('not-admitted');
    expect(await waiting.client.code('blob:create', { size: 10 })).toBe('not-admitted');
    const down = await wu.client.ask('blob:open', { blob, use: 'download' });
    const up = await wu.client.ask('blob:create', { size: 10 });
    expect((await get(blob, down.token)).status).toBe(200);
    await gathering.append(gathering.host.signer, { type: 'remove', devices: [wu.device], ban: false });
    expect((await get(blob, down.token)).status).toBe(401);
    expect((await put(up.blob, up.token, 0, new Uint8Array(10))).status).toBe(401);
  });

  it('a lost right ends an upload that is under way', async () => {
    const gathering = await Gathering.open(site);
    const wu = await gathering.join();
    const { blob, token } = await wu.client.ask('blob:create', { size: 20 });
    expect((await put(blob, token, 0, new Uint8Array(10))).status).toBe(200);
    const policy = presetPolicy('classroom');
    await gathering.append(gathering.host.signer, { type: 'policy', policy });
    expect((await put(blob, token, 10, new Uint8Array(10))).status).toBe(403);
  });

  it('a token is good for one blob and one use, and for an hour at most', async () => {
    const gathering = await Gathering.open(site);
    const blob = await send(gathering.host, randomBytes(10));
    const { token } = await gathering.host.client.ask('blob:open', { blob, use: 'download' });
    const other = await gathering.host.client.ask('blob:create', { size: 10 });
    expect((await put(blob, token, 0, new Uint8Array(1))).status).toBe(403);
    expect((await get(other.blob, token)).status).toBe(403);
    expect((await get(blob, other.token)).status).toBe(403);
    for (const forged of ['', 'x', toBase64Url(randomBytes(32)), `${token} `, token.slice(1)]) {
      const status = (await get(blob, forged)).status;
      expect(status === 401 || (forged.trim() === token && status === 200), forged).toBe(true);
    }
    expect((await fetch(`http://127.0.0.1:${site.port}${BLOBS_PATH}/${blob}?token=${token}`)).status).toBe(
      401,
    );
    clock.pass(61 * 60_000);
    expect((await put(other.blob, other.token, 0, new Uint8Array(1))).status).toBe(401);
  });

  it('nobody reaches another path', async () => {
    const gathering = await Gathering.open(site);
    const { token } = await gathering.host.client.ask('blob:create', { size: 10 });
    const attempts = [
      '../sealroom.db',
      '..%2Fsealroom.db',
      '%2e%2e%2fsealroom.db',
      '..',
      '.',
      'a'.repeat(22),
    ];
    for (const attempt of [...attempts, '..\\sealroom.db', '%00', `${'A'.repeat(21)}B`]) {
      for (const method of ['GET', 'PUT']) {
        const status = await rawStatus(method, `${BLOBS_PATH}/${attempt}?offset=0`, token);
        expect([400, 401, 403, 404], `${method} ${attempt}`).toContain(status);
      }
    }
  });

  /** Without a client that tidies the path first. */
  function rawStatus(method: string, path: string, token: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: site.port, method, path, headers: { authorization: `Bearer ${token}` } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }
});

describe('how much and how long', () => {
  it('keeps to the sizes it announced', async () => {
    const gathering = await Gathering.open(site);
    const { blob, token } = await gathering.host.client.ask('blob:create', { size: 10 });
    expect((await put(blob, token, 0, new Uint8Array(11))).status).toBe(413);
    expect((await put(blob, token, 0, new Uint8Array(4))).status).toBe(200);
    expect((await put(blob, token, 4, new Uint8Array(7))).status).toBe(413);
    for (const offset of ['-1', '1e3', '', 'x', '4.5', '99999999999999999999']) {
      expect((await put(blob, token, offset, new Uint8Array(1))).status, offset).toBe(400);
    }
    expect((await put(blob, token, 4, new Uint8Array(6))).status).toBe(200);
  });

  it('refuses what exceeds one file, one device, one meeting, or all', async () => {
    await site.stop();
    await start({
      rules: { fileBytes: 60, deviceBytes: 100, meetingBytes: 150, totalBytes: 200, idleMs: 600_000 },
    });
    const gathering = await Gathering.open(site);
    const ask = (person: Person, size: number) => person.client.code('blob:create', { size });
    expect(await ask(gathering.host, 61)).toBe('too-large');
    expect(await Promise.all([60, 60, 60].map((size) => ask(gathering.host, size)))).toEqual([
      'ok',
      'full',
      'full',
    ]);
    expect(await ask(gathering.host, 40)).toBe('ok');
    const wu = await gathering.join();
    expect(await ask(wu, 51)).toBe('full');
    expect(await ask(wu, 50)).toBe('ok');
    const other = await Gathering.open(site);
    expect(await ask(other.host, 51)).toBe('full');
    expect(await ask(other.host, 50)).toBe('ok');
    // Room comes back with what is deleted.
    const [first] = await site.store.blobs.ids(gathering.meeting);
    if (!first) throw new Error('no blob');
    await gathering.host.client.ask('blob:delete', { blob: first });
    expect(await ask(gathering.host, 40)).toBe('ok');
  });

  it('forgets uploads that stand still, files whose time is over, and all of a meeting that ends', async () => {
    const gathering = await Gathering.open(site);
    const { host } = gathering;
    const { blob: idle, token } = await host.client.ask('blob:create', { size: 10 });
    await put(idle, token, 0, new Uint8Array(5));
    const kept = await send(host, randomBytes(10));
    clock.pass(11 * 60_000);
    await expect.poll(onDisk).toEqual([kept]);
    expect(await host.client.code('blob:open', { blob: idle, use: 'upload' })).toBe('no-file');
    clock.pass(50 * 60_000);
    expect(await host.client.code('blob:open', { blob: kept, use: 'download' })).toBe('no-file');
    await expect.poll(onDisk).toEqual([]);
    await send(host, randomBytes(10));
    expect(await onDisk()).toHaveLength(1);
    await gathering.append(gathering.script.host, { type: 'end' });
    await expect.poll(onDisk).toEqual([]);
    expect(await site.store.blobs.ids()).toEqual([]);
  });
});
