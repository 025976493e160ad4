import { createSocket } from 'node:dgram';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { TransportListenInfo } from 'mediasoup/types';
import type { MediaConfig } from '../config/config.ts';

/** Beyond this many a machine lists addresses of containers, and each costs every browser a connectivity check. */
const MAXIMUM = 8;

/** The machine's own addresses: interfaces first, IPv4 before IPv6, loopback last. */
export function ownAddresses(interfaces = networkInterfaces()): string[] {
  const usable = (info: NetworkInterfaceInfo) => !info.address.toLowerCase().startsWith('fe80:');
  const rank = (info: NetworkInterfaceInfo) => (info.internal ? 2 : 0) + (info.family === 'IPv6' ? 1 : 0);
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(usable)
    .sort((a, b) => rank(a) - rank(b))
    .map((info) => info.address)
    .filter((address, index, all) => all.indexOf(address) === index);
}

/** Those of the addresses that can be listened on: an interface may list one that is being set up or torn down. */
export async function usableAddresses(addresses: readonly string[]): Promise<string[]> {
  const usable = await Promise.all(
    addresses.map(
      (address) =>
        new Promise<boolean>((resolve) => {
          const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
          const done = (works: boolean) => socket.close(() => resolve(works));
          socket.once('error', () => done(false));
          socket.bind(0, address, () => done(true));
        }),
    ),
  );
  return addresses.filter((_, index) => usable[index]);
}

function fitting(addresses: readonly string[]): readonly string[] {
  const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';
  const loopback = addresses.filter(isLoopback);
  const others = addresses.filter((address) => !isLoopback(address));
  return [...others.slice(0, MAXIMUM), ...loopback];
}

/**
 * Where a worker listens, UDP and TCP each: on its own addresses, or on those of them that are announced. One that is
 * announced and is not the machine's is led to it from outside, to whichever address it has: then on all of its family.
 * The order is the browsers' order of preference.
 * `port` 0 leaves the choice to the worker.
 */
export function listenInfos(
  announced: readonly string[],
  own: readonly string[],
  port: number,
): TransportListenInfo[] {
  const places: { ip: string; announcedAddress?: string }[] =
    announced.length > 0
      ? announced.map((address) => placeOf(address, own))
      : fitting(own).map((ip) => ({ ip }));
  return (['udp', 'tcp'] as const).flatMap((protocol) =>
    places.map((place) => ({
      protocol,
      ...place,
      ...(port === 0 ? {} : { port }),
      ...(isIPv4(place.ip) ? {} : { flags: { ipv6Only: true } }),
    })),
  );
}

/** Answers leave from the address that was asked only where exactly that one is listened on. */
function placeOf(address: string, own: readonly string[]): { ip: string; announcedAddress?: string } {
  if (own.includes(address)) return { ip: address };
  return { ip: isIPv6(address) ? '::' : '0.0.0.0', announcedAddress: address };
}

/** Pipes to other nodes take ports from here on, above those of the workers. */
const CROSSING_PORTS = { first: 1_000, last: 1_999 };

/**
 * Where the ways to other nodes listen (UDP): at the address by which those reach this one. It is an address that this
 * machine carries or, behind NAT, one that is led to it. Ports as `port` says, 0 for any.
 */
export async function crossingListen({
  nodeAddress,
  announced,
  listen,
  port,
}: Pick<MediaConfig, 'nodeAddress' | 'announced' | 'listen' | 'port'>): Promise<TransportListenInfo> {
  const own = await usableAddresses(listen ?? ownAddresses());
  const address = nodeAddress ?? announced.find((each) => isIP(each) !== 0) ?? own[0] ?? '127.0.0.1';
  const { first, last } = CROSSING_PORTS;
  const portRange = port === 0 ? {} : { portRange: { min: port + first, max: port + last } };
  return { protocol: 'udp', ...placeOf(address, own), ...portRange };
}
