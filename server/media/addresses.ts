import { createSocket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { TransportListenInfo } from 'mediasoup/types';

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
 * Where a worker listens, UDP and TCP each: everywhere where addresses are announced in place of its own,
 * else on its own. The order is the browsers' order of preference.
 * `port` 0 leaves the choice to the worker.
 */
export function listenInfos(
  announced: readonly string[],
  own: readonly string[],
  port: number,
): TransportListenInfo[] {
  const places: { ip: string; announcedAddress?: string }[] =
    announced.length > 0
      ? announced.map((announcedAddress) => ({
          ip: isIPv6(announcedAddress) ? '::' : '0.0.0.0',
          announcedAddress,
        }))
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
