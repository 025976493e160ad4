import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { RtpEncodingParameters } from 'mediasoup-client/types';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/cluster.ts';
import { createLog } from '../../server/log.ts';
import type { MediaRoom } from '../../server/media/mediaRoom.ts';
import { defaultPlacement, EXPECTED_STREAMS } from '../../server/media/placement.ts';
import { LocalMediaRooms } from '../../server/media/rooms.ts';
import { ensureWorkerBinary } from '../../server/media/worker/ensure.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import { dtlsParameters } from '../../shared/protocol/media.ts';
import { type RequestOf, requests } from '../../shared/protocol/requests.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { chromiumFlags, shellPath } from '../support/chromium.ts';
import { someDevice, someMeeting } from './media/offers.ts';
import { joinTwo, openAlone } from './media/servers.ts';

const workerCounts = { 'one worker': 1, 'two workers': 2, 'two servers': 1 } as const;
type Workers = keyof typeof workerCounts;
const rooms = new Map<Workers, LocalMediaRooms>();
/** The second server of a site of two. */
let elsewhere: LocalMediaRooms;
let web: Server;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  const workerBin = await ensureWorkerBinary();
  const start = (workers: number) =>
    LocalMediaRooms.start({
      media: { announced: [], listen: ['127.0.0.1'], port: 0, workers, turn: null },
      workerBin,
      log: createLog('silent'),
      // One device fills a worker, so that the next goes to another where there is one.
      placement: { ...defaultPlacement, streamsPerWorker: EXPECTED_STREAMS },
    });
  for (const [name, workers] of Object.entries(workerCounts) as [Workers, number][]) {
    rooms.set(name, await start(workers));
  }
  elsewhere = await start(1);
  const bundle = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('./media/page.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'page',
      },
    },
  });
  const first = Array.isArray(bundle) ? bundle[0] : bundle;
  const script = first && 'output' in first ? first.output[0].code : '';
  web = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><body><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  browser = await chromium.launch({
    executablePath: shellPath,
    args: [...chromiumFlags, '--use-fake-device-for-media-stream=fps=10', '--use-fake-ui-for-media-stream'],
  });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  web?.closeAllConnections();
  web?.close();
  for (const each of [...rooms.values(), elsewhere]) await each?.close();
});

let room: MediaRoom;
let page: Page;
const devices = { sender: someDevice(), receiver: someDevice() };

async function open(workers: Workers): Promise<void> {
  const media = rooms.get(workers);
  if (!media) throw new Error('not started');
  // Each of the two is connected to a server of its own.
  const near = new Map<DeviceKey, NodeId>();
  if (workers === 'two servers') {
    const [one, two] = await joinTwo(media, elsewhere);
    room = await one.spread.open(
      someMeeting(),
      () => undefined,
      () => presetPolicy('open'),
    );
    near.set(devices.receiver, two.cluster.self);
  } else room = await openAlone(media, someMeeting(), () => undefined);
  page = await browser.newPage();
  // The same schemas as at the socket, so that what a browser sends is known to pass them.
  const calls = {
    rtpCapabilities: async () => room.rtpCapabilities(),
    createTransport: (device, direction) =>
      room.createTransport(
        device,
        requests['media:createTransport'].request.parse({ direction }).direction,
        near.get(device),
      ),
    connectTransport: (device, id, dtls) =>
      room.connectTransport(device, String(id), dtlsParameters.parse(dtls)),
    produce: (device, offer) => room.produce(device, requests['media:produce'].request.parse(offer)),
    consume: (device, wish) => room.consume(device, requests['media:consume'].request.parse(wish)),
  } satisfies Record<string, (device: DeviceKey, ...args: unknown[]) => Promise<unknown>>;
  await page.exposeFunction(
    'call',
    (method: keyof typeof calls, who: keyof typeof devices, ...args: unknown[]) => {
      const [first, second] = args;
      return calls[method](devices[who], first, second);
    },
  );
  await page.goto(origin);
  await page.waitForFunction(() => 'startLayers' in window);
}

afterEach(async () => {
  await page.close();
  room.close();
});

type Wish = RequestOf<'media:setConsumers'>['wishes'][number];

/** Starts sending and receiving; returns how to wish for a layer. */
async function loop(mimeType: string, encodings: RtpEncodingParameters[], width: number) {
  const consumerId = await page.evaluate(([type, each, size]) => window.startLayers(type, each, size), [
    mimeType,
    encodings,
    width,
  ] as const);
  return (wish: Omit<Wish, 'consumerId'>) => room.setConsumers(devices.receiver, [{ consumerId, ...wish }]);
}

const receivedWidth = async () => (await page.evaluate(() => window.received())).width;
const patient = { timeout: 50_000, interval: 250 };

const simulcast: RtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000, scalabilityMode: 'L1T3' },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 300_000, scalabilityMode: 'L1T3' },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 900_000, scalabilityMode: 'L1T3' },
];
const layered: RtpEncodingParameters[] = [{ scalabilityMode: 'L3T3_KEY', maxBitrate: 1_500_000 }];

describe.each(Object.keys(workerCounts) as Workers[])('a browser through a room on %s', (workers) => {
  beforeEach(() => open(workers));

  it('gets nothing before it resumes, and stops getting when it pauses', async () => {
    const wish = await loop('video/VP9', layered, 640);
    await expect
      .poll(async () => (await page.evaluate(() => window.sent())).length, patient)
      .toBeGreaterThan(0);
    expect((await page.evaluate(() => window.received())).frames).toBe(0);
    await wish({ paused: false, spatialLayer: 2 });
    const frames = async () => (await page.evaluate(() => window.received())).frames;
    await expect.poll(frames, patient).toBeGreaterThan(5);
    await wish({ paused: true });
    // What is under way may still arrive; after that the count stands still.
    await expect
      .poll(async () => {
        const before = await frames();
        await page.waitForTimeout(700);
        return (await frames()) - before;
      }, patient)
      .toBe(0);
    await wish({ paused: false });
    const stopped = await frames();
    await expect.poll(frames, patient).toBeGreaterThan(stopped);
  });

  it.each([
    ['VP9 in layers', 'video/VP9', layered],
    ['VP8 simulcast', 'video/VP8', simulcast],
  ])('gets the layer it wishes for: %s', async (_name, mimeType, encodings) => {
    const wish = await loop(mimeType, encodings, 960);
    for (const [spatialLayer, width] of [
      [2, 960],
      [0, 240],
      [1, 480],
      [2, 960],
    ] as const) {
      await wish({ paused: false, spatialLayer, temporalLayer: 2 });
      await expect.poll(receivedWidth, patient).toBe(width);
    }
  });
});

describe('a browser', () => {
  beforeEach(() => open('one worker'));

  it('sends fewer VP8 streams of a small picture: the upper ones stay silent', async () => {
    // A rule of Chromium's encoder: three from 960x540, two from 480x270, one below. Senders must ask for no more.
    const wish = await loop('video/VP8', simulcast, 640);
    await wish({ paused: false, spatialLayer: 2 });
    await expect.poll(receivedWidth, patient).toBe(320);
    const top = (await page.evaluate(() => window.sent())).find(({ width }) => width === 640);
    expect(top).toBeUndefined();
  });
});
