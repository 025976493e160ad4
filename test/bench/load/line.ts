import { once } from 'node:events';
import type { DtlsParameters, WebRtcTransport } from 'mediasoup/types';
import { type Path, tcpPath, udpPath } from '../../../server/doctor/path.ts';
import { answers } from '../../../server/doctor/stun.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { ResponseOf } from '../../../shared/protocol/requests.ts';
import type { Caller } from './caller.ts';
import type { Tally } from './tally.ts';

type Transport = ResponseOf<'media:createTransport'>;

const DTLS_PATIENCE_MS = 10_000;
/** A browser proves every few seconds that it still wants to be sent to (RFC 7675); the server gives up after 30. */
const CONSENT_MS = 8_000;

/** Asks the server to connect its end, with what the near end presents. */
export type Connect = (dtlsParameters: DtlsParameters) => Promise<unknown>;

/**
 * One participant's connection to the server for one direction. The media worker of the caller speaks DTLS and SRTP;
 * this process does what ICE does in a browser, and carries the packets between the two. What only arrives to be counted
 * is counted here, still encrypted, and goes no further, unless the line is `whole`.
 */
export class Line {
  readonly near: WebRtcTransport;
  readonly #paths: readonly Path[];
  readonly #consent: NodeJS.Timeout;

  private constructor(near: WebRtcTransport, paths: readonly Path[], consent: NodeJS.Timeout) {
    this.near = near;
    this.#paths = paths;
    this.#consent = consent;
  }

  /** Throws ProtocolError `media-unavailable` where no connection comes about. */
  static async open(
    caller: Caller,
    server: Transport,
    options: { readonly tally: Tally; readonly whole: boolean; readonly connect: Connect },
  ): Promise<Line> {
    const far = await firstAnswer(server);
    const near = await caller.dial();
    const [{ port = 0, address = '' } = {}] = near.iceCandidates;
    const inner = udpPath(address, port);
    const prove = () => Promise.all([answers(far, server.iceParameters), answers(inner, near.iceParameters)]);
    const consent = setInterval(() => void prove().catch(() => undefined), CONSENT_MS);
    const line = new Line(near, [far, inner], consent);
    try {
      await answers(inner, near.iceParameters);
      inner.onPacket((packet) => isNoStun(packet) && far.send(packet));
      far.onPacket((packet) => {
        const counted = isRtp(packet);
        if (counted) options.tally.take(packet);
        if (isNoStun(packet) && (options.whole || !counted)) inner.send(packet);
      });
      // Browsers name one; a media worker names older hashes too, which the server refuses.
      const fingerprints = near.dtlsParameters.fingerprints.filter(
        ({ algorithm }) => algorithm === 'sha-256',
      );
      await options.connect({ fingerprints, role: 'client' });
      // The wire's form of mediasoup's own type.
      const dtlsParameters = { ...server.dtlsParameters, role: 'server' } as DtlsParameters;
      await near.connect({ dtlsParameters });
      await connected(near);
      return line;
    } catch (error) {
      await line.close();
      throw error;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#consent);
    this.near.close();
    await Promise.all(this.#paths.map((path) => path.close()));
  }
}

/** The first of the server's candidates that answers, in its own order. */
async function firstAnswer({ iceCandidates, iceParameters }: Transport): Promise<Path> {
  for (const { address, port, protocol } of iceCandidates) {
    const path = await (protocol === 'udp'
      ? udpPath(address, port)
      : tcpPath(address, port).catch(() => null));
    if (path && (await answers(path, iceParameters))) return path;
    await path?.close();
  }
  throw new ProtocolError('media-unavailable');
}

async function connected(transport: WebRtcTransport): Promise<void> {
  const signal = AbortSignal.timeout(DTLS_PATIENCE_MS);
  while (transport.dtlsState !== 'connected') {
    if (transport.dtlsState === 'failed') throw new ProtocolError('media-unavailable');
    await once(transport, 'dtlsstatechange', { signal });
  }
}

/** By its first byte (RFC 7983). */
const isNoStun = (packet: Buffer): boolean => (packet[0] ?? 0) > 3;

/** RTP and no RTCP, by the first two bytes (RFC 5761 section 4). */
function isRtp(packet: Buffer): boolean {
  const [first = 0, second = 0] = packet;
  return first >= 128 && first < 192 && (second < 192 || second > 223);
}
