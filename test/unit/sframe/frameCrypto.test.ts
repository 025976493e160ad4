import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameCrypto, type FrameEvent } from '../../../client/e2ee/frames/frameCrypto.ts';
import type { FrameToPage, PageToFrame, TransformStats } from '../../../client/e2ee/frames/messages.ts';
import { device } from './fixture.ts';

const ann = device(1);
const bea = device(2);

/** A worker that does what the test says; the real one runs in the browser tests. */
class ScriptedWorker extends EventTarget implements Pick<Worker, 'postMessage' | 'terminate'> {
  readonly posted: PageToFrame[] = [];
  ports: readonly Transferable[] = [];
  terminated = false;
  /** What it answers when it is polled; null: nothing. */
  transforms: readonly Partial<TransformStats>[] | null = [];

  postMessage(message: PageToFrame, transfer: readonly Transferable[] | object = []): void {
    this.posted.push(message);
    if (Array.isArray(transfer)) this.ports = transfer;
    if (message.type !== 'poll' || this.transforms === null) return;
    // Only what the watchdog reads.
    const transforms = this.transforms as readonly TransformStats[];
    queueMicrotask(() => this.say({ type: 'stats', poll: message.poll, transforms }));
  }

  say(message: FrameToPage): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }));
  }

  terminate(): void {
    this.terminated = true;
  }
}

class Transform {
  readonly options: object;

  constructor(_worker: unknown, options: object) {
    this.options = options;
  }
}

interface Sender {
  transform: Transform | null;
  getStats(): Promise<ReadonlyMap<string, object>>;
}

/** A sender that has put so many bytes on the wire. */
function sender(wire = { framesSent: 0, packetsSent: 0, bytesSent: 0 }) {
  const made: Sender = {
    transform: null,
    getStats: async () => new Map([['out', { type: 'outbound-rtp', ...wire }]]),
  };
  // The part of it in use.
  return { made, wire, rtp: made as unknown as RTCRtpSender };
}

function receiver() {
  const made: { transform: Transform | null } = { transform: null };
  return { made, rtp: made as unknown as RTCRtpReceiver };
}

