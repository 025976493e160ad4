import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaptureState } from '../../../client/media/capture.ts';
import { MediaEngine } from '../../../client/media/engine.ts';
import { idleRecorder } from '../../../client/media/recording/recorder.ts';
import { noBreakouts } from '../../../client/meeting/breakoutView.ts';
import { Call } from '../../../client/meeting/call.ts';
import { initialState } from '../../../client/meeting/core/state.ts';
import type { Notice } from '../../../client/meeting/noticeView.ts';
import { PageNotices } from '../../../client/meeting/pageNotices.ts';
import { viewOf } from '../../../client/meeting/viewOf.ts';
import { device } from './fixtures.ts';

// Node has no cameras: what a browser answers that has none, or whose person refuses.
let answer = 'NotAllowedError';
const hardware = Object.assign(new EventTarget(), {
  enumerateDevices: () => Promise.resolve([]),
  getUserMedia: () => Promise.reject(new DOMException('', answer)),
});
const signalling = { request: () => Promise.reject(new Error('No server')) };

let told: Notice[];
let call: Call;
let engine: MediaEngine | null = null;

beforeEach(() => {
  answer = 'NotAllowedError';
  told = [];
  vi.stubGlobal('navigator', { mediaDevices: hardware });
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:9' });
  call = new Call({
    storage: null,
    signalling,
    onChange: () => undefined,
    notify: (notice) => void told.push(notice),
  });
});

afterEach(() => {
  call.close();
  engine?.close();
  engine = null;
  vi.unstubAllGlobals();
});

/** As inside a meeting; nothing of it reaches a server. */
function enter(): void {
  const none = () => {
    throw new Error('Nothing is sent here');
  };
  const protection = { protectSender: none, protectReceiver: none, stats: () => Promise.resolve(null) };
  engine = new MediaEngine({ self: device(1), signalling, protection });
  call.plug(engine);
}

const state = (kind: 'camera' | 'microphone') => call.devices.snapshot()[`${kind}State`];

describe('a device that does not start', () => {
  it('is told in the meeting, with what stands in the way', async () => {
    enter();
    call.setCamera(true);
    await vi.waitFor(() =>
      expect(told).toEqual([{ kind: 'device-failed', source: 'camera', fault: 'denied' }]),
    );
    answer = 'NotFoundError';
    call.retry('microphone');
    await vi.waitFor(() =>
      expect(told[1]).toEqual({ kind: 'device-failed', source: 'microphone', fault: 'no-device' }),
    );
  });

  it('is not told before the meeting, where the preview says it', async () => {
    call.setCamera(true);
    call.setMicrophone(true);
    await vi.waitFor(() => expect([state('camera'), state('microphone')]).toEqual(['denied', 'denied']));
    expect(told).toEqual([]);
  });

  it('is not told when the person has thought better of it', async () => {
    enter();
    call.setCamera(true);
    call.setCamera(false);
    // Everything that was under way has come to its end.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state('camera')).toBe('idle');
    expect(told).toEqual([]);
  });
});

describe('notices of failed devices', () => {
  it('are shown as long as they hold', () => {
    const notice = { kind: 'device-failed', source: 'camera', fault: 'in-use' } as const;
    const shown = (cameraState: CaptureState) =>
      viewOf({
        link: '',
        name: '',
        core: initialState,
        breakouts: noBreakouts,
        inRoom: false,
        unsupported: null,
        engine: null,
        levels: null,
        devices: { ...call.devices.snapshot(), microphoneState: 'in-use', cameraState },
        recorder: idleRecorder,
        ownCaptions: { on: false, problem: null },
        accepted: new Set(),
        notices: [{ id: 'n', notice, at: 0 }],
        call: call.view,
        mirrored: true,
        pushToTalk: false,
      });
    expect(shown('in-use')).toMatchObject({ notices: [{ notice }], devices: { cameraState: 'in-use' } });
    expect(shown('granted').notices).toEqual([]);
    expect(shown('idle').notices).toEqual([]);
  });

  it('are one for each device, the latest', () => {
    const notices = new PageNotices(() => undefined);
    notices.add({ kind: 'device-failed', source: 'camera', fault: 'denied' });
    notices.add({ kind: 'device-failed', source: 'microphone', fault: 'denied' });
    notices.add({ kind: 'device-failed', source: 'camera', fault: 'in-use' });
    expect(notices.all.map(({ notice }) => notice)).toEqual([
      { kind: 'device-failed', source: 'microphone', fault: 'denied' },
      { kind: 'device-failed', source: 'camera', fault: 'in-use' },
    ]);
  });
});
