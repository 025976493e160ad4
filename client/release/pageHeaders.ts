import { integrityOf } from '../../shared/release/integrity.ts';
import {
  contentSecurityPolicy,
  contentType,
  importMapOf,
  integrityPolicy,
  permissionsPolicy,
} from '../../shared/release/pagePolicy.ts';

/**
 * The headers of a file that the guard answers with. None is taken from the server, which could weaken the page's
 * policy by them.
 * @param origin of the page, such as `https://meet.example.org`
 */
export async function pageHeaders(
  path: string,
  body: ArrayBuffer,
  origin: string,
): Promise<Record<string, string>> {
  const document = path.endsWith('.html');
  const map = document ? importMapOf(new TextDecoder().decode(body)) : null;
  const policy = contentSecurityPolicy(
    origin.replace(/^http/, 'ws'),
    map === null ? null : await integrityOf(map),
  );
  return {
    'Content-Type': contentType(path) ?? 'application/octet-stream',
    'Content-Security-Policy': policy,
    'Permissions-Policy': permissionsPolicy,
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(document && { 'Integrity-Policy': integrityPolicy }),
  };
}
