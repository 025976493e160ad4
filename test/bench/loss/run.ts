import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serveLab } from '../../e2e/media/browser.ts';
import { Person } from '../../e2e/media/room.ts';
import { TestSfu } from '../../e2e/media/sfu.ts';
import { UdpGate } from '../../e2e/media/udpGate.ts';
import { personFlags } from '../../support/browser.ts';
import { chromiumPath } from '../../support/chromium.ts';
import { probeScript } from '../../support/clip/probeScript.ts';
import { writeSound } from '../../support/clip/sound.ts';
import { writeClip } from '../../support/clip/video.ts';
import { keepPeers } from '../../support/peers.ts';
import { pause } from '../../support/until.ts';
import { type Got, gotOf, middleOf } from './got.ts';

/**
 * What comes through a line that loses packets, with our end-to-end encryption and without any: the real media engine in
 * real browsers through a real mediasoup, the very same but for the frames. Losses are drawn anew from the same seed for
 * each. Prints a table and JSON.
 */

const LOSSES = [0, 0.01, 0.05, 0.15];
const ROUNDS = 3;
const WARM_UP_MS = 12_000;
const SEED = 20_260_101;

/** Numbers from 0 to 1, the same for a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const folder = await mkdtemp(join(tmpdir(), 'sealroom-loss-'));
const clip = join(folder, 'camera.y4m');
const sound = join(folder, 'microphone.wav');
writeClip(clip, 0);
writeSound(sound, 0);
const site = await serveLab();
const script = await probeScript();

/** One call, with each loss in turn. */
async function call(clear: boolean, seed: number): Promise<readonly Got[]> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...personFlags,
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
      `--use-file-for-fake-audio-capture=${sound}`,
    ],
  });
  const sfu = await TestSfu.start();
  const gate = new UdpGate();
  sfu.gate = gate;
  const lab = {
    url: site.url,
    context: async () => {
      const context = await browser.newContext();
      await context.addInitScript(script);
      await keepPeers(context);
      return context;
    },
    close: async () => undefined,
  };
  try {
    const sender = await Person.join(lab, sfu, { leaf: 0, members: 2, clear });
    const receiver = await Person.join(lab, sfu, { leaf: 1, members: 2, clear });
    await sender.publish('microphone');
    await sender.publish('camera');
    await receiver.show({ leaf: 0, source: 'camera', height: 360 });
    await receiver.stream(0, 'camera', 'is shown', ({ shown }) => shown);
    await receiver.page.evaluate(() => {
      window.probe.watch();
      window.probe.listen();
    });
    await pause(WARM_UP_MS);
    const all: Got[] = [];
    for (const loss of LOSSES) {
      const next = numbers(seed + Math.round(1_000 * loss));
      gate.loses = () => next() < loss;
      await pause(5_000);
      all.push(await gotOf(receiver.page));
    }
    return all;
  } finally {
    await browser.close();
    gate.close();
    await sfu.close();
  }
}

try {
  const got: { readonly clear: boolean; readonly calls: readonly Got[] }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const clear of [true, false]) got.push({ clear, calls: await call(clear, SEED + round) });
  }
  const rows = LOSSES.flatMap((loss, at) =>
    [true, false].map((clear) => {
      const those = got.filter((each) => each.clear === clear).flatMap(({ calls }) => calls[at] ?? []);
      return { 'lost, %': 100 * loss, frames: clear ? 'clear' : 'sealed', ...middleOf(those) };
    }),
  );
  console.table(rows);
  console.log(JSON.stringify(rows));
} finally {
  await site.close();
  await rm(folder, { recursive: true, force: true });
}
