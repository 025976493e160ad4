import { expect, it } from 'vitest';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { randomBytes } from '../../../client/e2ee/sodium.ts';
import { RoomSecrets } from '../../../client/meeting/breakout/roomSecrets.ts';
import type { Breakout } from '../../../shared/records/breakout.ts';
import { newInvitation, type TestInvitation } from '../../support/invitation.ts';
import { newMeetingId, newSigner } from '../records/signing.ts';

const breakoutOf = (rooms: readonly TestInvitation[]): Breakout => ({
  hostKey: newSigner().host,
  rooms: rooms.map(({ meeting, keys }) => ({ meeting, invitation: keys.key })),
  entry: 'assigned',
  mayReturn: true,
  until: null,
  recalled: false,
  names: '',
  by: newSigner().device,
  assigned: new Map(),
});
const rooms = [newInvitation(newMeetingId()), newInvitation(newMeetingId())] as const;
const [one, two] = rooms;

it('a secret that does not fit the records is not taken, and the right one is taken after it', () => {
  const secrets = new RoomSecrets(memoryKeyStore(), newMeetingId());
  const breakout = breakoutOf(rooms);
  expect(secrets.take(breakout, one.meeting, randomBytes(16))).toBe(false);
  expect(secrets.take(breakout, one.meeting, two.secret)).toBe(false);
  expect(secrets.take(breakout, newMeetingId(), one.secret)).toBe(false);
  expect(secrets.linkOf(breakout, one.meeting)).toBeNull();
  expect(secrets.take(breakout, one.meeting, one.secret)).toBe(true);
  expect(secrets.linkOf(breakout, one.meeting)?.secret).toEqual(one.secret);
});

it('are there after a reload, until other rooms are opened or these are closed', async () => {
  const [store, main] = [memoryKeyStore(), newMeetingId()];
  const secrets = new RoomSecrets(store, main);
  secrets.take(breakoutOf(rooms), one.meeting, one.secret);
  const again = async () => {
    const loaded = new RoomSecrets(store, main);
    await loaded.load();
    return loaded;
  };
  expect((await again()).of([one.meeting, two.meeting])).toHaveLength(1);
  secrets.take(breakoutOf([two]), two.meeting, two.secret);
  const later = await again();
  expect([later.has(one.meeting), later.has(two.meeting)]).toEqual([false, true]);
  later.forget();
  expect((await again()).has(two.meeting)).toBe(false);
});
