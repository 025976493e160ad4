import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Features of the browser the page may use itself; every other one is off, and none is passed to frames. */
const ownFeatures = [
  'camera',
  'microphone',
  'display-capture',
  'fullscreen',
  'screen-wake-lock',
  'picture-in-picture',
  'speaker-selection',
  'clipboard-write',
  'publickey-credentials-create',
  'publickey-credentials-get',
];
const noFeatures = [
  'accelerometer',
  'browsing-topics',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

const permissionsPolicy = [
  ...ownFeatures.map((feature) => `${feature}=(self)`),
  ...noFeatures.map((feature) => `${feature}=()`),
].join(', ');

/**
 * Headers of every response, pages, scripts and API alike: workers take their policy from their own script.
 * Nothing inline runs, nothing is fetched from elsewhere, nobody frames the page. WebAssembly may be compiled,
 * for libsodium; no string is ever evaluated.
 */
export function securityHeaders({ tls }: { readonly tls: boolean }): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:', 'data:'],
          mediaSrc: ["'self'", 'blob:'],
          // Not every browser counts the socket's scheme as 'self'.
          connectSrc: ["'self'", (request) => ownSocket(request.headers.host, tls)],
          workerSrc: ["'self'"],
          manifestSrc: ["'self'"],
          fontSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
          // No string becomes a script; the one policy lets the build's own workers pass.
          requireTrustedTypesFor: ["'script'"],
          trustedTypes: ['sealroom-worker'],
        },
      },
      crossOriginEmbedderPolicy: { policy: 'require-corp' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: tls && { maxAge: 31_536_000, includeSubDomains: false },
      xFrameOptions: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.setHeader('Permissions-Policy', permissionsPolicy);
      next();
    },
  ];
}

function ownSocket(host: string | undefined, tls: boolean): string {
  // A host of another form would let a forged request write into the policy; it gets none.
  if (host === undefined || !/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(host)) {
    return "'self'";
  }
  return `${tls ? 'wss' : 'ws'}://${host}`;
}
