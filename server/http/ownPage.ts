import type { Request, RequestHandler } from 'express';
import { ProtocolError } from '../../shared/errors.ts';
import { OWN_PAGE_HEADER } from '../../shared/protocol/ownPage.ts';
import { isOwnOrigin } from '../signaling/origin.ts';

/**
 * Lets a request through that comes from our own page: by its origin, and by a header that no form of another
 * site can send. For everything that acts in the name of an account, beside the cookie's SameSite.
 */
export function ownPageOnly(origins: () => readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const marked = request.headers[OWN_PAGE_HEADER] === '1';
    if (!marked || !isOwnOrigin(request.headers, origins())) throw new ProtocolError('forbidden');
    next();
  };
}

/** The origin a request of our own page came from. Throws ProtocolError for another. */
export function originOf(request: Request, origins: readonly string[]): string {
  const { origin } = request.headers;
  if (origin === undefined || !origins.includes(origin)) throw new ProtocolError('forbidden');
  return origin;
}
