import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { concat, fromBase64Url, toBase64Url, utf8 } from '../../../shared/bytes.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { sodium } from '../sodium.ts';

/**
 * An identity provider this client trusts, with its keys. The keys come from the reviewed release or
 * the agency's own configuration of it, never from the meeting server, which could otherwise vouch
 * for anybody.
 */
export interface TrustedIssuer {
  /** `iss`, exactly. */
  readonly issuer: string;
  /** The client id that tokens for this site are made out to. */
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
}

/** Who a provider says is behind a device. */
export interface VerifiedIdentity {
  readonly issuer: string;
  /** The provider's lasting identifier of the person. */
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The agency: the provider's claim `organization`, or the provider's host name. */
  readonly agency: string;
}

export type IdTokenRefusal =
  | 'unknown-issuer'
  | 'bad-signature'
  | 'wrong-audience'
  | 'wrong-device'
  | 'expired'
  | 'malformed';

export type IdTokenResult =
  | { readonly ok: true; readonly identity: VerifiedIdentity }
  | { readonly ok: false; readonly refusal: IdTokenRefusal };

/** Signature algorithms accepted: asymmetric only, so that no shared secret can pass for a key. */
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'RS256', 'RS384'];
/** A sign-in counts for one working day: tokens live minutes, meetings hours. */
const MAX_AGE_SECONDS = 12 * 60 * 60;
const CLOCK_TOLERANCE_SECONDS = 120;

/**
 * The `nonce` a device asks its id_token for: BLAKE2b-256 of a label and its lasting key, base64url.
 * The token is thereby bound to the device and of no use to anybody who copies it.
 */
export function identityNonce(lasting: DeviceKey): string {
  const input = concat(utf8('Sealroom 1.0 Identity'), new Uint8Array([0]), fromBase64Url(lasting));
  return toBase64Url(sodium().crypto_generichash(32, input, null));
}

/**
 * Verifies another member's id_token (OpenID Connect Core section 3.1.3.7) for the lasting key of its
 * card, at `now` in milliseconds since 1970. Never throws on what a member sent.
 */
export async function verifyIdToken(
  token: string,
  lasting: DeviceKey,
  issuers: readonly TrustedIssuer[],
  now: number,
): Promise<IdTokenResult> {
  const claimed = issuerOf(token);
  if (claimed === null) return { ok: false, refusal: 'malformed' };
  const trusted = issuers.find(({ issuer }) => issuer === claimed);
  if (!trusted) return { ok: false, refusal: 'unknown-issuer' };
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(trusted.jwks), {
      issuer: trusted.issuer,
      audience: trusted.audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(now),
      clockTolerance: MAX_AGE_SECONDS,
      requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
    });
    const { sub, iat, nonce, name, email, email_verified: emailVerified, organization } = payload;
    if (nonce !== identityNonce(lasting)) return { ok: false, refusal: 'wrong-device' };
    const age = now / 1000 - (iat ?? 0);
    if (age > MAX_AGE_SECONDS || age < -CLOCK_TOLERANCE_SECONDS) return { ok: false, refusal: 'expired' };
    return {
      ok: true,
      identity: {
        issuer: trusted.issuer,
        subject: sub ?? '',
        name: typeof name === 'string' ? name : null,
        email: typeof email === 'string' && emailVerified === true ? email : null,
        agency: (typeof organization === 'string' && organization) || new URL(trusted.issuer).hostname,
      },
    };
  } catch (error) {
    return { ok: false, refusal: refusalOf(error) };
  }
}

/** The issuer a token names, before anything about it is verified. */
function issuerOf(token: string): string | null {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64Url(payload)));
    if (typeof claims !== 'object' || claims === null || !('iss' in claims)) return null;
    return typeof claims.iss === 'string' ? claims.iss : null;
  } catch {
    return null;
  }
}

function refusalOf(error: unknown): IdTokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'aud' ? 'wrong-audience' : error.claim === 'iat' ? 'expired' : 'malformed';
  }
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed
  ) {
    return 'bad-signature';
  }
  return 'malformed';
}
