import type { TurnConfig } from '../config/config.ts';
import { amber, type Finding, green, red } from './finding.ts';
import { acceptsTcp, askByUdp } from './stun.ts';

/** Host and port of a TURN address, with the default ports of RFC 7065. */
function placeOf(url: string): { host: string; port: number; udp: boolean } | null {
  const match = /^(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/.exec(url);
  if (!match) return null;
  const [, scheme, host = '', port, transport] = match;
  const secure = scheme === 'turns';
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : secure ? 5349 : 3478,
    udp: !secure && transport !== 'tcp',
  };
}

/** Whether every TURN server answers: a STUN binding over UDP, a connection over TCP and TLS. */
export async function checkTurn(turn: TurnConfig | null): Promise<Finding[]> {
  const name = 'TURN';
  if (!turn) {
    return [
      amber(
        name,
        'is not configured: people behind firewalls that block the media ports see and hear nothing',
        'Run coturn with use-auth-secret, and set SEALROOM_TURN_URLS and SEALROOM_TURN_SECRET.',
      ),
    ];
  }
  return Promise.all(
    turn.urls.map(async (url) => {
      const place = placeOf(url);
      const answers =
        place !== null &&
        (place.udp ? await askByUdp(place.host, place.port, null) : await acceptsTcp(place.host, place.port));
      return answers
        ? green(name, `${url} answers`)
        : red(
            name,
            `${url} does not answer`,
            'Look at the TURN server and its firewall, or correct SEALROOM_TURN_URLS.',
          );
    }),
  );
}
