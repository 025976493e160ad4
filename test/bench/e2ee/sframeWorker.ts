import { FrameCore } from '../../../client/e2ee/frames/frameCore.ts';
import type { EpochMessage } from '../../../client/e2ee/frames/messages.ts';
import { ChaChaSFrame } from '../../../client/e2ee/sframe/chacha.ts';
import { readHeader } from '../../../client/e2ee/sframe/header.ts';
import { heapOf, type SodiumHeap } from '../../../client/e2ee/sframe/heap.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { deviceKey } from '../../../shared/ids.ts';

/** Microseconds per frame of `bytes` bytes, medians over rounds. */
export interface SFrameTiming {
  readonly bytes: number;
  readonly seal: number;
  readonly open: number;
  /** All the frame worker does with a frame to be sent, the browser's copy, authorship hash and codec header included. */
  readonly frame: number;
  /** BLAKE2b-128 of the ciphertext, paid with authorship checkpoints. */
  readonly hash: number;
  /** libsodium's own wrapped call with a fixed nonce: the bare AEAD as JavaScript sees it. */
  readonly bareAead: number;
  /** The WebAssembly function in place, nothing copied in or out. */
  readonly rawAead: number;
  /** WebCrypto AES-256-GCM, awaited one by one. */
  readonly webCryptoGcm: number;
}

export interface SFrameReport {
  readonly timings: readonly SFrameTiming[];
  /** Milliseconds of one core per second for 25 senders: 30 frames of 6250 bytes and 50 of audio each. */
  readonly streams25: number;
}

type Task = Exclude<keyof SFrameTiming, 'bytes'>;

const rounds = 21;
const sizes = [160, 1_200, 6_250, 30_000];

async function once(count: number, task: () => unknown): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const result = task();
    if (result instanceof Promise) await result;
  }
  return ((performance.now() - start) * 1_000) / count;
}

/** Medians of all tasks, taken in turns, so that what else the machine does meets them alike. */
async function medians(
  count: number,
  tasks: Readonly<Record<Task, () => unknown>>,
): Promise<Record<Task, number>> {
  const times: Record<Task, number[]> = {
    seal: [],
    open: [],
    frame: [],
    hash: [],
    bareAead: [],
    rawAead: [],
    webCryptoGcm: [],
  };
  const median = (task: Task) => {
    const sorted = times[task].slice(1).sort((a, b) => a - b);
    return Math.round((sorted[rounds >> 1] ?? 0) * 100) / 100;
  };
  for (let round = 0; round <= rounds; round++) {
    times.seal.push(await once(count, tasks.seal));
    times.open.push(await once(count, tasks.open));
    times.frame.push(await once(count, tasks.frame));
    times.hash.push(await once(count, tasks.hash));
    times.bareAead.push(await once(count, tasks.bareAead));
    times.rawAead.push(await once(count, tasks.rawAead));
    times.webCryptoGcm.push(await once(Math.round(count / 4), tasks.webCryptoGcm));
  }
  return {
    seal: median('seal'),
    open: median('open'),
    frame: median('frame'),
    hash: median('hash'),
    bareAead: median('bareAead'),
    rawAead: median('rawAead'),
    webCryptoGcm: median('webCryptoGcm'),
  };
}

/** A browser takes the memory of a frame's data with it when the frame is written. */
function written(data: ArrayBuffer): void {
  data.transfer(0);
}

function coreOf(heap: SodiumHeap, ownLeaf: number, leaves: EpochMessage['leaves']): FrameCore {
  const quiet = { toPage: () => undefined, toGroup: () => undefined };
  const clock = { now: () => performance.now(), after: () => () => undefined };
  const made = new FrameCore({ sframe: new ChaChaSFrame(heap), clock, ...quiet });
  made.group({ type: 'authorship', enforce: true });
  made.group({ type: 'epoch', epoch: 1, ownLeaf, baseKey: new Uint8Array(32).fill(9), leaves });
  return made;
}

