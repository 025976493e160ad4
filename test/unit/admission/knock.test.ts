import { beforeAll, expect, it } from 'vitest';
import { KnockError, openKnock, sealKnock } from '../../../client/e2ee/admission/knock.ts';
import { deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import type { Access } from '../../../client/e2ee/link/access.ts';
import { lobbyKeyPair } from '../../../client/e2ee/records/hostSecrets.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { toHex } from '../../../shared/bytes.ts';
import { type KnockRequest, knockRequest } from '../../../shared/protocol/lobby.ts';
import { accessBy, newInvitation, signedKnock } from '../../support/invitation.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

function scene() {
  const invitation = newInvitation(newMeetingId());
  const link = accessBy(invitation);
  const seed = randomBytes(32);
  const device = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const ref = randomBytes(64);
  const content = { keyPackage: randomBytes(3_000), message: 'May I? 可以嗎', replyKey: randomBytes(32) };
  const seal = (kind: 'lobby' | 'return', over: Access = link) =>
    sealKnock(
      over,
      device,
      ref,
      content,
      kind === 'lobby' ? { kind, lobbyKey: lobbyKeyPair(seed).publicKey } : { kind },
    );
  return { link, invitation, seed, device, ref, content, seal };
}

function refusal(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof KnockError) return error.refusal;
    throw error;
  }
  return 'opened';
}

it('comes back as it was, of both kinds, in the form of the protocol', () => {
  const { link, seed, device, content, seal } = scene();
  for (const kind of ['lobby', 'return'] as const) {
    const knock = seal(kind);
    expect(knockRequest.safeParse(knock).success).toBe(true);
    const opened = openKnock(link, device, knock, kind === 'lobby' ? [randomBytes(32), seed] : []);
    expect(opened.message).toBe(content.message);
    expect(toHex(opened.keyPackage)).toBe(toHex(content.keyPackage));
    expect(toHex(opened.replyKey)).toBe(toHex(content.replyKey));
  }
});

it('needs the lobby key, and no other opens it', () => {
  const { link, device, seal } = scene();
  const knock = seal('lobby');
  expect(refusal(() => openKnock(link, device, knock, []))).toBe('not-openable');
  expect(refusal(() => openKnock(link, device, knock, [randomBytes(32)]))).toBe('not-openable');
});

it('says by whose invitation it comes, which nobody else can say', () => {
  const { link, invitation, seed, device, seal } = scene();
  const other = newInvitation(link.meeting, invitation.meetingSecret);
  for (const kind of ['lobby', 'return'] as const) {
    const knock = seal(kind, accessBy(other));
    expect(knock.invitation).toBe(other.keys.key);
    expect(refusal(() => openKnock(link, device, knock, [seed]))).toBe('opened');
    const claimed = { ...knock, invitation: link.invitation.key };
    expect(refusal(() => openKnock(link, device, claimed, [seed]))).toBe('bad-signature');
  }
});

it('of a device that may return opens only with the secret of the meeting', () => {
  const { link, device, seal } = scene();
  const stranger = { ...link, secret: randomBytes(32) };
  expect(refusal(() => openKnock(stranger, device, seal('return'), []))).toBe('not-openable');
});

it('is bound to its device, meeting, kind, key package and every byte', () => {
  const { link, seed, device, seal } = scene();
  const stranger = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const elsewhere = { ...link, meeting: newMeetingId() };
  for (const kind of ['lobby', 'return'] as const) {
    const knock = seal(kind);
    expect(refusal(() => openKnock(link, stranger, knock, [seed]))).toBe('bad-signature');
    expect(refusal(() => openKnock(elsewhere, device, knock, [seed]))).toBe('bad-signature');
    const changes: Partial<KnockRequest>[] = [
      { kind: kind === 'lobby' ? 'return' : 'lobby' },
      { keyPackageRef: randomBytes(64) },
      { sealed: knock.sealed.slice(0, -1) },
      { sealed: knock.sealed.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) },
      { signature: knock.signature.map((byte, i) => (i === 31 ? byte ^ 1 : byte)) },
      { signature: knock.signature.slice(0, 63) },
      { invitation: newInvitation(link.meeting).keys.key },
    ];
    for (const change of changes) {
      expect(refusal(() => openKnock(link, device, { ...knock, ...change }, [seed]))).toBe('bad-signature');
    }
  }
});

it('a link holder cannot move another’s sealed knock to its own device', () => {
  const { link, invitation, seed, device, ref, seal } = scene();
  const mallory = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const knock = seal('lobby');
  const content = { keyPackage: randomBytes(10), message: '', replyKey: randomBytes(32) };
  const own = sealKnock(link, mallory, ref, content, { kind: 'return' });
  expect(refusal(() => openKnock(link, mallory, { ...own, sealed: knock.sealed }, [seed]))).toBe(
    'bad-signature',
  );
  expect(refusal(() => openKnock(link, device, { ...own, sealed: knock.sealed }, [seed]))).toBe(
    'bad-signature',
  );
  // It can sign what it has copied, by the same link; but the words inside are bound to their device.
  const moved = signedKnock(invitation, mallory, { ...knock });
  expect(refusal(() => openKnock(link, mallory, moved, [seed]))).toBe('not-openable');
});

it('does not show the length of the words in it', () => {
  const { link, device, ref } = scene();
  const lengths = ['', 'a', 'a'.repeat(60)].map((message) => {
    const content = { keyPackage: new Uint8Array(2_600), message, replyKey: randomBytes(32) };
    return sealKnock(link, device, ref, content, { kind: 'return' }).sealed.length;
  });
  expect(new Set(lengths).size).toBe(1);
});
