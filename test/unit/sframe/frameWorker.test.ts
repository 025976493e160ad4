import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  FrameToGroup,
  FrameToPage,
  GroupToFrame,
  PageToFrame,
} from '../../../client/e2ee/frames/messages.ts';
import type { EncodedFrame } from '../../../client/e2ee/frames/sealTrack.ts';
import { until } from '../../support/until.ts';
import { device, epochMessage, frame, ManualClock, Party, present } from './fixture.ts';

const ann = device(1);
const bea = device(2);
const members = { 0: ann, 1: bea };
const picture = Uint8Array.from({ length: 300 }, (_, i) => i & 255);

/** What a worker's scope has and this process lacks. */
const listeners = new Map<string, (event: object) => void>();
let page: FrameToPage[] = [];
let ports: MessagePort[] = [];
let other: Party;

/** The frame worker, begun anew as a page begins it. */
beforeEach(async () => {
  page = [];
  listeners.clear();
  vi.stubGlobal('addEventListener', (name: string, listener: (event: object) => void) =>
    listeners.set(name, listener),
  );
  vi.stubGlobal('postMessage', (message: FrameToPage) => page.push(message));
  vi.resetModules();
  await import('../../../client/e2ee/frames/frameWorker.ts');
  other = await Party.create(new ManualClock());
  await said('ready');
});
afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});
afterAll(() => vi.unstubAllGlobals());

const said = (type: FrameToPage['type']) =>
  until(
    () => page.findLast((message) => message.type === type),
    (message) => message !== undefined,
    `the worker says ${type}`,
    5_000,
  );

const tell = (data: PageToFrame, given: readonly MessagePort[] = []) =>
  listeners.get('message')?.({ data, ports: given });

/** The group worker's end of a channel to the frame worker. */
function joinGroup() {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const heard: FrameToGroup[] = [];
  port1.onmessage = ({ data }: MessageEvent<FrameToGroup>) => heard.push(data);
  tell({ type: 'group' }, [port2]);
  const answer = (type: FrameToGroup['type']) =>
    until(
      () => heard.find((message) => message.type === type),
      (message) => message !== undefined,
      `the group hears ${type}`,
      5_000,
    );
  return { heard, answer, send: (message: GroupToFrame | object) => port1.postMessage(message) };
}

/** A transform as the browser makes one, by its options. */
function transform(options: object, accept: (frame: EncodedFrame) => void = () => undefined) {
  const input = new TransformStream<EncodedFrame, EncodedFrame>();
  const sendKeyFrameRequest = vi.fn(async () => undefined);
  const writer = input.writable.getWriter();
  listeners.get('rtctransform')?.({
    transformer: {
      readable: input.readable,
      writable: new WritableStream<EncodedFrame>({ write: accept }),
      options,
      sendKeyFrameRequest,
    },
  });
  // A pipeline that ended takes no more.
  const push = (bytes: Uint8Array) => writer.write(frame(bytes)).catch(() => undefined);
  return { push, sendKeyFrameRequest };
}

const sealing = { role: 'seal', id: 1, source: 'camera' } as const;
const opening = {
  role: 'open',
  id: 2,
  binding: 5,
  trackRef: 'her camera',
  source: 'camera',
  device: bea,
} as const;

