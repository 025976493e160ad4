import { X509Certificate } from 'node:crypto';
import type { Config } from './config/config.ts';
import { ownAddresses } from './media/addresses.ts';

/** The names a certificate stands for. */
function certificateNames(pem: string): string[] {
  const names = new X509Certificate(pem).subjectAltName ?? '';
  return names
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '' && !name.includes('*'));
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

function origin(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${bracketed(host)}:${port}`).origin;
}

/** Origins the page may have been loaded from: the public one, or every name this machine answers to. */
export function pageOrigins(config: Config, port: number, certificate: string | null): string[] {
  if (config.publicUrl !== null) return [config.publicUrl, origin('http', 'localhost', port)];
  const scheme = certificate === null ? 'http' : 'https';
  const names = [
    'localhost',
    config.host,
    ...ownAddresses(),
    ...(certificate ? certificateNames(certificate) : []),
  ];
  return [...new Set(names.filter((name) => name !== '::' && name !== '0.0.0.0'))].map((name) =>
    origin(scheme, name, port),
  );
}

/** The address to open on this machine. */
export function readyUrl(config: Config, port: number): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const local = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(config.host);
  return origin(config.tls ? 'https' : 'http', local ? 'localhost' : config.host, port);
}
