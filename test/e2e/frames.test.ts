import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Codec, unwrap } from '../../client/e2ee/frames/codec.ts';
import { readHeader } from '../../client/e2ee/sframe/header.ts';
import { decodeMlsKid } from '../../client/e2ee/sframe/kid.ts';
import { fromHex } from '../../shared/bytes.ts';
import { type FixtureBrowser, openFixture } from './frames/browser.ts';
import type { CallOptions, CallReport } from './frames/lab.ts';

let fixture: FixtureBrowser;
let page: Page;

beforeAll(async () => {
  fixture = await openFixture(new URL('./frames/', import.meta.url), 'index.html');
  page = fixture.page;
});
afterAll(() => fixture?.close());
afterEach(() => page.evaluate(() => window.frameLab.close()));

const start = (options: CallOptions) => page.evaluate((given) => window.frameLab.start(given), options);
const report = () => page.evaluate(() => window.frameLab.report());

/** Polls until `enough` holds and returns that report. Fails with the last one when it never does. */
async function until(enough: (report: CallReport) => boolean, withinMs = 30_000): Promise<CallReport> {
  const end = Date.now() + withinMs;
  for (;;) {
    const last = await report();
    if (enough(last)) return last;
    if (Date.now() > end) {
      const { tapped, ...rest } = last;
      throw new Error(`never came: ${JSON.stringify({ ...rest, tapped: tapped.length })}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a tapped frame is an SFrame ciphertext of our sender behind the codec's synthetic header. */
function isSealed(codec: Codec, context: number, head: string): boolean {
  const bytes = fromHex(head);
  const unwrapped = unwrap(codec, bytes);
  const header = unwrapped === null ? null : readHeader(bytes, unwrapped.offset);
  if (header === null) return false;
  const kid = decodeMlsKid(header.kid);
  return kid.context === context && kid.leaf === 0 && kid.epoch > 0 && kid.epoch < 4;
}

/** Frames with anything in them: browsers send empty audio packets to probe the bandwidth. */
const payloads = ({ tapped }: CallReport) => tapped.filter(({ size }) => size > 0);

const video = { source: 'camera', mimeType: 'video/VP8' } as const;

describe('media decodes at the receiver', () => {
  it.each([
    { mimeType: 'video/VP8', source: 'camera' },
    { mimeType: 'video/VP9', source: 'camera' },
    { mimeType: 'video/VP9', source: 'screen', scalabilityMode: 'L3T3_KEY', width: 960, height: 540 },
    { mimeType: 'video/AV1', source: 'camera' },
  ] satisfies CallOptions[])('$mimeType from the $source', async (options) => {
    await start(options);
    const seen = await until(({ received }) => received.decoded >= 40);
    expect(seen.received.mimeType.toLowerCase()).toBe(options.mimeType.toLowerCase());
    expect(seen.receiverEvents).toContain('alive');
    expect(seen.breaches).toEqual([]);
    const [sealed] = seen.sealed ?? [];
    expect(sealed?.framesOut).toBeGreaterThanOrEqual(seen.received.decoded);
    const [opened] = seen.opened ?? [];
    expect(opened?.dropped).toMatchObject({ unauthenticated: 0, malformed: 0, 'wrong-sender': 0 });
    if ('scalabilityMode' in options) {
      const full = await until(({ received }) => received.width === 960);
      expect(full.sealed?.[0]?.framesOut ?? 0).toBeGreaterThan(2 * full.received.decoded);
    }
  });

  it('audio/opus', async () => {
    await start({ mimeType: 'audio/opus', source: 'microphone' });
    const seen = await until(({ received }) => received.samples > 3 * 48_000);
    expect(seen.receiverEvents).toContain('alive');
    expect(seen.breaches).toEqual([]);
    expect(seen.opened?.[0]?.dropped).toMatchObject({ unauthenticated: 0, malformed: 0 });
    expect(seen.received.energy).toBeGreaterThan(0);
    // Conceals while joining; a decoder without its frames would conceal all the time.
    expect(seen.received.concealed).toBeLessThan(seen.received.samples / 4);
  });

  it('through a change of epoch, with the receiver learning of it late', async () => {
    await start(video);
    await until(({ received }) => received.decoded >= 20);
    await page.evaluate(() => window.frameLab.sendingEpoch(2));
    await until(({ opened }) => (opened?.[0]?.held ?? 0) > 0);
    await page.evaluate(() => window.frameLab.receivingEpoch(2));
    const before = await report();
    const after = await until(({ received }) => received.decoded >= before.received.decoded + 20);
    expect(after.opened?.[0]?.dropped.unauthenticated).toBe(0);
    expect(after.opened?.[0]?.held).toBe(0);
  });

  it('and recovers by itself when the key came too late', async () => {
    await start(video);
    await until(({ received }) => received.decoded >= 20);
    await page.evaluate(() => window.frameLab.sendingEpoch(2));
    const blind = await until(({ opened }) => (opened?.[0]?.dropped['no-key'] ?? 0) > 5);
    await page.evaluate(() => window.frameLab.receivingEpoch(2));
    const after = await until(({ received }) => received.decoded >= blind.received.decoded + 20);
    expect(after.received.keyFrames).toBeGreaterThan(blind.received.keyFrames);
  });
});

describe('a reused sender and receiver', () => {
  it('serve another source, with proof of life anew', async () => {
    await start(video);
    const before = await until(({ received }) => received.decoded >= 20);
    expect(before.alive).toEqual(['it']);
    await page.evaluate(() => window.frameLab.reuse('screen', 'own'));
    const after = await until(({ received }) => received.decoded >= before.received.decoded + 20);
    expect(after.alive).toEqual(['it', 'next']);
    expect(after.breaches).toEqual([]);
  });

  it('play nothing of anybody but the new sender', async () => {
    await start(video);
    const before = await until(({ received }) => received.decoded >= 20);
    await page.evaluate(() => window.frameLab.reuse('camera', 'other'));
    const after = await until(({ opened }) => (opened?.[0]?.dropped['wrong-sender'] ?? 0) >= 30);
    expect(after.alive).toEqual(['it']);
    // What was opened before may still be in the decoder's queue.
    expect(after.received.decoded).toBeLessThan(before.received.decoded + 15);
  });
});

describe('what the wire carries', () => {
  it.each([
    { codec: 'vp8', context: 1, options: { mimeType: 'video/VP8', source: 'camera' } },
    { codec: 'vp9', context: 2, options: { mimeType: 'video/VP9', source: 'screen' } },
    { codec: 'opus', context: 0, options: { mimeType: 'audio/opus', source: 'microphone' } },
  ] satisfies { codec: Codec; context: number; options: CallOptions }[])(
    '$codec: sealed frames only',
    async ({ codec, context, options }) => {
      await start({ ...options, receive: 'tap' });
      const seen = await until((now) => payloads(now).length >= 60);
      for (const { head } of payloads(seen)) expect(isSealed(codec, context, head), head).toBe(true);
    },
  );

  it('the check above tells plaintext: without a transform no frame passes it', async () => {
    await start({ ...video, attach: 'never', receive: 'tap' });
    const seen = await until(({ tapped }) => tapped.length >= 20);
    expect(seen.tapped.filter(({ head }) => isSealed('vp8', 1, head))).toEqual([]);
  });

  it('audio frames have the same size in speech and in silence', async () => {
    const sizes = new Set<number>();
    for (const silent of [false, true]) {
      await start({ mimeType: 'audio/opus', source: 'microphone', receive: 'tap', silent });
      const seen = await until((now) => payloads(now).length >= 100);
      for (const { size, head } of payloads(seen)) {
        // The counter's length shows how many frames were sent, not what is in them.
        sizes.add(size - (readHeader(fromHex(head), 0)?.length ?? 0));
      }
    }
    expect([...sizes]).toEqual([160 + 16]);
  });
});

describe('fails closed', () => {
  it('no key: nothing is sent', async () => {
    await start({ ...video, keys: false, receive: 'tap' });
    const seen = await until(({ sealed }) => (sealed?.[0]?.dropped['no-key'] ?? 0) >= 20);
    expect(seen.sent.packets).toBe(0);
    expect(seen.tapped).toEqual([]);
    expect(seen.breaches).toEqual([]);
    await page.evaluate(() => window.frameLab.sendingEpoch(1));
    const after = await until(({ tapped }) => tapped.length >= 10);
    for (const { head } of after.tapped) expect(isSealed('vp8', 1, head)).toBe(true);
  });

  it('no key at the receiver: nothing is decoded', async () => {
    await start(video);
    await until(({ received }) => received.decoded >= 10);
    await page.evaluate(() => window.frameLab.sendingEpoch(3));
    await until(({ opened }) => (opened?.[0]?.dropped['no-key'] ?? 0) > 0);
    const before = await report();
    const after = await until(({ opened }) => (opened?.[0]?.dropped['no-key'] ?? 0) >= 40);
    expect(after.received.decoded).toBeLessThanOrEqual(before.received.decoded + 2);
    expect(after.opened?.[0]?.framesOut).toBe(before.opened?.[0]?.framesOut);
  });

  it('plaintext that arrives is not played', async () => {
    await start({ ...video, attach: 'never' });
    const seen = await until(({ opened }) => (opened?.[0]?.framesIn ?? 0) >= 40);
    expect(seen.received.decoded).toBe(0);
    expect(seen.opened?.[0]?.framesOut).toBe(0);
    expect(seen.receiverEvents).not.toContain('alive');
  });

  it('worker terminated in the middle of a call: media stops and the watchdog says so', async () => {
    await start({ ...video, receive: 'tap' });
    await until(({ tapped }) => tapped.length >= 20);
    await page.evaluate(() => window.frameLab.killWorker());
    const seen = await until(({ breaches }) => breaches.length > 0);
    expect(seen.breaches).toEqual(['worker-dead']);
    expect(seen.senderEvents).toContain('failed');
    await pause(1_500);
    const after = await report();
    expect(after.sent.bytes - seen.sent.bytes).toBe(0);
    for (const { head } of after.tapped) expect(isSealed('vp8', 1, head)).toBe(true);
  });

  it('worker fails to load: nothing is sent and the watchdog says so', async () => {
    await start({ ...video, missingWorker: true, receive: 'tap' });
    const seen = await until(({ breaches }) => breaches.length > 0);
    expect(seen.breaches).toEqual(['worker-dead']);
    await pause(2_000);
    const after = await report();
    expect(after.sent.packets).toBe(0);
    expect(after.tapped).toEqual([]);
  });

  it('transform set to null: no plaintext follows, and the watchdog does not wait for any', async () => {
    await start({ ...video, receive: 'tap' });
    await until(({ tapped }) => tapped.length >= 20);
    await page.evaluate(() => window.frameLab.removeTransform());
    const seen = await until(({ breaches }) => breaches.length > 0);
    expect(seen.breaches).toEqual(['transform-replaced']);
    await pause(1_500);
    for (const { head } of (await report()).tapped) expect(isSealed('vp8', 1, head), head).toBe(true);
  });

  it('transform attached after media runs: plaintext leaves, and the watchdog catches it', async () => {
    await start({ ...video, attach: 'late', receive: 'tap' });
    const plain = await until(({ tapped }) => tapped.length >= 20);
    expect(plain.tapped.every(({ head }) => !isSealed('vp8', 1, head))).toBe(true);
    expect(plain.breaches).toEqual([]);
    await page.evaluate(() => window.frameLab.protect());
    const seen = await until(({ breaches }) => breaches.length > 0);
    expect(seen.breaches).toEqual(['bypassed']);
    expect(seen.sealed?.[0]?.framesOut ?? 0).toBe(0);
  });

  it('audio attached after media runs is caught too', async () => {
    await start({ mimeType: 'audio/opus', source: 'microphone', attach: 'late', receive: 'tap' });
    await until(({ tapped }) => tapped.length >= 20);
    await page.evaluate(() => window.frameLab.protect());
    const seen = await until(({ breaches }) => breaches.length > 0);
    expect(seen.breaches).toEqual(['bypassed']);
  });
});