describe('the frame worker', () => {
  it('seals what is sent and opens what is received, under the keys of its group', async () => {
    const group = joinGroup();
    await group.answer('ready');
    group.send(epochMessage(1, 0, members));
    expect(await group.answer('installed')).toEqual({ type: 'installed', epoch: 1 });
    other.core.group(epochMessage(1, 1, members));

    const wire: Uint8Array[] = [];
    const camera = transform(sealing, ({ data }) => wire.push(new Uint8Array(data)));
    await camera.push(picture);
    await until(
      () => wire.length,
      (length) => length === 1,
      'a sealed frame',
      5_000,
    );
    const received = other.receiver('camera', ann);
    received.push(present(wire[0]));
    expect(received.received).toEqual([picture]);

    const shown: Uint8Array[] = [];
    const view = transform(opening, ({ data }) => shown.push(new Uint8Array(data)));
    await view.push(present(other.sender('camera').send(picture)));
    await until(
      () => shown.length,
      (length) => length === 1,
      'an opened frame',
      5_000,
    );
    expect(shown).toEqual([picture]);
    expect(await said('alive')).toEqual({ type: 'alive', id: 2, binding: 5 });

    tell({ type: 'poll', poll: 3 });
    const { transforms } = (await said('stats')) as Extract<FrameToPage, { type: 'stats' }>;
    expect(transforms.map(({ id, role, framesOut }) => ({ id, role, framesOut }))).toEqual([
      { id: 1, role: 'seal', framesOut: 1 },
      { id: 2, role: 'open', framesOut: 1 },
    ]);
  });

  it('lets nothing pass without keys', async () => {
    const passed: EncodedFrame[] = [];
    const camera = transform(sealing, (sent) => passed.push(sent));
    const view = transform(opening, (opened) => passed.push(opened));
    await camera.push(picture);
    await view.push(picture);
    tell({ type: 'poll', poll: 1 });
    const { transforms } = (await said('stats')) as Extract<FrameToPage, { type: 'stats' }>;
    expect(transforms.map(({ framesIn, framesOut }) => [framesIn, framesOut])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(passed).toEqual([]);
  });

  it('makes no transform by options that it does not understand, and says so', async () => {
    const passed: EncodedFrame[] = [];
    const camera = transform({ ...sealing, role: 'pass' }, (sent) => passed.push(sent));
    expect(await said('failed')).toEqual({ type: 'failed', message: 'transform options' });
    void camera.push(picture);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(passed).toEqual([]);
  });

  it('refuses what is no message of a group, and epochs that go back', async () => {
    const group = joinGroup();
    group.send({ type: 'epoch', epoch: -1 });
    expect(await group.answer('refused')).toEqual({ type: 'refused', epoch: null });
    group.send(epochMessage(2, 0, members));
    await group.answer('installed');
    group.send(epochMessage(1, 0, members));
    await until(
      () => group.heard.filter(({ type }) => type === 'refused'),
      (refused) => refused.length === 2,
      'a second refusal',
      5_000,
    );
    expect(group.heard.at(-1)).toEqual({ type: 'refused', epoch: 1 });
  });

  it('forgets the keys of a group worker when another takes over', async () => {
    const first = joinGroup();
    first.send(epochMessage(1, 0, members));
    await first.answer('installed');
    const second = joinGroup();
    await second.answer('ready');
    const passed: EncodedFrame[] = [];
    await transform(sealing, (sent) => passed.push(sent)).push(picture);
    tell({ type: 'poll', poll: 1 });
    const { transforms } = (await said('stats')) as Extract<FrameToPage, { type: 'stats' }>;
    expect(transforms[0]).toMatchObject({ framesIn: 1, framesOut: 0 });
    expect(transforms[0]?.dropped['no-key']).toBe(1);
    expect(passed).toEqual([]);
  });

  it('says which pipeline has ended', async () => {
    const group = joinGroup();
    group.send(epochMessage(1, 0, members));
    await group.answer('installed');
    const camera = transform(sealing, () => {
      throw new Error('the sender is gone');
    });
    await camera.push(picture);
    expect(await said('broken')).toEqual({ type: 'broken', id: 1 });
  });

  it('serves another stream, and expects another device, where the page says so', async () => {
    const group = joinGroup();
    group.send(epochMessage(1, 0, members));
    await group.answer('installed');
    other.core.group(epochMessage(1, 1, members));
    const shown: Uint8Array[] = [];
    const view = transform({ ...opening, device: null }, ({ data }) => shown.push(new Uint8Array(data)));
    const sender = other.sender('camera');
    await view.push(present(sender.send(picture)));
    expect(shown).toEqual([]);
    tell({ type: 'expect', id: 2, binding: 6, device: bea });
    await view.push(present(sender.send(picture)));
    expect(await said('alive')).toEqual({ type: 'alive', id: 2, binding: 6 });
    tell({ type: 'rebind', options: { ...opening, binding: 7, source: 'screen', trackRef: 'her screen' } });
    await view.push(present(other.sender('screen').send(picture)));
    await until(
      () => page.findLast(({ type }) => type === 'alive'),
      (alive) => alive?.type === 'alive' && alive.binding === 7,
      'the screen is alive',
      5_000,
    );
  });
});
