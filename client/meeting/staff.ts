import { fromUtf8, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { deviceKey } from '../../shared/ids.ts';
import { staffProvider } from '../../shared/policy.ts';
import type { PublicJwk, StaffIssuer } from '../../shared/protocol/accounts.ts';
import type { StaffProvider } from '../../shared/roles.ts';
import { staffIdentity } from '../e2ee/admission/staffRule.ts';
import { type DeviceIdentity, lastingKey } from '../e2ee/identity/device.ts';
import type { KeyStore } from '../e2ee/identity/keyStore.ts';
import { ready } from '../e2ee/sodium.ts';
import { deviceSeed } from './core/deviceSeed.ts';

declare const __TRUSTED_ISSUERS__: readonly StaffIssuer[];

/** Providers that this build pins; see SEALROOM_TRUSTED_ISSUERS. */
const builtIn = typeof __TRUSTED_ISSUERS__ === 'undefined' ? [] : __TRUSTED_ISSUERS__;

const TOKEN = 'id-token';
const RETURN_TO = 'sign-in-return';

/** Begins a sign-in: the nonce that binds the provider's statement to this device. `returnTo` may hold a link: it rests wrapped. */
export async function beginSignIn(keyStore: KeyStore, returnTo: string): Promise<string> {
  await ready();
  await keyStore.put(RETURN_TO, utf8(returnTo));
  const { publicKey } = lastingKey(await deviceSeed(keyStore));
  const { identityNonce } = await import('../e2ee/identity/idToken.ts');
  return identityNonce(deviceKey.parse(toBase64Url(publicKey)));
}

/** Ends a sign-in: keeps the statement, wrapped, and says where the person was before. */
export async function finishSignIn(keyStore: KeyStore, idToken: string | null): Promise<string> {
  if (idToken === null) await keyStore.delete(TOKEN);
  else await keyStore.put(TOKEN, utf8(idToken));
  const returnTo = await keyStore.get(RETURN_TO);
  await keyStore.delete(RETURN_TO);
  return returnTo ? fromUtf8(returnTo) : '/';
}

/** Forgets the statement at sign-out. */
export async function forgetIdToken(keyStore: KeyStore): Promise<void> {
  await keyStore.delete(TOKEN);
}

/**
 * This device's own statement for a meeting's card: only where the meeting pins the provider it is from, so that
 * nobody else learns who this is, and only while members would accept it. `now` in milliseconds since 1970.
 */
export async function ownIdToken(
  keyStore: KeyStore,
  identity: Pick<DeviceIdentity, 'lasting'>,
  staff: StaffProvider | null,
  now: number,
): Promise<string | undefined> {
  const kept = staff && (await keyStore.get(TOKEN));
  if (!kept) return undefined;
  const idToken = fromUtf8(kept);
  const lasting = deviceKey.parse(toBase64Url(identity.lasting.publicKey));
  return (await staffIdentity({ lasting, idToken }, staff, now)) ? idToken : undefined;
}

/**
 * The provider a founder pins into the meeting's rules. Where this build pins providers, the site must name one
 * of them with no other key; otherwise the founder takes the site's word, this once. Throws ProtocolError
 * `provider-mismatch`.
 */
export function staffToPin(
  site: StaffIssuer | null,
  built: readonly StaffIssuer[] = builtIn,
): StaffProvider | null {
  if (site === null) return null;
  if (built.length === 0) return provider(site);
  const pinned = built.find(({ issuer, audience }) => issuer === site.issuer && audience === site.audience);
  const known = new Set(pinned?.keys.map(material));
  if (!pinned || !site.keys.every((key) => known.has(material(key)))) {
    throw new ProtocolError('provider-mismatch');
  }
  return provider(pinned);
}

/** In the form of the rules, which know no members without a value. */
function provider({ issuer, audience, keys }: StaffIssuer): StaffProvider {
  const present = (key: PublicJwk) => Object.entries(key).filter(([, value]) => value !== undefined);
  return staffProvider.parse({ issuer, audience, keys: keys.map((key) => Object.fromEntries(present(key))) });
}

/** What makes a key the same key, whatever it is called. */
function material({ kty, crv, x, y, n, e }: PublicJwk): string {
  return JSON.stringify([kty, crv, x, y, n, e]);
}
