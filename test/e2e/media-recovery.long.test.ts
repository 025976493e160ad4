import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { type Lab, openLab } from './media/browser.ts';
import { deviceAt, Person, pause } from './media/room.ts';
import { TestSfu } from './media/sfu.ts';
import { UdpGate } from './media/udpGate.ts';

let lab: Lab;
let sfu: TestSfu;
let gate: UdpGate;

beforeAll(async () => {
  [lab, sfu] = await Promise.all([openLab(), TestSfu.start()]);
  gate = new UdpGate();
  sfu.gate = gate;
});
afterAll(async () => {
  await lab?.close();
  await sfu?.close();
  gate?.close();
});

/** Frames opened so far in this page. */
async function opened(person: Person): Promise<number> {
  const frames = await person.page.evaluate(() => window.lab.sealed());
  return frames.filter(({ role }) => role === 'open').reduce((sum, { framesOut }) => sum + framesOut, 0);
}

async function flows(person: Person): Promise<void> {
  const before = await opened(person);
  const end = Date.now() + 30_000;
  while ((await opened(person)) < before + 10) {
    if (Date.now() > end) throw new Error('no more frames came');
    await pause(100);
  }
}

describe('a network that goes away and comes back', () => {
  it('is found again on the same connections, sealed as before', async () => {
    const sender = await Person.join(lab, sfu, {
      leaf: 0,
      members: 2,
      // The cheapest camera: one stream.
      abilities: { vp9Svc: false, simulcast: false },
    });
    const viewer = await Person.join(lab, sfu, { leaf: 1, members: 2 });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 180 });
    await viewer.stream(0, 'camera', 'shown', ({ shown }) => shown);
    await flows(viewer);
    const transports = [sender, viewer].flatMap(({ device }) => sfu.transportsOf(device).map(({ id }) => id));

    gate.open = false;
    await sender.until('noticed by the sender', ({ send }) => send === 'lost');
    await viewer.until('noticed by the viewer', ({ receive }) => receive === 'lost');
    await until(
      () => sfu.log.filter(({ name }) => name === 'media:restartIce').length,
      (restarts) => restarts >= 2,
      'ICE was restarted by both, in vain',
    );
    gate.open = true;
    const mended = Date.now();
    await flows(viewer);
    console.log(`media flowed again ${Date.now() - mended} ms after the network was back`);

    expect((await viewer.until('receiving', ({ receive }) => receive === 'connected')).events).toEqual([]);
    expect((await sender.until('sending', ({ send }) => send === 'connected')).events).toEqual([]);
    await viewer.stream(0, 'camera', 'sealed', ({ seal, shown }) => seal === 'sealed' && shown);
    expect(
      [deviceAt(0), deviceAt(1)].flatMap((device) => sfu.transportsOf(device).map(({ id }) => id)),
    ).toEqual(transports);
  });
});
