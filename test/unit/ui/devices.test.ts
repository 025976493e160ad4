import { describe, expect, it } from 'vitest';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { zhTW } from '../../../client/i18n/zh-TW.ts';
import type { CaptureState } from '../../../client/media/capture.ts';
import type { Notice } from '../../../client/meeting/noticeView.ts';
import { deviceProblems, startingDevices } from '../../../client/ui/meeting/deviceProblems.ts';
import { isLasting, noticeText } from '../../../client/ui/meeting/noticeText.ts';

const states = (cameraState: CaptureState, microphoneState: CaptureState) => ({
  cameraState,
  microphoneState,
});

describe('help with devices', () => {
  it('is for the one that does not work, also while the other does', () => {
    expect(deviceProblems(states('denied', 'granted'))).toEqual([{ kind: 'camera', fault: 'denied' }]);
    expect(deviceProblems(states('idle', 'in-use'))).toEqual([{ kind: 'microphone', fault: 'in-use' }]);
    expect(deviceProblems(states('granted', 'asking'))).toEqual([]);
  });

  it('is one for both where the same keeps them, and one for each otherwise', () => {
    expect(deviceProblems(states('denied', 'insecure'))).toEqual([{ kind: 'both', fault: 'denied' }]);
    expect(deviceProblems(states('no-device', 'denied'))).toEqual([
      { kind: 'camera', fault: 'no-device' },
      { kind: 'microphone', fault: 'denied' },
    ]);
  });

  it('names only what is to be allowed', () => {
    const steps = Object.values(en.devices.steps).flatMap((each) => each(en.devices.kinds.camera));
    expect(steps.filter((step) => step.includes('camera'))).toHaveLength(5);
    expect(steps.filter((step) => step.includes('microphone'))).toEqual([]);
  });
});

describe('waiting for devices', () => {
  it('is for what is being asked for', () => {
    expect(startingDevices(states('asking', 'asking'))).toBe('both');
    expect(startingDevices(states('asking', 'denied'))).toBe('camera');
    expect(startingDevices(states('granted', 'asking'))).toBe('microphone');
    expect(startingDevices(states('granted', 'idle'))).toBeNull();
  });
});

describe('a device that did not start in the meeting', () => {
  const failed = (fault: 'denied' | 'no-device' | 'in-use'): Notice => ({
    kind: 'device-failed',
    source: 'camera',
    fault,
  });

  it('is told until it is dealt with, with what to do', () => {
    expect(isLasting(failed('denied'))).toBe(true);
    const text = (notice: Notice) => noticeText(notice, en, createFormat('en'));
    expect(text(failed('denied'))).toContain('The settings show how to allow it.');
    expect(text(failed('in-use'))).toContain('Close that program');
    expect(text(failed('no-device'))).toBe('No camera was found. Plug one in, then try again.');
    expect(noticeText(failed('no-device'), zhTW, createFormat('zh-TW'))).toBe(
      '找不到鏡頭，請接上後再試一次。',
    );
  });
});
