import { lookup } from 'node:dns/promises';
import type { IceCandidate } from 'mediasoup/types';
import type { Finding } from '../../shared/doctor/finding.ts';
import type { TurnConfig } from '../config/config.ts';
import { iceServers } from '../media/iceServers.ts';
import { placeOf } from '../turn/place.ts';
import { amber, green, reasonOf, red } from './finding.ts';
import type { CallOutcome, LoopbackCall } from './loopbackCall.ts';
import { mappedAddress } from './stun.ts';
import { TurnClient, TurnError } from './turnClient.ts';

/** Whom to call through the relay. */
export interface TurnTarget {
  readonly call: LoopbackCall;
  readonly candidates: readonly IceCandidate[];
}

/** How long a credential of the doctor's holds, in seconds. */
const LIFETIME = 60;

/**
 * Whether every TURN server gives a relay for credentials as browsers get them, and whether a call passes through it
 * to the media server and back.
 */
export async function checkTurn(turn: TurnConfig | null, target: TurnTarget | null): Promise<Finding[]> {
  if (!turn) return [amber({ code: 'turn-none' })];
  return Promise.all(turn.urls.map((url) => checkServer(url, turn, target)));
}

async function checkServer(url: string, turn: TurnConfig, target: TurnTarget | null): Promise<Finding> {
  const place = placeOf(url);
  if (!place) return red({ code: 'turn-no-address', url });
  const [{ username = '', credential = '' } = {}] = iceServers(turn, Date.now(), LIFETIME);
  let client: TurnClient;
  try {
    client = await TurnClient.allocate(place, { username, credential });
  } catch (error) {
    return refused(url, error);
  }
  try {
    // The relay has an IPv4 address: it reaches media ports of that family.
    const peer = target?.candidates.find(
      ({ protocol, address }) => protocol === 'udp' && !address.includes(':'),
    );
    if (!target || !peer) return green({ code: 'turn-relay', url });
    const { address } = await lookup(peer.address, 4);
    return judged(url, peer, await target.call.over(await client.pathTo(address, peer.port)));
  } catch (error) {
    if (!(error instanceof TurnError && error.code === 403)) return refused(url, error);
    return red({ code: 'turn-passes-nothing', url });
  } finally {
    await client.close();
  }
}

function judged(url: string, { address, port }: IceCandidate, outcome: CallOutcome): Finding {
  if (outcome.kind === 'call' && outcome.back > 0) {
    return green({ code: 'turn-call', url, sent: outcome.sent, back: outcome.back });
  }
  return red({ code: 'turn-does-not-reach', url, address, port });
}

function refused(url: string, error: unknown): Finding {
  if (error instanceof TurnError && error.code === 401) {
    return red({ code: 'turn-credentials', url });
  }
  return red({ code: 'turn-no-relay', url, reason: reasonOf(error) });
}

/** Where the first TURN server over UDP sees this machine; null without one, or without an answer. */
export async function seenAddress(turn: TurnConfig | null): Promise<string | null> {
  const place = turn?.urls.map(placeOf).find((each) => each?.transport === 'udp');
  return place ? mappedAddress(place.host, place.port) : null;
}
