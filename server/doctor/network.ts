import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { BlockList, createServer, isIPv6 } from 'node:net';
import type { Finding } from '../../shared/doctor/finding.ts';
import { health } from '../../shared/protocol/rest.ts';
import { SOCKET_PATH } from '../../shared/protocol/socket.ts';
import type { Config } from '../config/config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { readyUrl } from '../origins.ts';
import { amber, green, reasonOf, red } from './finding.ts';

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

/** What answers at an address, by its health page; null where nothing does in time. */
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
  const { host, port } = config;
  const local = readyUrl({ ...config, publicUrl: null }, port);
  // A certificate for the public name does not fit localhost, where only the port matters.
  const answer = config.tls ? null : await ask(local);
  if (answer?.ours) return { finding: green({ code: 'port-ours', url: local }), running: true };
  const reason = await freePort(host, port);
  if (reason === null) return { finding: green({ code: 'port-free', port }), running: false };
  if (reason === 'EADDRINUSE' && config.tls) {
    return { finding: green({ code: 'port-in-use', port }), running: true };
  }
  return { finding: red({ code: 'port-taken', host, port, reason }), running: false };
}

/** The address that people open. */
export async function checkPublicUrl(publicUrl: string | null, running: boolean): Promise<Finding> {
  if (publicUrl === null) {
    return amber({ code: 'address-unset' });
  }
  const { hostname, protocol } = new URL(publicUrl);
  if (protocol !== 'https:' && hostname !== 'localhost' && !hostname.endsWith('.localhost')) {
    return red({ code: 'address-plain', url: publicUrl });
  }
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return red({ code: 'address-unknown', host: hostname });
  }
  const answer = await ask(publicUrl);
  if (answer?.ours) {
    if (await opensSocket(publicUrl)) return green({ code: 'address-answers', url: publicUrl });
    return red({ code: 'address-no-socket', url: publicUrl, path: SOCKET_PATH });
  }
  if (!running) return amber({ code: 'address-stopped' });
  return red({ code: answer ? 'address-another' : 'address-silent', url: publicUrl });
}

/**
 * The addresses that browsers are told for media. `seen`: where a TURN server elsewhere sees this machine; null where
 * none was asked.
 */
export async function checkAnnounced(announced: readonly string[], seen: string | null): Promise<Finding> {
  try {
    const addresses = announced.length > 0 ? [...announced] : ownAddresses();
    const found = await Promise.all(addresses.map(async (each) => (await lookup(each)).address));
    if (seen !== null && ![...found, ...ownAddresses()].includes(seen)) {
      return amber({ code: 'media-address-translated', addresses, seen });
    }
    const isPublic = found.some((address) => !isPrivate(address));
    return isPublic
      ? green({ code: 'media-address', addresses })
      : amber({ code: 'media-address-local', addresses });
  } catch (error) {
    return red({ code: 'media-address-unknown', reason: reasonOf(error) });
  }
}
