import type { ResponseOf } from '../../shared/protocol/requests.ts';
import { type ConnectionVerdict, verdictOf, type Way, type WayOutcome } from './connectionVerdict.ts';
import type { Signalling } from './signalling.ts';
import { entriesOf } from './statsReport.ts';
import type { Timers } from './timers.ts';
import { iceServers } from './transportParameters.ts';

type Probe = ResponseOf<'media:probe'>;
type Candidate = Probe['iceCandidates'][number];

/** A way that has not opened by then counts as blocked. */
const openWithinMs = 6_000;
const readings = 6;
const readEveryMs = 250;

/**
 * Tries every way to the media server: directly by UDP, by TCP, and by UDP over the relay. Nothing but
 * connectivity checks is exchanged, with a transport made for this alone; each way has a connection of its own.
 *
 * @throws ProtocolError when the server refuses, `rate-limited` for instance.
 */
export async function testConnection(signalling: Signalling, timers: Timers): Promise<ConnectionVerdict> {
  const probe = await signalling.request('media:probe', {});
  const [udp, tcp, turn] = await Promise.all([
    tryWay('udp', probe, timers),
    tryWay('tcp', probe, timers),
    tryWay('turn', probe, timers),
  ]);
  return verdictOf({ udp, tcp, turn });
}

async function tryWay(way: Way, probe: Probe, timers: Timers): Promise<WayOutcome> {
  const candidates = probe.iceCandidates.filter(
    ({ protocol }) => protocol === (way === 'tcp' ? 'tcp' : 'udp'),
  );
  if (candidates.length === 0 || (way === 'turn' && probe.iceServers.length === 0)) {
    return { result: 'untested', rttMs: null };
  }
  const peer = new RTCPeerConnection(
    way === 'turn' ? { iceServers: iceServers(probe.iceServers), iceTransportPolicy: 'relay' } : {},
  );
  try {
    // A channel that never opens: it needs no camera, and gives the connection something to check for.
    peer.createDataChannel('test');
    await peer.setLocalDescription();
    await peer.setRemoteDescription({ type: 'answer', sdp: answerFor(probe, candidates) });
    if (!(await opens(peer, timers))) return { result: 'blocked', rttMs: null };
    return { result: 'ok', rttMs: await roundTrip(peer, timers) };
  } catch {
    return { result: 'blocked', rttMs: null };
  } finally {
    peer.close();
  }
}

/** The server's side of the connection as an answer (RFC 8829, RFC 8841) with these candidates only. */
export function answerFor(probe: Probe, candidates: readonly Candidate[]): string {
  const { iceParameters, dtlsParameters } = probe;
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...dtlsParameters.fingerprints
      .filter(({ algorithm }) => algorithm === 'sha-256')
      .map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
    'a=sctp-port:5000',
    ...candidates.map(
      ({ foundation, protocol, priority, address, port, type, tcpType }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${
          tcpType === undefined ? '' : ` tcptype ${tcpType}`
        }`,
    ),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

function opens(peer: RTCPeerConnection, timers: Timers): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = timers.after(openWithinMs, () => resolve(false));
    peer.addEventListener('iceconnectionstatechange', () => {
      const { iceConnectionState: state } = peer;
      if (state !== 'connected' && state !== 'completed' && state !== 'failed') return;
      cancel();
      resolve(state !== 'failed');
    });
  });
}

/** The shortest of several round trips: longer ones waited in this device's own queues. */
async function roundTrip(peer: RTCPeerConnection, timers: Timers): Promise<number | null> {
  let best: number | null = null;
  for (let reading = 0; reading < readings; reading++) {
    await new Promise<void>((resolve) => timers.after(readEveryMs, resolve));
    for (const entry of entriesOf(await peer.getStats()).values()) {
      const rtt = entry.text('type') === 'candidate-pair' ? entry.number('currentRoundTripTime') : null;
      if (rtt !== null) best = Math.min(best ?? Number.POSITIVE_INFINITY, rtt * 1_000);
    }
  }
  return best;
}
