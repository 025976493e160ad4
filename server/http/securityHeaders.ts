import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { contentSecurityPolicy, permissionsPolicy } from '../../shared/release/pagePolicy.ts';

export interface PageSecurity {
  readonly tls: boolean;
  /** Digest of the page's import map, asked at each request. */
  readonly importMap: () => string | null;
}

/** Headers of every response, pages, scripts and API alike: workers take their policy from their own script. */
export function securityHeaders({ tls, importMap }: PageSecurity): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: false,
      crossOriginEmbedderPolicy: { policy: 'require-corp' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: tls && { maxAge: 31_536_000, includeSubDomains: false },
      xFrameOptions: { action: 'deny' },
    }),
    (request, response, next) => {
      const policy = contentSecurityPolicy(ownSocket(request.headers.host, tls), importMap());
      response.setHeader('Content-Security-Policy', policy);
      response.setHeader('Permissions-Policy', permissionsPolicy);
      next();
    },
  ];
}

function ownSocket(host: string | undefined, tls: boolean): string | null {
  // A host of another form would let a forged request write into the policy; it gets none.
  if (host === undefined || !/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(host)) {
    return null;
  }
  return `${tls ? 'wss' : 'ws'}://${host}`;
}
