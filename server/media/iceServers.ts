import { createHmac, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { iceServer } from '../../shared/protocol/media.ts';
import type { TurnConfig } from '../config/config.ts';

/** How long a credential lets a browser ask for a relay, in seconds; relays that run go on. */
const LIFETIME = 6 * 60 * 60;

/**
 * TURN servers with a short-lived credential in the form of the TURN REST convention: the user name is its
 * expiry and a random part (never a device), the password an HMAC-SHA1 of it under the shared secret.
 */
export function iceServers(
  turn: TurnConfig | null,
  now: number = Date.now(),
  lifetime: number = LIFETIME,
): z.infer<typeof iceServer>[] {
  if (!turn) return [];
  const username = `${Math.floor(now / 1000) + lifetime}:${randomBytes(6).toString('hex')}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return [{ urls: [...turn.urls], username, credential }];
}
