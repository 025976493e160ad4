import type { TransportOptions } from 'mediasoup-client/types';
import { z } from 'zod';
import type { ResponseOf } from '../../shared/protocol/requests.ts';
import { MediaError } from './mediaError.ts';

const candidateType = z.enum(['host', 'srflx', 'prflx', 'relay']);
const tcpType = z.enum(['active', 'passive', 'so']);
const strongHash = z.enum(['sha-256', 'sha-384', 'sha-512']);

/**
 * The server's description of a transport as mediasoup-client takes it. Candidates of unknown type and
 * fingerprints under weak hashes are left out.
 *
 * @throws MediaError `unsupported` when no strong fingerprint is left.
 */
export function transportParameters(wire: ResponseOf<'media:createTransport'>): TransportOptions {
  const fingerprints = wire.dtlsParameters.fingerprints.flatMap(({ algorithm, value }) => {
    const hash = strongHash.safeParse(algorithm.toLowerCase());
    return hash.success ? [{ algorithm: hash.data, value }] : [];
  });
  if (fingerprints.length === 0) throw new MediaError('unsupported', 'no acceptable DTLS fingerprint');
  return {
    id: wire.id,
    iceParameters: iceParameters(wire.iceParameters),
    iceCandidates: wire.iceCandidates.flatMap(({ type, tcpType: tcp, ...candidate }) => {
      const known = candidateType.safeParse(type);
      const knownTcp = tcpType.safeParse(tcp);
      if (!known.success) return [];
      return [{ ...candidate, type: known.data, ...(knownTcp.success ? { tcpType: knownTcp.data } : {}) }];
    }),
    dtlsParameters: { role: wire.dtlsParameters.role ?? 'auto', fingerprints },
    iceServers: iceServers(wire.iceServers),
  };
}

/** The server's STUN and TURN servers as browsers take them. */
export function iceServers(wire: ResponseOf<'media:createTransport'>['iceServers']): RTCIceServer[] {
  return wire.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
}

/** The server's ICE parameters as mediasoup-client takes them. */
export function iceParameters(
  wire: ResponseOf<'media:createTransport'>['iceParameters'],
): TransportOptions['iceParameters'] {
  return {
    usernameFragment: wire.usernameFragment,
    password: wire.password,
    ...(wire.iceLite === undefined ? {} : { iceLite: wire.iceLite }),
  };
}
