import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeAfterMs } from '../../client/media/subscriptions.ts';
import { type Lab, openLab } from './media/browser.ts';
import type { JoinOptions } from './media/lab.ts';
import { deviceAt, Person, pause } from './media/room.ts';
import { TestSfu } from './media/sfu.ts';

let lab: Lab;
let sfu: TestSfu;
let people: Person[] = [];

beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

async function join(options: JoinOptions): Promise<Person> {
  const person = await Person.join(lab, sfu, options);
  people.push(person);
  return person;
}

beforeAll(async () => {
  sfu = await TestSfu.start();
});
afterAll(() => sfu?.close());
afterEach(async () => {
  await Promise.all(people.map((person) => person.leave()));
  people = [];
  sfu.refused.clear();
  sfu.crowded.clear();
  sfu.log.length = 0;
});

/** The cheapest camera: one stream. */
const plain = { vp9Svc: false, simulcast: false };
const ways = [
  { way: 'VP9 in layers', abilities: { vp9Svc: true, simulcast: true }, mimeType: 'video/VP9', type: 'svc' },
  {
    way: 'VP8 simulcast',
    abilities: { vp9Svc: false, simulcast: true },
    mimeType: 'video/VP8',
    type: 'simulcast',
  },
] as const;

describe.each(ways)('a camera in $way', ({ abilities, mimeType, type }) => {
  it('reaches the other sealed, in the layer that its tile needs', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 720 });
    await viewer.stream(0, 'camera', 'shown', ({ shown, seal }) => shown && seal === 'sealed');
    expect(sfu.producers()[0]?.producer.type).toBe(type);
    expect(sfu.producers()[0]?.producer.rtpParameters.codecs[0]?.mimeType).toBe(mimeType);

    await viewer.untilPicture(0, 720);
    await viewer.stream(0, 'camera', 'in layer 2', ({ layers }) => layers?.spatial === 2);
    await viewer.show({ leaf: 0, source: 'camera', height: 180 });
    await viewer.untilPicture(0, 180);
    await viewer.stream(0, 'camera', 'in layer 0', ({ layers }) => layers?.spatial === 0);
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.untilPicture(0, 360);
    // The watchdog of frame encryption looked on all the while.
    expect((await sender.seen()).events).toEqual([]);
  });
});

describe('what is negotiated', () => {
  it('carries only allowed header extensions and never DTX, whatever the router offers', async () => {
    const sender = await join({ leaf: 0, members: 1 });
    await sender.publish('microphone');
    await sender.publish('camera');
    await sender.until('both live', ({ own }) => own.camera === 'live' && own.microphone === 'live');
    const uris = sfu
      .producers()
      .flatMap(({ producer }) => producer.rtpParameters.headerExtensions ?? [])
      .map(({ uri }) => uri);
    expect(uris).toContain('http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01');
    expect(uris.join()).not.toMatch(/audio-level|abs-capture-time|orientation|playout-delay|content-type/);
    const opus = sfu.producers().find(({ info }) => info.source === 'microphone')?.producer.rtpParameters;
    expect(opus?.codecs[0]?.mimeType).toBe('audio/opus');
    expect(opus?.codecs[0]?.parameters?.usedtx ?? 0).toBe(0);
  });

  it('opens a microphone that the server made silent by a request of its own', async () => {
    sfu.silenced.add('microphone');
    try {
      const sender = await join({ leaf: 0, members: 1 });
      await sender.publish('microphone');
      await sender.until('live', ({ own }) => own.microphone === 'live');
      await until(() => sfu.producers()[0]?.producer.paused === false);
      const names = sfu.log.map(({ name }) => name);
      expect(names.indexOf('media:setProducer')).toBeGreaterThan(names.indexOf('media:produce'));
    } finally {
      sfu.silenced.clear();
    }
  });

  it('prefers VP9 in layers where this browser can encode it', async () => {
    const sender = await join({ leaf: 0, members: 1 });
    await sender.publish('camera');
    await sender.until('live', ({ own }) => own.camera === 'live');
    expect(sfu.producers()[0]?.producer.rtpParameters.encodings?.[0]?.scalabilityMode).toBe('L3T3_KEY');
  });

  it('is refused when the router has no codec that can be sealed', async () => {
    await sfu.reset(['h264', 'opus']);
    try {
      const sender = await join({ leaf: 0, members: 1 });
      await sender.publish('camera');
      const seen = await sender.until('refused', ({ own }) => own.camera === 'failed');
      expect(seen.events).toContain('unusable no-codec');
      expect(sfu.producers()).toEqual([]);
    } finally {
      await sfu.reset();
    }
  });
});

