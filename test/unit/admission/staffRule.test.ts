import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bars } from '../../../client/e2ee/admission/bars.ts';
import { judgeCommit } from '../../../client/e2ee/admission/commitPolicy.ts';
import type { Joiner } from '../../../client/e2ee/group/policy.ts';
import { makeCard } from '../../../client/e2ee/identity/card.ts';
import { type DeviceIdentity, deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import { identityNonce } from '../../../client/e2ee/identity/idToken.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { deviceKey } from '../../../shared/ids.ts';
import { type Policy, type StaffProvider, staffProvider } from '../../../shared/policy.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { accessBy, inviteBody, newInvitation } from '../../support/invitation.ts';
import { AT, newMeetingId, Script } from '../records/signing.ts';

const PSK = utf8('the meeting');
let provider: StaffProvider;
let signing: CryptoKey;
let foreign: CryptoKey;

beforeAll(async () => {
  await ready();
  const pair = await generateKeyPair('ES256', { extractable: true });
  signing = pair.privateKey;
  foreign = (await generateKeyPair('ES256', { extractable: true })).privateKey;
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' };
  provider = staffProvider.parse({ issuer: 'https://id.example', audience: 'sealroom', keys: [key] });
});

/** The provider's statement on the owner of a device, as of `at` in milliseconds. */
function tokenFor({ lasting }: DeviceIdentity, at = AT, key = signing): Promise<string> {
  const seconds = Math.floor(at / 1000);
  return new SignJWT({
    iss: 'https://id.example',
    aud: 'sealroom',
    sub: 'chen',
    iat: seconds - 60,
    exp: seconds + 240,
    nonce: identityNonce(deviceKey.parse(toBase64Url(lasting.publicKey))),
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(key);
}

/** Whether a host's commit may add a device whose admission is signed, under a rule about who may come. */
async function verdict(
  who: Policy['who'],
  given: { token?: (device: DeviceIdentity) => Promise<string>; personal?: boolean },
): Promise<string> {
  const meeting = newMeetingId();
  const script = new Script({ ...presetPolicy('moderated'), who, staff: provider }, undefined, meeting);
  const [host, joiner] = [newDeviceSeed(), newDeviceSeed()].map((seed) => deviceIdentity(seed, meeting));
  if (!host || !joiner) throw new Error('two devices');
  script.add(script.host, { type: 'grant', device: host.key, role: 'host' });
  const invitation = inviteBody(meeting, { personal: given.personal ?? false });
  script.add(script.host, invitation);
  script.add(script.host, { type: 'admit', devices: [joiner.key], invitation: invitation.key });
  const token = await given.token?.(joiner);
  const add: Joiner = {
    ref: new Uint8Array(64),
    signatureKey: joiner.meeting.publicKey,
    credential: makeCard(joiner, meeting, 'Chen', token),
  };
  const committer = { leafIndex: 0, signatureKey: host.meeting.publicKey, credential: new Uint8Array() };
  const commit = { epoch: 1n, committer, adds: [add], removes: [], pskId: PSK, updates: true };
  const bars = new Bars(accessBy(newInvitation(meeting)));
  const circumstances = { meeting, bars, chain: script.chain, departed: new Set<never>(), pskId: PSK };
  const result = await judgeCommit(commit, circumstances);
  return result.kind;
}

describe('who may be added, even by a host', () => {
  const guest = {};
  const personalGuest = { personal: true };
  const staff = { token: tokenFor };

  it('where anybody may come: everybody let in', async () => {
    for (const each of [guest, personalGuest, staff]) expect(await verdict('anyone', each)).toBe('accept');
  });

  it('where staff and named guests may come: those, and nobody with the link for all', async () => {
    expect(await verdict('invited', guest)).toBe('refuse');
    for (const each of [personalGuest, staff]) expect(await verdict('invited', each)).toBe('accept');
  });

  it('where staff alone may come: whom the pinned provider vouches for', async () => {
    for (const each of [guest, personalGuest]) expect(await verdict('verified', each)).toBe('refuse');
    expect(await verdict('verified', staff)).toBe('accept');
  });

  it('not with a statement on another device, of another provider, or from another day', async () => {
    const another = deviceIdentity(newDeviceSeed(), newMeetingId());
    expect(await verdict('verified', { token: () => tokenFor(another) })).toBe('refuse');
    expect(await verdict('verified', { token: (device) => tokenFor(device, AT, foreign) })).toBe('refuse');
    const yesterday = AT - 24 * 3_600_000;
    expect(await verdict('verified', { token: (device) => tokenFor(device, yesterday) })).toBe('refuse');
  });
});
