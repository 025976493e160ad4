import type { IncomingMessage } from 'node:http';

/** Whether an address, so many hops from us, is a proxy to believe; Express's own form. */
export type Trust = (address: string, hop: number) => boolean;

/** Who is at the other end, seen through the proxies that are trusted; as `request.ip` of Express. */
export function clientAddress(request: IncomingMessage, trust: Trust): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (typeof header === 'string' ? header : '').split(',').map((entry) => entry.trim());
  const hops = [request.socket.remoteAddress ?? 'unknown', ...forwarded.reverse().filter(Boolean)];
  const first = hops.findIndex((address, hop) => !trust(address, hop));
  return hops[first] ?? hops.at(-1) ?? 'unknown';
}
