import { describe, expect, it } from 'vitest';
import { filterCapabilities, filterParameters } from '../../../client/media/capabilities.ts';
import { chooseCodec } from '../../../client/media/codecChoice.ts';
import { layersFor } from '../../../client/media/layers.ts';
import { MediaError } from '../../../client/media/mediaError.ts';
import { remedyFor } from '../../../client/media/retry.ts';
import { transportParameters } from '../../../client/media/transportParameters.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { RtpCapabilitiesWire } from '../../../shared/protocol/media.ts';

type Codec = NonNullable<RtpCapabilitiesWire['codecs']>[number];

const codec = (
  mimeType: string,
  preferredPayloadType: number,
  parameters: Codec['parameters'] = {},
): Codec => ({
  kind: mimeType.startsWith('audio') ? 'audio' : 'video',
  mimeType,
  preferredPayloadType,
  clockRate: mimeType.startsWith('audio') ? 48_000 : 90_000,
  parameters,
});
const opus = codec('audio/opus', 100);
const vp8 = codec('video/VP8', 101);
const vp9 = codec('video/VP9', 103);
const h264 = codec('video/H264', 105);
const extension = (uri: string) => ({ kind: 'audio' as const, uri, preferredId: 1 });

describe('filterCapabilities', () => {
  it('keeps our codecs and the retransmission that belongs to them', () => {
    const { codecs } = filterCapabilities({
      codecs: [
        opus,
        codec('audio/PCMU', 0),
        vp8,
        codec('video/rtx', 102, { apt: 101 }),
        h264,
        codec('video/rtx', 106, { apt: 105 }),
      ],
    });
    expect(codecs?.map(({ preferredPayloadType }) => preferredPayloadType)).toEqual([100, 101, 102]);
  });

  it('keeps only the header extensions that say nothing about content', () => {
    const { headerExtensions } = filterCapabilities({
      codecs: [opus, vp8],
      headerExtensions: [
        extension('urn:ietf:params:rtp-hdrext:sdes:mid'),
        extension('urn:ietf:params:rtp-hdrext:ssrc-audio-level'),
        extension('http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'),
        extension('http://www.webrtc.org/experiments/rtp-hdrext/video-content-type'),
        extension('urn:3gpp:video-orientation'),
        extension('urn:example:new-and-unknown'),
      ],
    });
    expect(headerExtensions?.map(({ uri }) => uri)).toEqual(['urn:ietf:params:rtp-hdrext:sdes:mid']);
  });

  it.each([
    ['no video codec of ours', [opus, h264]],
    ['no audio codec of ours', [codec('audio/PCMU', 0), vp8]],
    ['nothing', []],
  ])('refuses a router that offers %s', (_, codecs) => {
    expect(() => filterCapabilities({ codecs })).toThrow(
      expect.objectContaining({ name: 'MediaError', code: 'no-codec' }),
    );
  });
});

describe('filterParameters', () => {
  const wire = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 };

  it('takes the same extensions out of what the server wants to send', () => {
    const { headerExtensions } = filterParameters({
      codecs: [wire],
      headerExtensions: [
        { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10 },
        { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 4 },
      ],
    });
    expect(headerExtensions).toEqual([
      { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 4 },
    ]);
  });

  it('refuses a codec that cannot be sealed', () => {
    expect(() => filterParameters({ codecs: [{ ...wire, mimeType: 'video/H264' }] })).toThrow(
      expect.objectContaining({ code: 'no-codec' }),
    );
  });
});

