import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/childServer.ts';
import { startCoturn } from '../support/coturn.ts';
import type { Household } from '../support/household.ts';
import { Internet, namespacesRefused } from '../support/namespace.ts';
import { slowWireRefused } from '../support/slowWire.ts';

const refused = namespacesRefused();
if (refused !== null) console.warn(`NOT TESTED: networks of their own. Reason: ${refused}`);

let internet: Internet;
let home: Household;
let server: Socket;
/** Who sent what to the site. */
let heard: { readonly from: string; readonly text: string; readonly at: number }[] = [];
/** How long packets are under way at most, in milliseconds. */
let slowest = 0;

/** Has the device send packets that say when they were sent; resolves to who was heard. */
async function send(count: number, address: string): Promise<string[]> {
  heard = [];
  const { port } = server.address();
  const script = `
    const socket = require('node:dgram').createSocket(${JSON.stringify(address.includes(':') ? 'udp6' : 'udp4')});
    let left = ${count};
    for (let i = 0; i < ${count}; i++) socket.send(String(Date.now() + i / 1_000), ${port}, '${address}', () => --left || socket.close());
  `;
  await once(spawn(home.launcher(process.execPath), ['-e', script], { stdio: 'inherit' }), 'exit');
  // What was sent before has been queued at the server by now, as it is all one machine, or is still on a slow wire.
  await new Promise((resolve) => setTimeout(resolve, 100 + slowest));
  return heard.map(({ from }) => from);
}

describe.skipIf(refused !== null)('a household', () => {
  beforeAll(async () => {
    internet = Internet.open(({ site }) => ({ 'meet.test': site }));
    home = internet.household();
    server = createSocket({ type: 'udp6' });
    server.on('message', (text, { address }) => {
      heard.push({ from: address.replace('::ffff:', ''), text: text.toString(), at: Date.now() });
    });
    server.bind(0);
    await once(server, 'listening');
  });

  afterAll(() => {
    server?.close();
    internet?.close();
  });

  it('is one address to the outside, in both families, and another one after a new dial-in', async () => {
    const { v4, v6 } = internet.site;
    const [first] = await send(1, v4);
    const [six] = await send(1, v6);
    expect(first).toMatch(/^10\.\d+\.1\.2$/);
    expect(six).toMatch(/^fd5e:/);
    home.roam();
    expect(await send(1, v4)).toEqual([first]);
    home.renumber();
    expect(await send(1, v4)).toEqual([first]);
    home.rebind();
    const [rebound] = await send(1, v4);
    expect(rebound).not.toBe(first);
  });

  it('loses, drops and lets through what it is told to', async () => {
    const { v4, v6 } = internet.site;
    home.cut();
    expect(await send(2, v4)).toEqual([]);
    home.mend();
    home.allow([{ protocol: 'udp', to: v6 }]);
    expect(await send(1, v4)).toEqual([]);
    expect(await send(1, v6)).toHaveLength(1);
    home.allow([{ protocol: 'tcp' }]);
    expect(await send(1, v6)).toEqual([]);
    home.allow(null);
    await home.line({ loss: 0.5 });
    const through = (await send(200, v4)).length;
    expect(through).toBeGreaterThan(60);
    expect(through).toBeLessThan(140);
    await home.line({});
    expect(await send(50, v4)).toHaveLength(50);
  });

  const noDelay = refused === null ? slowWireRefused() : null;
  if (noDelay !== null) console.warn(`NOT TESTED: delayed packets. Reason: ${noDelay}`);

  it.skipIf(noDelay !== null)('delays packets, in order or not, without another address', async () => {
    const { v4, v6 } = internet.site;
    const [before] = await send(1, v4);
    const order = () => heard.map(({ text }) => Number(text));
    slowest = 300;
    await home.line({ delay: 200, jitter: 50 });
    for (const address of [v4, v6]) {
      expect(await send(50, address)).toHaveLength(50);
      for (const { text, at } of heard) expect(at - Number(text)).toBeGreaterThanOrEqual(145);
      expect(order()).toEqual(order().toSorted((one, other) => one - other));
    }
    await home.line({ delay: 200, jitter: 50, reorder: 0.5 });
    expect(await send(50, v4)).toEqual(Array(50).fill(before));
    expect(order()).not.toEqual(order().toSorted((one, other) => one - other));
    slowest = 0;
    await home.line({});
    expect(await send(50, v4)).toEqual(Array(50).fill(before));
  });

  it('is told by the doctor which address it has to the outside', async () => {
    const { site, relay } = internet;
    const turn = { urls: [`turn:${relay.v4}:3478`], secret: 'sixteen letters!' };
    const coturn = await startCoturn({ turn, tls: null, media: [site.v4], listen: [relay.v4] });
    const data = mkdtempSync(join(tmpdir(), 'sealroom-home-'));
    try {
      const { stdout } = spawnSync(home.launcher(process.execPath), ['server/tools/doctor.ts'], {
        encoding: 'utf8',
        env: {
          ...process.env,
          SEALROOM_DATA: data,
          SEALROOM_WORKERS: '1',
          SEALROOM_PORT: String(await freePort()),
          SEALROOM_TURN_URLS: turn.urls.join(),
          SEALROOM_TURN_SECRET: turn.secret,
        },
      });
      expect(stdout).toMatch(/Media address .*the TURN server sees this machine at 10\.\d+\.1\.[23]/);
      expect(stdout).toMatch(/set SEALROOM_ANNOUNCED_ADDRESS=10\./);
      expect(stdout).toMatch(/ok +Media path +UDP 192\.168\.[78]\.\d, port \d+: a call goes there and back/);
      expect(stdout).toMatch(/ok +Media path +UDP fd00:[78]::\d, port \d+: a call goes there and back/);
      expect(stdout).toMatch(/ok +Media path +TCP 192\.168\.[78]\.\d, port \d+: a call goes there and back/);
    } finally {
      await coturn.close();
      rmSync(data, { recursive: true, force: true });
    }
  });
});
