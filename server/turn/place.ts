/** Where a TURN server is, and how it is spoken to. */
export interface TurnPlace {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** Host and port of a TURN address, with the default ports of RFC 7065; null where it is none. */
export function placeOf(url: string): TurnPlace | null {
  const match = /^(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/.exec(url);
  if (!match) return null;
  const [, scheme, host = '', port, transport] = match;
  const secure = scheme === 'turns';
  // TLS over UDP would be DTLS, which browsers do not speak to relays.
  if (secure && transport === 'udp') return null;
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : secure ? 5349 : 3478,
    transport: secure ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp',
  };
}
