import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import { EffectBudget } from './budget.ts';
import type { StartEffect } from './effect.ts';

/** The one rate that RNNoise was trained for, in Hz, and the sound it takes at a time, in ms. */
const rate = 48_000;
const frameMs = 10;
const watchEveryMs = 500;
const settleMs = 200;

/**
 * Takes noise out of speech by RNNoise, in the browser's audio thread. What it costs is measured on a second
 * of silence at the start; from then on it counts as too slow when the audio clock falls behind.
 */
export const suppressNoise: StartEffect = async (track, { onEnd }) => {
  const binary = await loadRnnoise({ url: wasmUrl, simdUrl });
  const costMs = await measure(binary);
  const context = new AudioContext({ sampleRate: rate, latencyHint: 'interactive' });
  await context.audioWorklet.addModule(workletUrl);
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const node = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary: binary });
  const sink = context.createMediaStreamDestination();
  source.connect(node).connect(sink);
  const [out] = sink.stream.getAudioTracks();
  if (out === undefined) throw new Error('this browser gives no processed sound');

  const budget = new EffectBudget();
  let clock: { readonly wall: number; readonly audio: number } | null = null;
  const timer = setInterval(() => {
    if (context.state !== 'running') {
      clock = null;
      return;
    }
    const now = { wall: performance.now(), audio: context.currentTime * 1_000 };
    const behind = clock === null ? 0 : now.wall - clock.wall - (now.audio - clock.audio);
    clock = now;
    // Lost sound counts as time that the frame's own interval did not have.
    if (budget.take(costMs + Math.max(0, behind - watchEveryMs * 0.1), frameMs, now.wall)) return;
    clearInterval(timer);
    onEnd('too-slow');
  }, watchEveryMs);
  return {
    track: out,
    costMs,
    close() {
      clearInterval(timer);
      node.destroy();
      source.disconnect();
      out.stop();
      void context.close();
    },
  };
};

/** Milliseconds of work per frame. */
async function measure(wasmBinary: ArrayBuffer): Promise<number> {
  const context = new OfflineAudioContext(1, rate, rate);
  await context.audioWorklet.addModule(workletUrl);
  // The package asks for the one context and needs what both have.
  const node = new RnnoiseWorkletNode(context as BaseAudioContext as AudioContext, {
    maxChannels: 1,
    wasmBinary,
  });
  const source = context.createConstantSource();
  source.connect(node).connect(context.destination);
  source.start();
  // The processor compiles its code first, and passes everything on until then.
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const began = performance.now();
  await context.startRendering();
  node.destroy();
  return (performance.now() - began) / (1_000 / frameMs);
}