describe('subscriptions', () => {
  it('pause a tile off screen, then close it, and show it again', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.publish('camera');
    await viewer.stream(0, 'camera', 'offered', ({ state }) => state === 'live');
    await pause(500);
    expect(sfu.consumersOf(viewer.device)).toEqual([]);

    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'shown', ({ shown }) => shown);
    const [consumer] = sfu.consumersOf(viewer.device);
    expect(consumer?.paused).toBe(false);

    await viewer.show();
    await until(() => consumer?.paused === true);
    expect(consumer?.closed).toBe(false);
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await until(() => consumer?.paused === false);

    await viewer.show();
    await until(() => consumer?.paused === true);
    expect(consumer?.closed).toBe(false);
    await viewer.page.evaluate((ms) => window.lab.clock.skip(ms), closeAfterMs);
    await until(() => consumer?.closed === true);
    expect(sfu.consumersOf(viewer.device)).toEqual([]);
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'shown again', ({ shown }) => shown);
  });

  it('never go to a device outside the group, until it is in it', async () => {
    const viewer = await join({ leaf: 1, members: 1 });
    await viewer.page.evaluate(() => window.lab.setMembers([1]));
    const ghost = await join({ leaf: 0, members: 2, abilities: plain });
    await ghost.publish('camera');
    await ghost.publish('microphone');
    await viewer.show({ leaf: 0, source: 'camera', height: 720 });
    await ghost.until('live', ({ own }) => own.camera === 'live' && own.microphone === 'live');
    const seen = await viewer.until('ghost reported', ({ ghosts }) => ghosts.length > 0);
    expect(seen.ghosts).toEqual([deviceAt(0)]);
    expect(seen.streams).toEqual([]);
    await pause(1_000);
    expect(sfu.log.filter(({ name }) => name === 'media:consume')).toEqual([]);

    await viewer.page.evaluate(() => window.lab.setMembers([0, 1]));
    const after = await viewer.until('consumed', ({ streams }) => streams.length === 2);
    expect(after.ghosts).toEqual([]);
    await until(() => sfu.consumersOf(viewer.device).length === 2);

    await viewer.page.evaluate(() => window.lab.setMembers([1]));
    await until(() => sfu.consumersOf(viewer.device).length === 0);
  });

  it('show nothing that does not open', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2, keys: false });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'verifying', ({ seal }) => seal === 'verifying');
    await until(() => sfu.consumersOf(viewer.device)[0]?.paused === false);
    await viewer.untilSealed((frames) => frames.framesIn > 20);
    const seen = await viewer.seen();
    expect(seen.streams).toMatchObject([{ seal: 'verifying', shown: false }]);
  });
});

describe('a stream whose seal cannot be attached', () => {
  it('is not sent', async () => {
    const sender = await join({ leaf: 0, members: 2, unprotected: 'sender' });
    await sender.publish('camera');
    const seen = await sender.until('stopped', ({ own }) => own.camera === 'failed');
    expect(seen.events).toEqual(['unprotected camera']);
    await pause(1_000);
    expect(sfu.producers()).toEqual([]);
    expect(sfu.log.map(({ name }) => name)).not.toContain('media:produce');
    expect(sfu.log.map(({ name }) => name)).not.toContain('media:connectTransport');
  });

  it('is not received', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2, unprotected: 'receiver' });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await until(() => sfu.log.some(({ name }) => name === 'media:consume'));
    await pause(2_000);
    expect(sfu.log.map(({ name }) => name)).not.toContain('media:setConsumers');
    expect((await viewer.seen()).streams).toMatchObject([{ shown: false, seal: 'none' }]);
  });
});

describe('recovery', () => {
  it('makes everything anew after a reset', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.publish('camera');
    await sender.publish('microphone');
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'shown', ({ shown }) => shown);
    await viewer.stream(0, 'microphone', 'heard', ({ shown }) => shown);
    const before = sfu.producers().map(({ info }) => info.producerId);
    await sfu.reset();
    await until(() => sfu.producers().length === 2);
    expect(sfu.producers().map(({ info }) => info.producerId)).not.toContain(before[0]);
    await viewer.stream(0, 'camera', 'shown again', ({ shown }) => shown);
    await viewer.stream(0, 'microphone', 'heard again', ({ shown }) => shown);
    expect(sfu.consumersOf(viewer.device).map(({ paused }) => paused)).toEqual([false, false]);
  });

  it.each(['send', 'receive'] as const)('rebuilds a lost %s transport', async (direction) => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'shown', ({ shown }) => shown);
    const loser = direction === 'send' ? sender : viewer;
    const other = direction === 'send' ? viewer : sender;
    const [before] = sfu.transportsOf(loser.device);
    const [kept] = sfu.transportsOf(other.device);
    sfu.loseTransports(loser.device);
    await until(() => sfu.transportsOf(loser.device).length === 1, 60_000);
    expect(sfu.transportsOf(loser.device)[0]?.id).not.toBe(before?.id);
    await viewer.stream(0, 'camera', 'shown again', ({ shown }) => shown);
    expect(sfu.transportsOf(other.device).map(({ id }) => id)).toEqual([kept?.id]);
  });
});

