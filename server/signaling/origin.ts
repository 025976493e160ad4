import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request for the socket comes from our own page. Browsers name the origin wherever it may
 * be another one and mark every request with Sec-Fetch-Site; programs that are no browser send
 * neither, and hold no cookies that could be abused.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin } = headers;
  if (origin !== undefined) return origins.includes(origin);
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
