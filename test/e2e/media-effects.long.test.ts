import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultClientDir } from '../../server/main.ts';
import { chromiumPath } from '../support/chromium.ts';
import { startTestServer } from '../support/server.ts';
import { type Lab, openLab } from './media/browser.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ program: chromiumPath });
});
afterAll(() => lab?.close());

async function open() {
  const page = await (await lab.context()).newPage();
  await page.goto(lab.url);
  return page;
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((value, at) => Math.abs(value - (other[at] ?? 0))));
}

describe('effects on the device', () => {
  it('put another background behind the person, and only there', async () => {
    const page = await open();
    const { before, after, costMs, camera, events } = await page.evaluate(() =>
      window.lab.painted({ background: { kind: 'scene', scene: 'dusk' }, brighten: false }, 1),
    );
    expect(distance(after.face, before.face)).toBeLessThan(40);
    // The scene's upper colour.
    expect(distance(after.corner, [0x32, 0x40, 0x5f])).toBeLessThan(40);
    expect(distance(before.corner, [0x32, 0x40, 0x5f])).toBeGreaterThan(80);
    expect({ camera, events }).toEqual({ camera: 'live', events: [] });
    console.log(`background, 640x360: ${costMs?.toFixed(1)} ms per picture`);
  });

  it('brighten a dark picture and leave the camera on', async () => {
    const { before, after, costMs, camera } = await (await open()).evaluate(() =>
      window.lab.painted({ background: { kind: 'none' }, brighten: true }, 0.4),
    );
    expect(before.luma).toBeLessThan(0.25);
    expect(after.luma).toBeGreaterThan(before.luma * 1.4);
    expect(camera).toBe('live');
    console.log(`brightening, 640x360: ${costMs?.toFixed(1)} ms per picture`);
  });

  it('take noise out of sound', async () => {
    const { before, after, costMs } = await (await open()).evaluate(() => window.lab.silenced());
    expect(before).toBeGreaterThan(0.03);
    // How much a network takes out of made-up noise differs from run to run; unchanged sound stays at one.
    expect(after).toBeLessThan(before / 2);
    expect(costMs).toBeGreaterThan(0);
    console.log(`noise suppression: ${costMs?.toFixed(2)} ms per 10 ms of sound`);
  });

  it('come from this server and run under the page’s own policy', async () => {
    const server = await startTestServer({}, { publicUrl: null });
    try {
      const assets = await readdir(join(defaultClientDir, 'assets'));
      const named = (pattern: RegExp) => `/assets/${assets.find((name) => pattern.test(name))}`;
      const page = await (await lab.context()).newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).origin));
      await page.goto(server.running.url);
      const loaded = await page.evaluate(
        async ([worklet, wasm]) => {
          const context = new AudioContext({ sampleRate: 48_000 });
          await context.audioWorklet.addModule(worklet);
          const wasmBinary = await (await fetch(wasm)).arrayBuffer();
          const node = new AudioWorkletNode(context, '@sapphi-red/web-noise-suppressor/rnnoise', {
            processorOptions: { maxChannels: 1, wasmBinary },
          });
          const failed = new Promise<string>((resolve) => {
            node.onprocessorerror = () => resolve('failed');
          });
          context.createConstantSource().connect(node).connect(context.destination);
          return Promise.race([failed, new Promise((resolve) => setTimeout(() => resolve('runs'), 1_000))]);
        },
        [named(/^workletProcessor-.*\.js$/), named(/^rnnoise-.*\.wasm$/)] as const,
      );
      expect(loaded).toBe('runs');
      expect(new Set(asked)).toEqual(new Set([server.running.url]));
    } finally {
      await server.close();
    }
  });
});
