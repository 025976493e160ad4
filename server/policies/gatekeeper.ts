import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../shared/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Config } from '../config/config.ts';
import { servesTls } from '../http/app.ts';
import { Cookies } from '../http/cookies.ts';
import { sessionCookie } from '../http/signedIn.ts';
import { isAtLeast, networkGate } from './policies.ts';

/** Keeps out of meetings whom the operator's policies keep out, at each connection. Throws ProtocolError. */
export function gatekeeper(
  config: Pick<Config, 'policies' | 'tls' | 'publicUrl'>,
  accounts: Accounts,
  addressOf: (request: IncomingMessage) => string,
): (request: IncomingMessage, version: string | undefined) => Promise<void> {
  const { guests, minVersion, networks } = config.policies;
  const inside = networkGate(networks);
  const cookies = new Cookies(servesTls(config));
  return async (request, version) => {
    if (!inside(addressOf(request))) throw new ProtocolError('network-refused');
    if (minVersion !== null && !isAtLeast(version, minVersion)) throw new ProtocolError('version-mismatch');
    if (guests) return;
    const token = cookies.read(request, sessionCookie);
    if (token === null || !(await accounts.sessions.isGood(token)))
      throw new ProtocolError('sign-in-required');
  };
}
