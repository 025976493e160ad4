import { beforeAll, expect, it } from 'vitest';
import { KnockError, openKnock, sealKnock } from '../../../client/e2ee/admission/knock.ts';
import { deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import type { MeetingLink } from '../../../client/e2ee/link/link.ts';
import { lobbyKeyPair } from '../../../client/e2ee/records/hostSecrets.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { toHex } from '../../../shared/bytes.ts';
import { type KnockRequest, knockRequest } from '../../../shared/protocol/lobby.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

function scene() {
  const link: MeetingLink = {
    meeting: newMeetingId(),
    secret: randomBytes(16),
    fingerprint: randomBytes(20),
  };
  const seed = randomBytes(32);
  const device = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const ref = randomBytes(64);
  const content = { keyPackage: randomBytes(3_000), message: 'May I? 可以嗎' };
  const seal = (kind: 'lobby' | 'return', over: MeetingLink = link) =>
    sealKnock(
      over,
      device,
      ref,
      content,
      kind === 'lobby' ? { kind, lobbyKey: lobbyKeyPair(seed).publicKey } : { kind },
    );
  return { link, seed, device, ref, content, seal };
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
  }
});

it('needs the lobby key, and no other opens it', () => {
  const { link, device, seal } = scene();
  const knock = seal('lobby');
  expect(refusal(() => openKnock(link, device, knock, []))).toBe('not-openable');
  expect(refusal(() => openKnock(link, device, knock, [randomBytes(32)]))).toBe('not-openable');
});

it('is refused by its MAC from whoever has not the link', () => {
  const { link, seed, device, seal } = scene();
  const other = { ...link, secret: randomBytes(16) };
  for (const kind of ['lobby', 'return'] as const) {
    expect(refusal(() => openKnock(link, device, seal(kind, other), [seed]))).toBe('bad-mac');
  }
});

it('is bound to its device, meeting, kind, key package and every byte', () => {
  const { link, seed, device, seal } = scene();
  const stranger = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const elsewhere = { ...link, meeting: newMeetingId() };
  for (const kind of ['lobby', 'return'] as const) {
    const knock = seal(kind);
    expect(refusal(() => openKnock(link, stranger, knock, [seed]))).toBe('bad-mac');
    expect(refusal(() => openKnock(elsewhere, device, knock, [seed]))).toBe('bad-mac');
    const changes: Partial<KnockRequest>[] = [
      { kind: kind === 'lobby' ? 'return' : 'lobby' },
      { keyPackageRef: randomBytes(64) },
      { sealed: knock.sealed.slice(0, -1) },
      { sealed: knock.sealed.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) },
      { mac: knock.mac.map((byte, i) => (i === 31 ? byte ^ 1 : byte)) },
      { mac: knock.mac.slice(0, 31) },
    ];
    for (const change of changes) {
      expect(refusal(() => openKnock(link, device, { ...knock, ...change }, [seed]))).toBe('bad-mac');
    }
  }
});

it('a link holder cannot move another’s sealed knock to its own device', () => {
  const { link, seed, device, ref, seal } = scene();
  const mallory = deviceIdentity(newDeviceSeed(), link.meeting).key;
  const knock = seal('lobby');
  // Mallory can make MACs, and puts one on what it has copied.
  const own = sealKnock(link, mallory, ref, { keyPackage: randomBytes(10), message: '' }, { kind: 'return' });
  expect(refusal(() => openKnock(link, mallory, { ...own, sealed: knock.sealed }, [seed]))).toBe('bad-mac');
  expect(refusal(() => openKnock(link, device, { ...own, sealed: knock.sealed }, [seed]))).toBe('bad-mac');
});

it('does not show the length of the words in it', () => {
  const { link, device, ref } = scene();
  const lengths = ['', 'a', 'a'.repeat(60)].map((message) => {
    const content = { keyPackage: new Uint8Array(2_600), message };
    return sealKnock(link, device, ref, content, { kind: 'return' }).sealed.length;
  });
  expect(new Set(lengths).size).toBe(1);
});
