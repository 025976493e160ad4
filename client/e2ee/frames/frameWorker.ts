import { z } from 'zod';
import { ChaChaSFrame } from '../sframe/chacha.ts';
import { heapOf } from '../sframe/heap.ts';
import { ready as sodiumReady } from '../sodium.ts';
import { systemClock } from './clock.ts';
import { FrameCore } from './frameCore.ts';
import { type FrameToPage, groupToFrame, pageToFrame, transformOptions } from './messages.ts';
import type { EncodedFrame } from './sealTrack.ts';

/** The frame worker: joins the browser's encoded-frame streams, the page and the group worker to FrameCore. */

// The page forbids eval; without this zod would try it once and leave a violation report.
z.config({ jitless: true });

interface ScriptTransformer {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  readonly options: unknown;
  sendKeyFrameRequest?(): Promise<unknown>;
}

interface TransformEvent extends Event {
  readonly transformer: ScriptTransformer;
}

interface WorkerScope {
  postMessage(message: FrameToPage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'rtctransform', listener: (event: TransformEvent) => void): void;
}

// The project is typed for pages; this is the one dedicated worker scope of the layer.
const scope: WorkerScope = globalThis;

const ready: Promise<FrameCore> = sodiumReady().then(
  (sodium) =>
    new FrameCore({
      sframe: new ChaChaSFrame(heapOf(sodium)),
      clock: systemClock,
      toPage: (message) => scope.postMessage(message),
      toGroup: (message) => groupPort?.postMessage(message),
    }),
);
let groupPort: MessagePort | null = null;

ready.then(
  () => scope.postMessage({ type: 'ready' }),
  (error: unknown) => scope.postMessage({ type: 'failed', message: reason(error) }),
);

// Registered before anything is awaited: a transform whose event finds no listener passes no frame, but
// also never will.
scope.addEventListener('rtctransform', ({ transformer }) => attach(transformer));

scope.addEventListener('message', (event) => {
  const message = pageToFrame.parse(event.data);
  if (message.type === 'group') adoptGroupPort(event.ports[0]);
  else withCore((core) => core.page(message));
});

function withCore(task: (core: FrameCore) => void): void {
  // A failed start has been reported above; without a core nothing passes.
  ready.then(task).catch(() => undefined);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** A new group worker's port: keys of the former one are erased. */
function adoptGroupPort(port: MessagePort | undefined): void {
  if (port === undefined) return;
  const former = groupPort;
  groupPort = port;
  if (former !== null) {
    former.close();
    withCore((core) => core.group({ type: 'restart' }));
  }
  port.onmessage = (event: MessageEvent<unknown>) => {
    const message = groupToFrame.safeParse(event.data);
    withCore((core) => {
      try {
        if (groupPort !== port) return;
        if (message.success) core.group(message.data);
        else port.postMessage({ type: 'refused', epoch: null });
      } catch {
        port.postMessage({ type: 'refused', epoch: null });
      }
    });
  };
  withCore(() => port.postMessage({ type: 'ready' }));
}

interface Track {
  push(frame: EncodedFrame, emit: (frame: EncodedFrame) => void): void;
  fail(): void;
}

/** Joins a transform's streams through its track. An error ends the pipeline, and with it the frames. */
function attach(transformer: ScriptTransformer): void {
  const parsed = transformOptions.safeParse(transformer.options);
  if (!parsed.success) {
    scope.postMessage({ type: 'failed', message: 'transform options' });
    return;
  }
  const options = parsed.data;
  let track: Track | null = null;
  const trackReady = ready.then((core) => {
    track = options.role === 'seal' ? core.sealTrack(options) : core.openTrack(options, askKeyFrame);
    return track;
  });
  const askKeyFrame = () => {
    // Refused for audio and while the transceiver is stopped; the next gap asks again.
    transformer.sendKeyFrameRequest?.().catch(() => undefined);
  };
  const process = (
    to: Track,
    frame: EncodedFrame,
    controller: TransformStreamDefaultController<EncodedFrame>,
  ) => {
    try {
      to.push(frame, (done) => controller.enqueue(done));
    } catch {
      to.fail();
    }
  };
  const through = new TransformStream<EncodedFrame, EncodedFrame>({
    transform: (frame, controller) => {
      if (track !== null) return process(track, frame, controller);
      return trackReady.then((made) => process(made, frame, controller));
    },
  });
  transformer.readable
    .pipeThrough(through)
    .pipeTo(transformer.writable)
    .catch(() => scope.postMessage({ type: 'broken', id: options.id }))
    .finally(() => withCore((core) => core.release(options.id)));
}
