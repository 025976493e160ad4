import { describe, expect, it } from 'vitest';
import { constraintsFor } from '../../../client/media/capture.ts';
import { contentHint, plainWishes, shapesFor } from '../../../client/media/encoderShape.ts';
import { canFlip, facingOf } from '../../../client/media/facing.ts';
import { rememberedPreferences, rememberPreference } from '../../../client/media/mediaPreferences.ts';
import { TalkDetector } from '../../../client/media/mutedTalk.ts';
import { tilesWithin } from '../../../client/media/usage.ts';
import { device } from './fixtures.ts';

const plain = { music: false, facing: 'user' } as const;

describe('constraintsFor', () => {
  it('takes echo and noise out of speech, and leaves music alone', () => {
    expect(constraintsFor('microphone', 'm', plain)).toEqual({
      deviceId: { exact: 'm' },
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    });
    expect(constraintsFor('microphone', null, { ...plain, music: true })).toEqual({
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    });
  });

  it('asks for a direction only while no camera is chosen by name', () => {
    expect(constraintsFor('camera', null, { ...plain, facing: 'environment' }).facingMode).toBe(
      'environment',
    );
    expect(constraintsFor('camera', 'c', plain).facingMode).toBeUndefined();
  });
});

describe('facing', () => {
  const track = (label: string, facingMode?: string) => ({
    label,
    getSettings: () => (facingMode === undefined ? {} : { facingMode }),
  });

  it('is what the camera says, else what its label says, else towards the person', () => {
    expect(facingOf(track('Front', 'environment'))).toBe('environment');
    expect(facingOf(track('camera2 0, facing back'))).toBe('environment');
    expect(facingOf(track('Backyard cam'))).toBe('user');
    expect(facingOf(track('Webcam'))).toBe('user');
    expect(facingOf(null)).toBe('user');
  });

  it('can be changed where there is a camera for each direction', () => {
    const front = { id: 'f', label: 'camera2 1, facing front' };
    const back = { id: 'b', label: 'camera2 0, facing back' };
    expect(canFlip([front, back], null)).toBe(true);
    expect(canFlip([front], track('', 'user'))).toBe(false);
    expect(
      canFlip(
        [
          { id: 'a', label: '前' },
          { id: 'b', label: '後' },
        ],
        track('前', 'user'),
      ),
    ).toBe(true);
    expect(
      canFlip(
        [
          { id: 'a', label: 'USB 1' },
          { id: 'b', label: 'USB 2' },
        ],
        track('USB 1'),
      ),
    ).toBe(false);
  });
});

describe('TalkDetector', () => {
  const run = (detector: TalkDetector, levels: readonly number[], from = 0) =>
    levels.flatMap((level, at) => (detector.read(level, from + at * 200) ? [from + at * 200] : []));

  it('tells of speech, not of a door', () => {
    expect(run(new TalkDetector(), [0, 0.4, 0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0.4])).toEqual([]);
    expect(run(new TalkDetector(), [0.1, 0.1, 0, 0.1, 0.1, 0.1, 0.1])).toEqual([1_000]);
  });

  it('tells once a minute at most, also after the microphone was on between', () => {
    const detector = new TalkDetector();
    const speech = Array.from({ length: 50 }, () => 0.1);
    expect(run(detector, speech)).toEqual([800]);
    detector.reset();
    expect(run(detector, speech, 20_000)).toEqual([]);
    expect(run(detector, speech, 61_000)).toHaveLength(1);
  });
});

describe('media preferences', () => {
  it('are remembered, and do without storage', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(rememberedPreferences(storage)).toEqual({ pushToTalk: false, musicMode: false, mirrored: true });
    rememberPreference(storage, 'mirrored', false);
    rememberPreference(storage, 'pushToTalk', true);
    expect(rememberedPreferences(storage)).toEqual({ pushToTalk: true, musicMode: false, mirrored: false });
    const refuse = () => {
      throw new Error('forbidden');
    };
    rememberPreference({ getItem: refuse, setItem: refuse }, 'mirrored', false);
    expect(rememberedPreferences({ getItem: refuse, setItem: refuse }).mirrored).toBe(true);
  });
});

describe('how encoders run', () => {
  const three = [
    { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
  ];

  it('with little data is the smallest of several streams, or a single one made small', () => {
    const wishes = { ...plainWishes, usage: 'low-data' } as const;
    const shapes = shapesFor('camera', three, wishes);
    expect(shapes.map(({ active }) => active)).toEqual([true, false, false]);
    expect(shapes[0]?.maxFramerate).toBe(15);
    expect(shapesFor('camera', [{ scalabilityMode: 'L3T3_KEY', maxBitrate: 1_800_000 }], wishes)).toEqual([
      { active: true, maxBitrate: 200_000, maxFramerate: 15, scaleResolutionDownBy: 2 },
    ]);
  });

  it('otherwise is as negotiated', () => {
    expect(shapesFor('camera', three, plainWishes)).toEqual(three.map((each) => ({ ...each, active: true })));
  });

  it('follows the hint for a shared screen', () => {
    const motion = { ...plainWishes, screenHint: 'motion' } as const;
    expect(shapesFor('screen', [{ maxFramerate: 15 }], motion)[0]?.maxFramerate).toBe(30);
    expect(shapesFor('screen', [{ maxFramerate: 15 }], plainWishes)[0]?.maxFramerate).toBe(15);
    expect(contentHint('screen', motion)).toBe('motion');
    expect(contentHint('microphone', { ...plainWishes, music: true })).toBe('music');
  });
});

describe('tilesWithin', () => {
  const tiles = [
    { device: device(1), source: 'camera', height: 720 },
    { device: device(2), source: 'camera', height: 90 },
    { device: device(2), source: 'screen', height: 1080 },
  ] as const;

  it('receives small pictures with little data, and shared screens alone with sound only', () => {
    expect(tilesWithin('normal', tiles)).toBe(tiles);
    expect(tilesWithin('low-data', tiles).map(({ height }) => height)).toEqual([100, 90, 100]);
    expect(tilesWithin('audio-only', tiles)).toEqual([tiles[2]]);
  });
});
