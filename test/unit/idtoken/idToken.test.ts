import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { identityNonce, type TrustedIssuer, verifyIdToken } from '../../../client/e2ee/identity/idToken.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { deviceKey } from '../../../shared/ids.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const seconds = NOW / 1000;
const lasting = deviceKey.parse('A'.repeat(43));
const other = deviceKey.parse(`${'A'.repeat(42)}E`);
let signing: CryptoKey;
let issuer: TrustedIssuer;
let claims: JWTPayload;

beforeAll(async () => {
  await ready();
  const pair = await generateKeyPair('ES256', { extractable: true });
  signing = pair.privateKey;
  issuer = {
    issuer: 'https://id.example',
    audience: 'sealroom',
    jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] },
  };
  claims = {
    iss: issuer.issuer,
    aud: issuer.audience,
    sub: 'lin',
    iat: seconds - 60,
    exp: seconds + 240,
    nonce: identityNonce(lasting),
    name: 'Lin 林',
    email: 'lin@example',
    email_verified: true,
  };
});

const token = (changes: JWTPayload = {}, key: CryptoKey | Uint8Array = signing, alg = 'ES256') =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid: 'one' }).sign(key);

const verify = (jwt: string, at = NOW) => verifyIdToken(jwt, lasting, [issuer], at);

test('a token for this device names the person', async () => {
  expect(await verify(await token())).toEqual({
    ok: true,
    identity: {
      issuer: 'https://id.example',
      subject: 'lin',
      name: 'Lin 林',
      email: 'lin@example',
      agency: 'id.example',
    },
  });
});

test('an unverified address is not shown', async () => {
  const result = await verify(await token({ email_verified: false }));
  expect(result).toMatchObject({ ok: true, identity: { email: null } });
});

test('a token stays good through a working day and no longer', async () => {
  const jwt = await token();
  expect(await verify(jwt, NOW + 11 * 3_600_000)).toMatchObject({ ok: true });
  expect(await verify(jwt, NOW + 13 * 3_600_000)).toEqual({ ok: false, refusal: 'expired' });
});

test('a token issued in the future is refused', async () => {
  expect(await verify(await token({ iat: seconds + 3_600, exp: seconds + 7_200 }))).toMatchObject({
    ok: false,
  });
});

test('a token of another device is refused', async () => {
  expect(await verifyIdToken(await token(), other, [issuer], NOW)).toEqual({
    ok: false,
    refusal: 'wrong-device',
  });
});

test('a token made out to another service is refused', async () => {
  expect(await verify(await token({ aud: 'mail' }))).toEqual({ ok: false, refusal: 'wrong-audience' });
});

test('an issuer nobody configured is refused', async () => {
  expect(await verify(await token({ iss: 'https://evil.example' }))).toEqual({
    ok: false,
    refusal: 'unknown-issuer',
  });
});

test('a key the provider does not own is refused', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  expect(await verify(await token({}, privateKey))).toEqual({ ok: false, refusal: 'bad-signature' });
});

test('a shared-secret signature and an unsigned token are refused', async () => {
  const secret = new TextEncoder().encode(JSON.stringify(issuer.jwks));
  expect(await verify(await token({}, secret, 'HS256'))).toMatchObject({ ok: false });
  const [, payload] = (await token()).split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  expect(await verify(`${none}.${payload}.`)).toMatchObject({ ok: false });
});

test('a changed claim is refused', async () => {
  const [header, , signature] = (await token()).split('.');
  const payload = Buffer.from(JSON.stringify({ ...claims, name: 'Minister' })).toString('base64url');
  expect(await verify(`${header}.${payload}.${signature}`)).toEqual({ ok: false, refusal: 'bad-signature' });
});

test('rubbish is refused without an exception', async () => {
  for (const jwt of ['', 'a.b.c', '..', 'x'.repeat(9000), 'e30.e30.e30']) {
    expect(await verify(jwt)).toEqual({ ok: false, refusal: 'malformed' });
  }
});
