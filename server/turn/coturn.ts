import { isIP, isIPv4 } from 'node:net';
import type { TlsConfig, TurnConfig } from '../config/config.ts';
import { StartError } from '../startError.ts';
import { placeOf, type TurnPlace } from './place.ts';

export interface CoturnOptions {
  readonly turn: TurnConfig;
  /** Certificate and key for `turns:` addresses, where this machine has them. */
  readonly tls: TlsConfig | null;
  /** IP addresses of the media ports: the relay passes packets on to these and to nothing else. */
  readonly media: readonly string[];
  /** Addresses to listen at; empty for all of the machine. */
  readonly listen: readonly string[];
}

/** Relays that may exist at a time: several per person on a line that blocks everything else. */
const TOTAL_QUOTA = 4_000;
/** Relays per credential; each transport of each browser has a credential of its own, and asks once per address. */
const USER_QUOTA = 32;

/**
 * The configuration file of a coturn that serves exactly the addresses in SEALROOM_TURN_URLS, takes the short-lived
 * credentials that Sealroom gives out, and relays to the media server only: nobody can reach other machines through
 * it. Contains the secret. Throws StartError where no such file exists.
 */
export function coturnConfig({ turn, tls, media, listen }: CoturnOptions): string {
  const places = turn.urls.map((url) => {
    const place = placeOf(url);
    if (!place) throw new StartError(`SEALROOM_TURN_URLS: coturn for browsers cannot serve ${url}.`);
    return place;
  });
  const over = (...transports: TurnPlace['transport'][]) =>
    places.filter(({ transport }) => transports.includes(transport));
  const [plain, secure] = [over('udp', 'tcp'), over('tls')];
  const lines = [
    '# For coturn 4.5.2 or newer. Made by: npm run turn:config. Keep it from other users: it has the secret.',
    ...listen.map((address) => `listening-ip=${address}`),
    ...listen.map((address) => `relay-ip=${address}`),
    ...port('listening-port', plain),
    ...port('tls-listening-port', secure),
    ...(over('udp').length === 0 ? ['no-udp'] : []),
    ...(over('tcp').length === 0 ? ['no-tcp'] : []),
    ...(secure.length === 0 ? ['no-tls'] : certificate(tls)),
    'no-dtls',
    'no-tlsv1',
    'no-tlsv1_1',
    '',
    '# Credentials that Sealroom makes from the same secret; each ends by itself.',
    'use-auth-secret',
    `static-auth-secret=${turn.secret}`,
    `realm=${places[0]?.host ?? 'sealroom'}`,
    'stale-nonce=600',
    `user-quota=${USER_QUOTA}`,
    `total-quota=${TOTAL_QUOTA}`,
    'fingerprint',
    '',
    '# To the media ports, and nowhere else.',
    ...media.map((address) => `allowed-peer-ip=${address}`),
    'denied-peer-ip=0.0.0.0-255.255.255.255',
    'denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'no-multicast-peers',
    ...(media.some(isLoopback) ? ['allow-loopback-peers'] : []),
    'no-tcp-relay',
    '',
    '# No other services, and no addresses of people on disk.',
    'no-cli',
    'no-rfc5780',
    'no-stun-backward-compatibility',
    'response-origin-only-with-rfc5780',
    'no-software-attribute',
    'simple-log',
    'log-file=stdout',
  ];
  return `${lines.join('\n')}\n`;
}

const isLoopback = (address: string) => (isIPv4(address) ? address.startsWith('127.') : address === '::1');

/** One port with TLS and one without is what coturn listens on. */
function port(setting: string, places: readonly TurnPlace[]): string[] {
  const [first, ...others] = new Set(places.map((place) => place.port));
  if (first === undefined) return [];
  if (others.length > 0) {
    throw new StartError(
      `SEALROOM_TURN_URLS names ports ${[first, ...others].join(', ')}: a coturn listens on one for turn: and one for turns: addresses.`,
    );
  }
  return [`${setting}=${first}`];
}

function certificate(tls: TlsConfig | null): string[] {
  if (tls) return [`cert=${tls.certFile}`, `pkey=${tls.keyFile}`];
  return ['# Certificate chain and key for the host name in the turns: address.', '#cert=', '#pkey='];
}

/** Those of the addresses that are IP addresses; `resolve` finds those of host names. */
export async function mediaAddresses(
  told: readonly string[],
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const found = await Promise.all(told.map((each) => (isIP(each) ? [each] : resolve(each))));
  return [...new Set(found.flat())];
}
