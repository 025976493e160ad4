import { describe, expect, it } from 'vitest';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { zhTW } from '../../../client/i18n/zh-TW.ts';
import type { StreamView } from '../../../client/meeting/callView.ts';
import type { SourceView } from '../../../client/meeting/view.ts';
import { factsOf, sealOf } from '../../../client/ui/panels/streamFacts.ts';
import { deviceKey } from '../../../shared/ids.ts';

const own = deviceKey.parse(`own${'A'.repeat(40)}`);
const ann = deviceKey.parse(`ann${'A'.repeat(40)}`);
const off: SourceView = { state: 'off', track: null, seal: 'none' };
const live = (seal: SourceView['seal']): SourceView => ({ state: 'live', track: null, seal });
const sources = { microphone: off, camera: off, screen: off, screenAudio: off };
const members = [
  { device: own, self: true, sources: { ...sources, camera: live('verifying') } },
  { device: ann, self: false, sources: { ...sources, camera: live('cut'), microphone: live('sealed') } },
];

const sent: StreamView = {
  direction: 'send',
  device: null,
  source: 'camera',
  rid: null,
  codec: 'audio/opus',
  scalabilityMode: null,
  width: null,
  height: null,
  framesPerSecond: null,
  bitrate: 41_400,
  loss: 0.0714,
  jitter: null,
  rttMs: null,
  limitation: null,
  path: null,
  layer: null,
  frames: null,
};

describe('the seal of a stream', () => {
  it('is that of its own source, of oneself and of others', () => {
    expect(sealOf({ device: null, source: 'camera' }, members)).toBe('verifying');
    expect(sealOf({ device: ann, source: 'camera' }, members)).toBe('cut');
    expect(sealOf({ device: ann, source: 'microphone' }, members)).toBe('sealed');
    expect(sealOf({ device: ann, source: 'camera' }, members.slice(0, 1))).toBe('none');
  });

  it('stands among its figures in words, where anything is known of it', () => {
    const facts = (seal: SourceView['seal'], m = en) =>
      Object.fromEntries(factsOf(sent, seal, m, createFormat('en')));
    expect(facts('sealed')).toEqual({
      Source: 'Camera',
      Seal: 'Sealed',
      Codec: 'Opus',
      Rate: '41 kbit/s',
      'Lost packets': '7.1%',
    });
    expect(facts('verifying')).toMatchObject({ Seal: 'Verifying' });
    expect(facts('cut')).toMatchObject({ Seal: 'Stopped: could not be verified' });
    expect(facts('cut', zhTW)).toMatchObject({ 封緘: '已停止：無法驗證' });
    expect(facts('none')).not.toHaveProperty('Seal');
  });
});