describe("one's own sources", () => {
  it('send nothing at all while muted, and the voice is heard when not', async () => {
    const sender = await join({ leaf: 0, members: 2 });
    const listener = await join({ leaf: 1, members: 2 });
    await sender.publish('microphone', true);
    await listener.stream(0, 'microphone', 'muted', ({ state }) => state === 'muted');
    const producer = sfu.producers()[0]?.producer;
    expect(producer?.paused).toBe(true);
    await sender.page.evaluate(() => window.lab.engine.setMuted('microphone', false));
    await listener.stream(0, 'microphone', 'heard', ({ state, shown }) => state === 'live' && shown);
    // The fake microphone beeps once a second.
    await listener.until('loudness', ({ heard }) => (heard[deviceAt(0)] ?? 0) > 0.01);
    await sender.until('own loudness', ({ heard }) => (heard[deviceAt(0)] ?? 0) > 0.01);

    await sender.page.evaluate(() => window.lab.engine.setMuted('microphone', true));
    await listener.stream(0, 'microphone', 'muted again', ({ state }) => state === 'muted');
    await sender.untilQuiet();
  });

  it('are blocked when a host stops them, until published again', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    await sender.publish('camera');
    await sender.until('live', ({ own }) => own.camera === 'live');
    sfu.stop(sender.device, 'camera');
    const seen = await sender.until('blocked', ({ own }) => own.camera === 'blocked');
    expect(seen.events).toEqual(['stopped camera']);
    expect(sfu.producers()).toEqual([]);

    sfu.refused.add('camera');
    await sender.publish('camera');
    await sender.until('refused', ({ own, events }) => own.camera === 'blocked' && events.length === 2);
    sfu.refused.clear();
    await sender.publish('camera');
    await sender.until('live again', ({ own }) => own.camera === 'live');
  });

  it('wait for a place where too many send, and say so once', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    sfu.crowded.add('camera');
    await sender.publish('camera');
    await sender.until('told', ({ events }) => events.length > 0);
    await sender.page.evaluate(() => window.lab.clock.skip(5_000));
    await pause(500);
    const seen = await sender.seen();
    expect(seen.events).toEqual(['crowded camera']);
    expect(seen.own.camera).toBe('starting');
    sfu.crowded.clear();
    await sender.page.evaluate(() => window.lab.clock.skip(20_000));
    await sender.until('live', ({ own }) => own.camera === 'live');
  });

  it('are not disturbed by another one that is refused', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    sfu.refused.add('camera');
    for (let round = 0; round < 4; round += 1) {
      await sender.publish('camera');
      await sender.publish('microphone');
      await sender.until(
        'one refused, one live',
        ({ own }) => own.camera === 'blocked' && own.microphone === 'live',
      );
      await sender.page.evaluate(() => window.lab.engine.unpublish('microphone'));
      await sender.until('quiet', ({ own }) => own.microphone === 'off');
    }
    sfu.refused.clear();
    await sender.publish('camera');
    await sender.until('live', ({ own }) => own.camera === 'live');
  });

  it('go on with another track without a new producer', async () => {
    const sender = await join({ leaf: 0, members: 2, abilities: plain });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.publish('camera');
    await viewer.show({ leaf: 0, source: 'camera', height: 360 });
    await viewer.stream(0, 'camera', 'shown', ({ shown }) => shown);
    const [before] = sfu.producers();
    await sender.page.evaluate(() => {
      window.lab.devices.stopCamera();
      window.lab.engine.setMuted('camera', true);
    });
    await viewer.stream(0, 'camera', 'muted', ({ state }) => state === 'muted');
    await sender.publish('camera');
    await viewer.stream(0, 'camera', 'live', ({ state, shown }) => state === 'live' && shown);
    expect(sfu.producers()[0]?.info.producerId).toBe(before?.info.producerId);
  });

  it('share a screen as one sharp picture', async () => {
    const sender = await join({ leaf: 0, members: 2 });
    const viewer = await join({ leaf: 1, members: 2 });
    await sender.page.evaluate(() => window.lab.publishCanvas(960, 540));
    await viewer.show({ leaf: 0, source: 'screen', height: 540 });
    await viewer.stream(0, 'screen', 'shown', ({ shown }) => shown);
    const parameters = sfu.producers()[0]?.producer.rtpParameters;
    expect(parameters?.encodings).toMatchObject([{ scalabilityMode: 'L1T3' }]);
  });
});

async function until(holds: () => boolean, withinMs = 40_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error('never came');
    await pause(100);
  }
}
