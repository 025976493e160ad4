import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { deviceIdentity } from '../../../client/e2ee/identity/device.ts';
import { type KeyStore, memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { deviceSeed } from '../../../client/meeting/core/deviceSeed.ts';
import {
  beginSignIn,
  finishSignIn,
  forgetIdToken,
  ownIdToken,
  staffToPin,
} from '../../../client/meeting/staff.ts';
import { meetingId } from '../../../shared/ids.ts';
import { type PublicJwk, publicJwk, type StaffIssuer } from '../../../shared/protocol/accounts.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const HOUR = 3_600_000;
const issuer = 'https://id.example';
let signing: CryptoKey;
let key: PublicJwk;
let staff: { issuer: string; audience: string; keys: Record<string, string>[] };

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  signing = pair.privateKey;
  key = publicJwk.parse({ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' });
  staff = { issuer, audience: 'sealroom', keys: [{ ...key } as Record<string, string>] };
});

/** Signs in on a device, with what the provider would state. */
async function signedIn(keyStore: KeyStore): Promise<string> {
  const nonce = await beginSignIn(keyStore, '/m/abc#secret');
  const token = await new SignJWT({ nonce, name: 'Lin' })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience('sealroom')
    .setSubject('lin')
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(NOW / 1000 + 300)
    .sign(signing);
  expect(await finishSignIn(keyStore, token)).toBe('/m/abc#secret');
  return token;
}

const identityOf = async (keyStore: KeyStore) =>
  deviceIdentity(await deviceSeed(keyStore), meetingId.parse('A'.repeat(22)));

describe('ownIdToken', () => {
  it('is for meetings that pin the provider it is from, and for nobody else', async () => {
    const keyStore = memoryKeyStore();
    const token = await signedIn(keyStore);
    const identity = await identityOf(keyStore);
    expect(await ownIdToken(keyStore, identity, staff, NOW)).toBe(token);
    expect(await ownIdToken(keyStore, identity, null, NOW)).toBeUndefined();
    expect(
      await ownIdToken(keyStore, identity, { ...staff, issuer: 'https://x.example' }, NOW),
    ).toBeUndefined();
    expect(await ownIdToken(keyStore, identity, { ...staff, audience: 'mail' }, NOW)).toBeUndefined();
  });

  it('is given as long as members accept it, and not after a sign-out', async () => {
    const keyStore = memoryKeyStore();
    await signedIn(keyStore);
    const identity = await identityOf(keyStore);
    expect(await ownIdToken(keyStore, identity, staff, NOW + 11 * HOUR)).toBeDefined();
    expect(await ownIdToken(keyStore, identity, staff, NOW + 13 * HOUR)).toBeUndefined();
    await forgetIdToken(keyStore);
    expect(await ownIdToken(keyStore, identity, staff, NOW)).toBeUndefined();
  });

  it('is of this device: one that was copied here is not passed on', async () => {
    const keyStore = memoryKeyStore();
    await finishSignIn(keyStore, await signedIn(memoryKeyStore()));
    expect(await ownIdToken(keyStore, await identityOf(keyStore), staff, NOW)).toBeUndefined();
  });
});

it('a sign-in comes back to where it began, once', async () => {
  const keyStore = memoryKeyStore();
  await beginSignIn(keyStore, '/m/abc#secret');
  expect(await finishSignIn(keyStore, null)).toBe('/m/abc#secret');
  expect(await finishSignIn(keyStore, null)).toBe('/');
});

describe('staffToPin', () => {
  const site = (): StaffIssuer => ({ issuer, audience: 'sealroom', keys: [key] });

  it('takes the word of the site where the build pins nothing', () => {
    expect(staffToPin(site(), [])).toEqual(site());
    expect(staffToPin(null, [])).toBeNull();
  });

  it('keeps to what the build pins', () => {
    const built = { ...site(), keys: [key, { ...key, x: 'next' }] };
    expect(staffToPin({ ...site(), keys: [{ ...key, kid: 'other name' }] }, [built])).toEqual(built);
    for (const differing of [
      { ...site(), issuer: 'https://evil.example' },
      { ...site(), audience: 'other' },
      { ...site(), keys: [key, { ...key, x: 'forged' }] },
    ]) {
      expect(() => staffToPin(differing, [built])).toThrow(
        expect.objectContaining({ code: 'provider-mismatch' }),
      );
    }
  });
});
