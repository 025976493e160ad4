import { lookup } from 'node:dns/promises';
import type { IceCandidate } from 'mediasoup/types';
import type { TurnConfig } from '../config/config.ts';
import { iceServers } from '../media/iceServers.ts';
import { placeOf } from '../turn/place.ts';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';
import type { CallOutcome, LoopbackCall } from './loopbackCall.ts';
import { mappedAddress } from './stun.ts';
import { TurnClient, TurnError } from './turnClient.ts';

/** Whom to call through the relay. */
export interface TurnTarget {
  readonly call: LoopbackCall;
  readonly candidates: readonly IceCandidate[];
}

const NAME = 'TURN';
/** How long a credential of the doctor's holds, in seconds. */
const LIFETIME = 60;

/**
 * Whether every TURN server gives a relay for credentials as browsers get them, and whether a call passes through it
 * to the media server and back.
 */
export async function checkTurn(turn: TurnConfig | null, target: TurnTarget | null): Promise<Finding[]> {
  if (!turn) {
    return [
      amber(
        NAME,
        'is not configured: people behind firewalls that block the media ports see and hear nothing',
        'Set SEALROOM_TURN_URLS and SEALROOM_TURN_SECRET, and run coturn with the file of npm run turn:config.',
      ),
    ];
  }
  return Promise.all(turn.urls.map((url) => checkServer(url, turn, target)));
}

async function checkServer(url: string, turn: TurnConfig, target: TurnTarget | null): Promise<Finding> {
  const place = placeOf(url);
  if (!place) return red(NAME, `${url} is no address that browsers can use`, 'Correct SEALROOM_TURN_URLS.');
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
    if (!target || !peer) return green(NAME, `${url} gives a relay`);
    const { address } = await lookup(peer.address, 4);
    return judged(url, peer, await target.call.over(await client.pathTo(address, peer.port)));
  } catch (error) {
    if (!(error instanceof TurnError && error.code === 403)) return refused(url, error);
    return red(
      NAME,
      `${url} passes nothing on to the media server`,
      'Write the configuration of coturn anew: npm run turn:config.',
    );
  } finally {
    await client.close();
  }
}

function judged(url: string, { address, port }: IceCandidate, outcome: CallOutcome): Finding {
  if (outcome.kind === 'call' && outcome.back > 0) {
    return green(
      NAME,
      `${url} gives a relay, and a call passes (${outcome.back} of ${outcome.sent} packets)`,
    );
  }
  return red(
    NAME,
    `${url} gives a relay that does not reach the media server at ${address}, port ${port}`,
    'Let the TURN server send UDP to the media ports and get the answers.',
  );
}

function refused(url: string, error: unknown): Finding {
  if (error instanceof TurnError && error.code === 401) {
    return red(
      NAME,
      `${url} refuses our credentials`,
      'The secret there (coturn: static-auth-secret) must be SEALROOM_TURN_SECRET, and its clock right.',
    );
  }
  return red(
    NAME,
    `${url}: ${error instanceof TurnError ? `no relay, ${error.message}` : reasonOf(error)}`,
    'Look at the TURN server, its certificate and its firewall, or correct SEALROOM_TURN_URLS.',
  );
}

/** Where the first TURN server over UDP sees this machine; null without one, or without an answer. */
export async function seenAddress(turn: TurnConfig | null): Promise<string | null> {
  const place = turn?.urls.map(placeOf).find((each) => each?.transport === 'udp');
  return place ? mappedAddress(place.host, place.port) : null;
}