async function measure(bytes: number): Promise<SFrameTiming> {
  const sodium = await ready();
  const heap = heapOf(sodium);
  const sframe = new ChaChaSFrame(heap);
  const key = sframe.derive(sframe.extract(new Uint8Array(32).fill(1)), 0x1_0002_03);
  const metadata = Uint8Array.of(1, 0);
  const plaintext = crypto.getRandomValues(new Uint8Array(bytes));
  const [bareKey, bareNonce, bareAad] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(10)];
  const space = heap._malloc(bytes + 16);
  const small = heap._malloc(64);
  const gcm = await crypto.subtle.importKey('raw', bareKey, 'AES-GCM', false, ['encrypt']);
  const parameters = { name: 'AES-GCM', iv: bareNonce, additionalData: bareAad };
  let ctr = 0;
  const sealed = sframe.seal(key, 2 ** 20, metadata, plaintext);
  const open = () => {
    const header = readHeader(sealed, 0);
    const opened = header && sframe.open(key, header, metadata, sealed);
    if (opened === null) throw new Error('did not open');
    written(opened.buffer);
  };
  const core = coreOf(heap, 0, [{ leaf: 0, device: deviceKey.parse(toBase64Url(new Uint8Array(32))) }]);
  const track = core.sealTrack({ role: 'seal', id: 0, source: 'camera' });
  const getMetadata = () => ({ mimeType: 'video/VP9' });
  const count = Math.max(200, Math.round(4_000_000 / (bytes + 1_000)));
  const timed = await medians(count, {
    seal: () => written(sframe.seal(key, ctr++, metadata, plaintext).buffer),
    open,
    frame: () =>
      track.push({ data: plaintext.slice().buffer, getMetadata }, (sealed) => written(sealed.data)),
    hash: () => sframe.hash(sealed, 16),
    bareAead: () =>
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, bareAad, null, bareNonce, bareKey),
    rawAead: () =>
      heap._crypto_aead_chacha20poly1305_ietf_encrypt(
        space,
        0,
        space,
        bytes,
        0,
        small,
        10,
        0,
        0,
        small + 16,
        small + 32,
      ),
    webCryptoGcm: () => crypto.subtle.encrypt(parameters, gcm, plaintext),
  });
  return { bytes, ...timed };
}

/** Milliseconds of one core per second of a meeting: opening 25 cameras and 25 microphones, all checked. */
async function meeting(streams: number): Promise<number> {
  const heap = heapOf(await ready());
  const leaves = Array.from({ length: streams + 1 }, (_, leaf) => ({
    leaf,
    device: deviceKey.parse(toBase64Url(new Uint8Array(32).fill(leaf))),
  }));
  const core = (ownLeaf: number) => coreOf(heap, ownLeaf, leaves);
  const receiver = core(streams);
  const frames: (() => void)[] = [];
  leaves.slice(0, streams).forEach(({ leaf, device }) => {
    const sender = core(leaf);
    for (const [source, mimeType, bytes, count] of [
      ['camera', 'video/VP9', 6_250, 30],
      ['microphone', 'audio/opus', 100, 50],
    ] as const) {
      const id = leaf * 2 + (source === 'camera' ? 0 : 1);
      const seal = sender.sealTrack({ role: 'seal', id, source });
      const open = receiver.openTrack(
        { role: 'open', id, binding: id, trackRef: 'it', source, device },
        () => undefined,
      );
      for (let i = 0; i < count; i++) {
        const frame = { data: new ArrayBuffer(bytes), getMetadata: () => ({ mimeType }) };
        seal.push(frame, (sealed) => frames.push(() => open.push(sealed, () => undefined)));
      }
    }
  });
  const start = performance.now();
  for (const open of frames) open();
  return Math.round((performance.now() - start) * 10) / 10;
}

const timings: SFrameTiming[] = [];
for (const bytes of sizes) timings.push(await measure(bytes));
const once25 = [await meeting(25), await meeting(25), await meeting(25)].sort((a, b) => a - b);
postMessage({ timings, streams25: once25[1] ?? 0 } satisfies SFrameReport);
