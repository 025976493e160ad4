import { expect } from 'vitest';
import { ChaChaSFrame, type SFrameKey } from '../../client/e2ee/sframe/chacha.ts';
import { readHeader } from '../../client/e2ee/sframe/header.ts';
import { heapOf } from '../../client/e2ee/sframe/heap.ts';
import { ReplayWindow } from '../../client/e2ee/sframe/replayWindow.ts';
import { randomBytes, ready } from '../../client/e2ee/sodium.ts';
import { concat } from '../../shared/bytes.ts';
import { device, epochMessage, ManualClock, Party, present } from '../unit/sframe/fixture.ts';
import { declare } from './attack.ts';

const ann = device(1);
const bea = device(2);
const members = { 0: ann, 1: bea };

/** Counts which keys are tried. */
class CountingSFrame extends ChaChaSFrame {
  readonly tried: number[] = [];

  override open(key: SFrameKey, ...rest: DropFirst<Parameters<ChaChaSFrame['open']>>) {
    this.tried.push(key.kid);
    return super.open(key, ...rest);
  }
}

type DropFirst<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest]
  ? Rest
  : never;

async function pair() {
  const clock = new ManualClock();
  const heap = heapOf(await ready());
  const sframe = new CountingSFrame(heap);
  const alice = new Party(new ChaChaSFrame(heap), clock);
  const bob = new Party(sframe, clock);
  const begin = (epoch: number) => {
    alice.core.group(epochMessage(epoch, 0, members));
    bob.core.group(epochMessage(epoch, 1, members));
  };
  return { alice, bob, begin, tried: sframe.tried };
}

declare('media-replayed-late', async () => {
  const { alice, bob, begin } = await pair();
  begin(1);
  const { send } = alice.sender('camera');
  const frames = Array.from({ length: ReplayWindow.size + 40 }, (_, i) =>
    present(send(Uint8Array.of(1, i & 255))),
  );
  const view = bob.receiver('camera', ann);
  const [held, ...others] = frames;
  // The server sends everything twice, holds the first frame back, and lets it go when nobody can tell any more.
  for (const frame of others) for (const again of [frame, frame]) view.push(again);
  view.push(present(held));
  expect(view.received).toHaveLength(others.length);
  expect(bob.stats(view.id).dropped.replay).toBe(others.length + 1);
  // One held back for less is not mistaken for a replay, and a gap of any length opens no way back.
  const [late, next] = [present(send(Uint8Array.of(7))), present(send(Uint8Array.of(8)))];
  for (const frame of [next, late, late, next, ...others]) view.push(frame);
  expect(view.received).toHaveLength(others.length + 2);
  expect(bob.keyFrameRequests).toBe(0);
});

declare('media-epoch-collision', async () => {
  const { alice, bob, begin, tried } = await pair();
  const first = alice.sender('camera');
  const view = bob.receiver('camera', ann);
  const frames: Uint8Array[] = [];
  for (const epoch of [44, 299, 300, 301]) {
    begin(epoch);
    frames.push(present(first.send(Uint8Array.of(epoch & 255, 2, 3))));
  }
  // 44 and 300 have one number on the wire; the keys of 299, 300 and 301 are all held.
  for (const frame of frames) {
    const before = tried.length;
    view.push(frame);
    expect(tried.slice(before)).toEqual([readHeader(frame, 0)?.kid]);
  }
  expect(view.received.map(([epoch]) => epoch)).toEqual([299 & 255, 300 & 255, 301 & 255]);
  // Renamed to another held epoch, a frame meets that epoch's key alone, and no other when it fails.
  const [, , renamed = new Uint8Array()] = frames;
  const [, , , newest = new Uint8Array()] = frames;
  const { length = 0, kid = 0 } = readHeader(newest, 0) ?? {};
  const before = tried.length;
  view.push(concat(newest.subarray(0, length - 1), Uint8Array.of(99), renamed.subarray(length)));
  expect(tried.slice(before).every((each) => each === kid)).toBe(true);
  expect(tried.length - before).toBeLessThanOrEqual(1);
  expect(view.received).toHaveLength(3);
});

declare('media-truncated', async () => {
  const { alice, bob, begin } = await pair();
  begin(1);
  for (const [source, mimeType, bytes] of [
    ['camera', 'video/VP8', [0, ...randomBytes(60)]],
    ['camera', 'video/VP8', [1, ...randomBytes(60)]],
    ['camera', 'video/VP9', randomBytes(60)],
    ['camera', 'video/AV1', [0x32, ...randomBytes(60)]],
    ['microphone', 'audio/opus', randomBytes(60)],
  ] as const) {
    const { send } = alice.sender(source);
    const [one, two] = [
      present(send(Uint8Array.from(bytes), mimeType)),
      present(send(Uint8Array.from(bytes), mimeType)),
    ];
    const view = bob.receiver(source, ann);
    for (let cut = 0; cut < one.length; cut++) {
      view.push(one.subarray(0, cut), mimeType);
      if (cut > 0) view.push(one.subarray(cut), mimeType);
    }
    view.push(concat(one, two), mimeType);
    view.push(concat(one, Uint8Array.of(0)), mimeType);
    view.push(concat(one.subarray(0, one.length >> 1), two.subarray(two.length >> 1)), mimeType);
    expect(view.received, mimeType).toEqual([]);
    // None of it used up what the genuine ones need.
    view.push(two, mimeType);
    view.push(one, mimeType);
    expect(view.received, mimeType).toHaveLength(2);
  }
});
