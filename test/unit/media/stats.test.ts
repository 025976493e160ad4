import { describe, expect, it } from 'vitest';
import { audioLevelOf } from '../../../client/media/levels.ts';
import { pathOf } from '../../../client/media/networkPath.ts';
import { StatsReader } from '../../../client/media/stats.ts';
import { entriesOf } from '../../../client/media/statsReport.ts';
import { device } from './fixtures.ts';

type Entry = { id: string; type: string } & Record<string, unknown>;

function report(...entries: Entry[]): RTCStatsReport {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

const received = (timestamp: number, bytesReceived: number, packetsReceived: number, packetsLost: number) =>
  report(
    {
      id: 'in',
      type: 'inbound-rtp',
      timestamp,
      codecId: 'codec',
      bytesReceived,
      packetsReceived,
      packetsLost,
      frameWidth: 640,
      frameHeight: 360,
      framesPerSecond: 30,
    },
    { id: 'codec', type: 'codec', mimeType: 'video/VP9' },
    { id: 'pair', type: 'candidate-pair', state: 'succeeded', currentRoundTripTime: 0.05 },
  );

describe('pathOf', () => {
  const local = (change: object) => ({
    id: 'l',
    type: 'local-candidate',
    candidateType: 'host',
    protocol: 'udp',
    ...change,
  });
  const remote = (address: string) => ({ id: 'r', type: 'remote-candidate', address });
  const pair = {
    id: 'p',
    type: 'candidate-pair',
    state: 'succeeded',
    localCandidateId: 'l',
    remoteCandidateId: 'r',
  };
  const transport = { id: 't', type: 'transport', selectedCandidatePairId: 'p' };
  const path = (...entries: Entry[]) => pathOf(entriesOf(report(...entries)));

  it('tells protocol and address family of the pair in use', () => {
    const direct = { protocol: 'udp', relay: false, family: 6 };
    expect(path(local({}), remote('2001:db8::1'), pair, transport)).toEqual(direct);
    // As Firefox has it.
    expect(path(local({}), remote('2001:db8::1'), { ...pair, selected: true })).toEqual(direct);
    expect(path(local({ protocol: 'tcp' }), remote('192.0.2.1'), pair, transport)).toEqual({
      protocol: 'tcp',
      relay: false,
      family: 4,
    });
  });

  it('tells how a relay is spoken to, and nothing before there is a pair', () => {
    const relay = local({ candidateType: 'relay', relayProtocol: 'tls' });
    expect(path(relay, remote('192.0.2.1'), pair, transport)).toEqual({
      protocol: 'tls',
      relay: true,
      family: null,
    });
    expect(path(relay, remote('192.0.2.1'), pair)).toBeNull();
    expect(path()).toBeNull();
  });
});

describe('StatsReader', () => {
  it('turns counters into rates between two readings', () => {
    const reader = new StatsReader();
    const subject = { device: device(2), source: 'camera' } as const;
    expect(reader.read(received(1_000, 1_000, 100, 0), subject)).toMatchObject([
      { bitrate: null, loss: null },
    ]);
    reader.turn();
    expect(reader.read(received(3_000, 251_000, 190, 10), subject)).toMatchObject([
      {
        bitrate: 1_000_000,
        loss: 0.1,
        codec: 'video/VP9',
        width: 640,
        height: 360,
        framesPerSecond: 30,
        rttMs: 50,
      },
    ]);
  });

  it('reads sent streams with what the other end reported', () => {
    const reader = new StatsReader();
    const sent = (timestamp: number, packetsSent: number, packetsLost: number) =>
      report(
        {
          id: 'out',
          type: 'outbound-rtp',
          timestamp,
          remoteId: 'remote',
          rid: 'r1',
          packetsSent,
          bytesSent: 0,
        },
        { id: 'remote', type: 'remote-inbound-rtp', packetsLost, roundTripTime: 0.02, jitter: 0.003 },
      );
    const subject = { device: null, source: 'camera' } as const;
    reader.read(sent(1_000, 100, 0), subject);
    reader.turn();
    expect(reader.read(sent(2_000, 200, 25), subject)).toMatchObject([
      { direction: 'send', rid: 'r1', loss: 0.25, rttMs: 20, jitter: 0.003, codec: null },
    ]);
  });
});

describe('audioLevelOf', () => {
  it('finds the level of a sender or receiver, and null where none is told', () => {
    expect(audioLevelOf(report({ id: 'a', type: 'media-source', audioLevel: 0.5 }))).toBe(0.5);
    expect(audioLevelOf(report({ id: 'a', type: 'inbound-rtp', audioLevel: 7 }))).toBe(1);
    expect(audioLevelOf(report({ id: 'a', type: 'codec', audioLevel: 0.5 }))).toBeNull();
    expect(audioLevelOf(report({ id: 'a', type: 'inbound-rtp' }))).toBeNull();
  });
});