describe('chooseCodec', () => {
  const all = filterCapabilities({ codecs: [opus, vp9, vp8] });
  const able = { vp9Svc: true, simulcast: true };

  it('sends a camera as VP9 in layers, else VP8 simulcast, else VP8', () => {
    expect(chooseCodec('camera', all, able)).toMatchObject({
      mimeType: 'video/VP9',
      encodings: [{ scalabilityMode: 'L3T3_KEY' }],
    });
    const simulcast = chooseCodec('camera', all, { ...able, vp9Svc: false });
    expect(simulcast.mimeType).toBe('video/VP8');
    expect(simulcast.encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1]);
    const rids = (width: number) =>
      chooseCodec('camera', all, { ...able, vp9Svc: false }, width).encodings.length;
    expect([1_280, 960, 640, 320].map(rids)).toEqual([3, 3, 2, 1]);
    const single = chooseCodec('camera', all, { vp9Svc: false, simulcast: false });
    expect(single).toMatchObject({ mimeType: 'video/VP8', encodings: [{ scalabilityMode: 'L1T3' }] });
    const noVp9 = filterCapabilities({ codecs: [opus, vp8] });
    expect(chooseCodec('camera', noVp9, able).mimeType).toBe('video/VP8');
  });

  it('sends a screen in one resolution', () => {
    expect(chooseCodec('screen', all, able)).toMatchObject({
      mimeType: 'video/VP9',
      encodings: [{ scalabilityMode: 'L1T3' }],
    });
  });

  it.each(['microphone', 'screenAudio'] as const)('never sends %s discontinuously', (source) => {
    const { codecOptions } = chooseCodec(source, all, able);
    expect(codecOptions).toMatchObject({ opusDtx: false, opusStereo: source === 'screenAudio' });
  });

  it('fails where nothing fits', () => {
    const vp9Only = { codecs: all.codecs?.filter(({ mimeType }) => mimeType === 'video/VP9') ?? [] };
    expect(() => chooseCodec('camera', vp9Only, { vp9Svc: false, simulcast: true })).toThrow(
      expect.objectContaining({ code: 'no-codec' }),
    );
    expect(() => chooseCodec('microphone', vp9Only, able)).toThrow(
      expect.objectContaining({ code: 'no-codec' }),
    );
  });
});

describe('layersFor', () => {
  it.each([
    [90, { spatial: 0, temporal: 1 }],
    [180, { spatial: 0, temporal: 2 }],
    [225, { spatial: 0, temporal: 2 }],
    [226, { spatial: 1, temporal: 2 }],
    [360, { spatial: 1, temporal: 2 }],
    [451, { spatial: 2, temporal: 2 }],
    [2160, { spatial: 2, temporal: 2 }],
  ])('%i pixels', (height, layers) => {
    expect(layersFor(height, null)).toEqual(layers);
  });

  it('goes up at once and down only when clearly smaller', () => {
    expect(layersFor(226, 0).spatial).toBe(1);
    expect(layersFor(220, 1).spatial).toBe(1);
    expect(layersFor(190, 1).spatial).toBe(0);
    expect(layersFor(180, 2).spatial).toBe(0);
  });
});

describe('remedyFor', () => {
  it.each([
    [new ProtocolError('forbidden'), 'refused'],
    [new ProtocolError('media-unavailable'), 'retry'],
    [new ProtocolError('not-found'), 'retry'],
    [new ProtocolError('bad-request'), 'give-up'],
    [new MediaError('unprotected', ''), 'give-up'],
    [new MediaError('closed', ''), 'retry'],
    [new Error('the socket closed'), 'retry'],
  ])('%s', (error, remedy) => {
    expect(remedyFor(error)).toBe(remedy);
  });
});

describe('transportParameters', () => {
  const wire = {
    id: 'transport',
    iceParameters: { usernameFragment: 'u', password: 'p' },
    iceCandidates: [],
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-1', value: '00' }] },
    iceServers: [],
  };

  it('refuses a transport that only weak hashes vouch for', () => {
    expect(() => transportParameters(wire)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('leaves weak fingerprints and unknown candidates out', () => {
    const candidate = {
      foundation: 'f',
      priority: 1,
      address: '192.0.2.1',
      ip: '192.0.2.1',
      protocol: 'udp',
      port: 4000,
    } as const;
    const parameters = transportParameters({
      ...wire,
      iceCandidates: [
        { ...candidate, type: 'host' },
        { ...candidate, type: 'strange' },
      ],
      dtlsParameters: {
        fingerprints: [
          { algorithm: 'sha-1', value: '00' },
          { algorithm: 'sha-256', value: '11' },
        ],
      },
    });
    expect(parameters.dtlsParameters.fingerprints).toEqual([{ algorithm: 'sha-256', value: '11' }]);
    expect(parameters.iceCandidates.map(({ type }) => type)).toEqual(['host']);
  });
});
