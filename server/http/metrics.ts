import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import { hashToken } from '../accounts/token.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { asAttachment } from './attachment.ts';

/** The path of the metrics: to whoever has the token, or without one to programs on this machine. */
export function metricsRoute(metrics: Metrics, token: string | null): RequestHandler {
  return async (request, response) => {
    // Whoever may not read them learns nothing of them either.
    if (token === null ? !isLocal(request) : !hasToken(request, token)) throw new ProtocolError('not-found');
    const { type, text } = await metrics.read();
    asAttachment(response, 'metrics.txt');
    response.setHeader('Content-Type', type);
    response.end(text);
  };
}

function hasToken(request: Request, token: string): boolean {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(token)));
}

/** From this machine and to it by name: a reverse proxy here passes on the name of the site, or says for whom. */
function isLocal(request: Request): boolean {
  const { host = '', 'x-forwarded-for': forwardedFor, forwarded, via } = request.headers;
  if (forwardedFor !== undefined || forwarded !== undefined || via !== undefined) return false;
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) return false;
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '');
}
