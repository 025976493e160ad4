import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { BlockList, createServer, isIPv6 } from 'node:net';
import { health } from '../../shared/protocol/rest.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import type { Config } from '../config/config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { readyUrl } from '../origins.ts';
import { amber, type Finding, green, reasonOf, red } from './finding.ts';

const TIMEOUT_MS = 4_000;

const privateNets = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  privateNets.addSubnet(net, bits, 'ipv4');
}
privateNets.addSubnet('fc00::', 7, 'ipv6');
privateNets.addSubnet('fe80::', 10, 'ipv6');
privateNets.addAddress('::1', 'ipv6');

const isPrivate = (address: string) => privateNets.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** What the server said at an address, and its clock; null where it does not answer. */
export interface Answer {
  readonly ours: boolean;
  readonly at: number | null;
}

export async function ask(url: string): Promise<Answer | null> {
  try {
    const response = await fetch(new URL('/api/health', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const date = Date.parse(response.headers.get('date') ?? '');
    const body: unknown = await response.json().catch(() => null);
    return { ours: health.safeParse(body).success, at: Number.isNaN(date) ? null : date };
  } catch {
    return null;
  }
}

/** Whether signalling opens at an address, as the page opens it: by WebSocket, from that origin. */
export function opensSocket(url: string): Promise<boolean> {
  const address = new URL(`${SOCKET_PATH}/?EIO=4&transport=websocket`, url);
  const ask = (address.protocol === 'https:' ? https : http).get(address, {
    timeout: TIMEOUT_MS,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      Origin: new URL(url).origin,
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    },
  });
  return new Promise<boolean>((resolve) => {
    ask.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(true);
    });
    ask.once('response', () => resolve(false));
    ask.once('error', () => resolve(false));
    ask.once('timeout', () => resolve(false));
  }).finally(() => ask.destroy());
}

/** Whether the page's port can be listened on. Resolves to the reason where it cannot. */
export function freePort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** The page's port: free, or ours already. `running` tells whether a Sealroom answers there. */
export async function checkPagePort(config: Config): Promise<{ finding: Finding; running: boolean }> {
  const local = readyUrl({ ...config, publicUrl: null }, config.port);
  const name = 'Page port';
  // A certificate for the public name does not fit localhost, where only the port matters.
  const answer = config.tls ? null : await ask(local);
  if (answer?.ours) return { finding: green(name, `Sealroom answers at ${local}`), running: true };
  const reason = await freePort(config.host, config.port);
  if (reason === null) return { finding: green(name, `${config.port} is free`), running: false };
  if (reason === 'EADDRINUSE' && config.tls) {
    return { finding: green(name, `${config.port} is in use, by Sealroom if it runs`), running: true };
  }
  const fix = 'Stop the other program, or set SEALROOM_PORT or SEALROOM_HOST.';
  return {
    finding: red(name, `cannot listen on ${config.host}, port ${config.port}: ${reason}`, fix),
    running: false,
  };
}

/** The address that people open. */
export async function checkPublicUrl(publicUrl: string | null, running: boolean): Promise<Finding> {
  const name = 'Public address';
  if (publicUrl === null) {
    return amber(
      name,
      'is not set: people on other machines need HTTPS',
      'Set SEALROOM_PUBLIC_URL to the https:// address, behind a proxy or with SEALROOM_TLS_CERT.',
    );
  }
  const { hostname, protocol } = new URL(publicUrl);
  if (protocol !== 'https:' && hostname !== 'localhost' && !hostname.endsWith('.localhost')) {
    return red(
      name,
      `${publicUrl} is not HTTPS: browsers give no camera`,
      'Use https://, see "Over the internet".',
    );
  }
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return red(
      name,
      `${hostname} has no address`,
      'Make a DNS record for it, or correct SEALROOM_PUBLIC_URL.',
    );
  }
  const answer = await ask(publicUrl);
  if (answer?.ours) {
    if (await opensSocket(publicUrl)) return green(name, `Sealroom answers at ${publicUrl}, WebSockets too`);
    return red(
      name,
      `${publicUrl} opens no WebSocket: people stay at "Looking up the meeting", or wait long`,
      `Have the proxy pass on upgrades at ${SOCKET_PATH} and the Host header; SEALROOM_PUBLIC_URL must be what people open.`,
    );
  }
  if (!running)
    return amber(name, 'the server does not run, so nothing answers there', 'Start it, then run this again.');
  const says = answer ? 'something else answers there' : 'nothing answers there';
  return red(name, `${publicUrl}: ${says}`, 'Look at the proxy, the firewall and the certificate.');
}

/**
 * The addresses that browsers are told for media. `seen`: where a TURN server elsewhere sees this machine; null where
 * none was asked.
 */
export async function checkAnnounced(announced: readonly string[], seen: string | null): Promise<Finding> {
  const name = 'Media address';
  try {
    const told = announced.length > 0 ? announced : ownAddresses();
    const found = await Promise.all(told.map(async (each) => (await lookup(each)).address));
    if (seen !== null && ![...found, ...ownAddresses()].includes(seen)) {
      return amber(
        name,
        `${told.join(', ')}: the TURN server sees this machine at ${seen}, behind a router that translates`,
        `If that router forwards the media ports to this machine, set SEALROOM_ANNOUNCED_ADDRESS=${seen}.`,
      );
    }
    if (found.some((address) => !isPrivate(address))) return green(name, told.join(', '));
    const fix = 'Set SEALROOM_ANNOUNCED_ADDRESS to the public address of this machine or its router.';
    return amber(name, `${told.join(', ')}: for the local network only`, fix);
  } catch (error) {
    return red(name, `does not resolve: ${reasonOf(error)}`, 'Correct SEALROOM_ANNOUNCED_ADDRESS.');
  }
}
