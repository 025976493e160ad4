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

export const permissionsPolicy = [
  ...ownFeatures.map((feature) => `${feature}=(self)`),
  ...noFeatures.map((feature) => `${feature}=()`),
].join(', ');

/** Scripts without integrity metadata are refused, by browsers that know this header. Styles they do not know yet. */
export const integrityPolicy = 'blocked-destinations=(script)';

/**
 * The content security policy. Nothing inline runs, nothing is fetched from elsewhere, nobody frames the page.
 * WebAssembly may be compiled, for libsodium; no string is ever evaluated.
 * @param socket origin of the page's own WebSocket, which not every browser counts as 'self'
 * @param importMap digest of the page's import map (it holds the digests of all modules), the one thing in line
 */
export function contentSecurityPolicy(socket: string | null, importMap: string | null): string {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...(importMap === null ? [] : [`'${importMap}'`])],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'blob:', 'data:'],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...(socket === null ? [] : [socket])],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'font-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    // No string becomes a script; the one policy lets the build's own workers pass.
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['sealroom-worker'],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join(';');
}

/** The text between the tags of a page's import map, or null where it has none. */
export function importMapOf(html: string): string | null {
  return /<script type="importmap">([^<]*)<\/script>/.exec(html)?.[1] ?? null;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.tflite': 'application/octet-stream',
  '.txt': 'text/plain; charset=utf-8',
};

/** Content type of a file of the page by its name; null for what is never served. */
export function contentType(path: string): string | null {
  return types[path.slice(path.lastIndexOf('.'))] ?? null;
}
