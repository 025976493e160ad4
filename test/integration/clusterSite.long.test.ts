import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BLOBS_PATH } from '../../shared/protocol/blobs.ts';
import type { ClusterNode } from '../support/clusterSite.ts';
import type { Person } from './signaling/client.ts';
import { ClusterPeople } from './signaling/clusterPeople.ts';
import { bytes, Gathering } from './signaling/meeting.ts';

let people: ClusterPeople;

beforeAll(async () => {
  people = await ClusterPeople.start();
}, 600_000);
afterEach(() => people.hangUp());
afterAll(() => people?.close());

describe('a site of several servers', () => {
  it('moves those whose media was served by a server that died, wherever they were connected', async () => {
    const owner = await people.site.node('taipei-4', { SEALROOM_REGION: 'Taipei' });
    const south = { SEALROOM_REGION: 'Tainan' };
    const [one, two] = [await people.site.node('tainan-1', south), await people.site.node('tainan-2', south)];
    const gathering = await Gathering.open(people.at(owner));
    const servedBy = async ({ client }: Person) =>
      (await client.ask('media:createTransport', { direction: 'send' })).node?.name;
    const near = await people.enter(gathering, one);
    const nearToo = await people.enter(gathering, two);
    expect(await servedBy(gathering.host)).toBe('taipei-4');
    expect(await servedBy(near)).toBe('tainan-1');
    // In the same region the meeting stays on the server that it has there.
    expect(await servedBy(nearToo)).toBe('tainan-1');

    await one.program.kill();
    const back = await people.comeBack(near, two);
    await Promise.all([back, nearToo].map(({ client }) => client.until('media:reset')));
    expect(back.greeting.member).toBe(true);
    expect(await servedBy(back)).toBe('tainan-2');
    expect(await servedBy(nearToo)).toBe('tainan-2');
    expect(gathering.host.client.all('media:reset')).toEqual([]);
    expect(await servedBy(gathering.host)).toBe('taipei-4');
  });
});

describe('sealed files on a site of several servers', () => {
  const MIB = 1024 ** 2;
  const address = ({ port }: ClusterNode, blob: string) => `http://127.0.0.1:${port}${BLOBS_PATH}/${blob}`;

  function put(node: ClusterNode, blob: string, token: string, offset: number, body: Uint8Array) {
    return fetch(`${address(node, blob)}?offset=${offset}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(body),
    });
  }

  const get = (node: ClusterNode, blob: string, token: string) =>
    fetch(address(node, blob), { headers: { authorization: `Bearer ${token}` } });

  it('go up and down through any of them, and outlive the one that took them', async () => {
    const one = await people.site.node('files-1');
    const two = await people.site.node('files-2');
    const gathering = await Gathering.open(people.at(one));
    const { host } = gathering;
    const sealed = bytes(4 * MIB);
    const { blob, token } = await host.client.ask('blob:create', { size: sealed.length });
    // Parts that take different ways, the later ones first.
    const parts = [3, 2, 1].map((n) => ({ n, part: sealed.subarray(n * MIB, (n + 1) * MIB) }));
    const early = parts.slice(1).map(({ n, part }) => put(n % 2 ? one : two, blob, token, n * MIB, part));
    const first = await put(two, blob, token, 0, sealed.subarray(0, MIB));
    expect([first, ...(await Promise.all(early))].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await host.client.code('blob:open', { blob, use: 'download' })).toBe('no-file');

    await one.program.kill();
    const back = await people.comeBack(host, two);
    // Who ran the meeting issued it, and cannot be asked any more.
    expect((await put(two, blob, token, 3 * MIB, sealed.subarray(3 * MIB))).status).toBe(401);
    const resumed = await back.client.ask('blob:open', { blob, use: 'upload' });
    expect(resumed.received).toBe(3 * MIB);
    const last = await put(two, blob, resumed.token, resumed.received, sealed.subarray(3 * MIB));
    expect(await last.json()).toEqual({ received: sealed.length });

    const three = await people.site.node('files-3');
    const down = await back.client.ask('blob:open', { blob, use: 'download' });
    const whole = await get(three, blob, down.token);
    expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), sealed)).toBe(0);
    await back.client.ask('blob:delete', { blob });
    expect((await get(three, blob, down.token)).status).toBe(404);
  });
});