let worker: ScriptedWorker;
let events: FrameEvent[];
let crypto: FrameCrypto;
const breaches = () => events.flatMap((event) => (event.type === 'breach' ? [event.reason] : []));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCRtpScriptTransform', Transform);
  worker = new ScriptedWorker();
  events = [];
  crypto = new FrameCrypto({
    onEvent: (event) => events.push(event),
    // The part of it in use.
    createWorker: () => worker as unknown as Worker,
  });
});
afterEach(() => {
  crypto.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const camera = { source: 'camera' } as const;
const hers = { trackRef: 'her camera', source: 'camera', device: bea } as const;

describe('protecting', () => {
  it('attaches before it returns, to senders and receivers', () => {
    const out = sender();
    const into = receiver();
    const { id } = crypto.protectSender(out.rtp, camera);
    crypto.protectReceiver(into.rtp, hers);
    expect(out.made.transform?.options).toEqual({ role: 'seal', id, source: 'camera' });
    expect(into.made.transform?.options).toEqual({ role: 'open', id: id + 1, binding: 0, ...hers });
  });

  it('keeps the transform of a sender or receiver that serves another stream, and says so to the worker', () => {
    const out = sender();
    const into = receiver();
    const first = crypto.protectSender(out.rtp, camera);
    const before = out.made.transform;
    expect(crypto.protectSender(out.rtp, { source: 'screen' }).id).toBe(first.id);
    expect(out.made.transform).toBe(before);
    crypto.protectReceiver(into.rtp, hers);
    crypto.protectReceiver(into.rtp, { ...hers, trackRef: 'his camera', device: ann });
    expect(worker.posted.filter(({ type }) => type === 'rebind')).toEqual([
      { type: 'rebind', options: { role: 'seal', id: 0, source: 'screen' } },
      {
        type: 'rebind',
        options: { role: 'open', id: 1, binding: 1, ...hers, trackRef: 'his camera', device: ann },
      },
    ]);
  });

  it('hands the group port on, and the device that is expected', () => {
    const { port1, port2 } = new MessageChannel();
    crypto.attachGroupPort(port2);
    expect(worker.posted).toEqual([{ type: 'group' }]);
    expect(worker.ports).toEqual([port2]);
    port1.close();
    const bound = crypto.protectReceiver(receiver().rtp, hers);
    bound.expect(ann);
    bound.close();
    expect(worker.posted.slice(1)).toEqual([
      { type: 'expect', id: 0, binding: 1, device: ann },
      { type: 'expect', id: 0, binding: 2, device: null },
    ]);
    bound.expect(ann);
    expect(worker.posted).toHaveLength(3);
  });
});

describe('what the worker says', () => {
  it('is passed on by track, and not for a stream that the receiver served before', () => {
    const bound = crypto.protectReceiver(receiver().rtp, hers);
    worker.say({ type: 'ready' });
    worker.say({ type: 'alive', id: 0, binding: 0 });
    worker.say({ type: 'authorship', id: 0, binding: 0, state: 'unsigned' });
    bound.expect(ann);
    worker.say({ type: 'alive', id: 0, binding: 0 });
    worker.say({ type: 'authorship', id: 0, binding: 0, state: 'forged' });
    worker.say({ type: 'broken', id: 0 });
    worker.say({ type: 'broken', id: 77 });
    expect(events).toEqual([
      { type: 'ready' },
      { type: 'alive', trackRef: 'her camera' },
      { type: 'authorship', trackRef: 'her camera', state: 'unsigned' },
      { type: 'broken', source: 'camera', trackRef: 'her camera' },
    ]);
  });

  it('names the source where a sending pipeline broke', () => {
    crypto.protectSender(sender().rtp, camera);
    worker.say({ type: 'broken', id: 0 });
    expect(events).toEqual([{ type: 'broken', source: 'camera', trackRef: null }]);
  });

  it('is counted when it is asked for, and null once there is nobody to answer', async () => {
    worker.transforms = [{ id: 4, framesOut: 9 }];
    expect(await crypto.stats()).toEqual([{ id: 4, framesOut: 9 }]);
    worker.transforms = null;
    const waiting = crypto.stats();
    crypto.close();
    expect(await waiting).toBeNull();
    expect(await crypto.stats()).toBeNull();
    expect(worker.terminated).toBe(true);
  });
});

describe('the watchdog', () => {
  const watch = async (rounds: number) => vi.advanceTimersByTimeAsync(rounds * 1_000);

  it('is quiet while everything on the wire was sealed', async () => {
    const out = sender({ framesSent: 10, packetsSent: 10, bytesSent: 1_000 });
    const { id } = crypto.protectSender(out.rtp, camera);
    worker.transforms = [{ id, framesIn: 10, bytesOut: 1_000 }];
    await watch(10);
    expect(events).toEqual([]);
  });

  it('calls what left unsealed a breach, once', async () => {
    const out = sender({ framesSent: 10, packetsSent: 10, bytesSent: 1_000 });
    crypto.protectSender(out.rtp, camera);
    await watch(5);
    expect(events).toEqual([{ type: 'breach', source: 'camera', sender: out.rtp, reason: 'bypassed' }]);
  });

  it('calls another transform a breach', async () => {
    const out = sender();
    crypto.protectSender(out.rtp, camera);
    out.made.transform = null;
    await watch(1);
    expect(breaches()).toEqual(['transform-replaced']);
  });

  it('lets go of a sender whose stream has ended', async () => {
    const out = sender({ framesSent: 10, packetsSent: 10, bytesSent: 1_000 });
    crypto.protectSender(out.rtp, camera).close();
    await watch(3);
    expect(events).toEqual([]);
  });

  it('stops all that is sent where the worker answers no more, and not at the first silence', async () => {
    crypto.protectSender(sender().rtp, camera);
    crypto.protectSender(sender().rtp, { source: 'microphone' });
    worker.transforms = null;
    await watch(12);
    expect(events).toEqual([]);
    await watch(10);
    expect(events[0]).toEqual({ type: 'failed', message: 'the frame worker does not answer' });
    expect(breaches()).toEqual(['worker-dead', 'worker-dead']);
  });

  it.each(['error', 'messageerror'])('stops all that is sent at an %s of the worker', async (name) => {
    crypto.protectSender(sender().rtp, camera);
    const waiting = crypto.stats();
    worker.transforms = null;
    worker.dispatchEvent(new Event(name));
    expect(events[0]?.type).toBe('failed');
    expect(breaches()).toEqual(['worker-dead']);
    await waiting;
    // What is protected later has no worker either.
    crypto.protectSender(sender().rtp, camera);
    await watch(1);
    expect(breaches()).toEqual(['worker-dead', 'worker-dead']);
  });

  it('believes a worker that says it has failed', () => {
    crypto.protectSender(sender().rtp, camera);
    worker.say({ type: 'failed', message: 'CompileError' });
    worker.say({ type: 'ready' });
    expect(events).toMatchObject([
      { type: 'failed', message: 'CompileError' },
      { type: 'breach', reason: 'worker-dead' },
    ]);
  });
});

describe('support', () => {
  it('is there where a browser has transforms and workers', () => {
    vi.stubGlobal('Worker', ScriptedWorker);
    expect(FrameCrypto.supported()).toBe(true);
    vi.stubGlobal('RTCRtpScriptTransform', undefined);
    expect(FrameCrypto.supported()).toBe(false);
  });
});
