import { beforeAll, expect, it } from 'vitest';
import { openBanNote, sealBanNote } from '../../../client/e2ee/admission/banNote.ts';
import { Bars } from '../../../client/e2ee/admission/bars.ts';
import { hpkeKeyPair } from '../../../client/e2ee/crypto/hpke.ts';
import { makeCard, readCard } from '../../../client/e2ee/identity/card.ts';
import { deviceIdentity, newDeviceSeed } from '../../../client/e2ee/identity/device.ts';
import { randomBytes, ready } from '../../../client/e2ee/sodium.ts';
import { toBase64Url, utf8 } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import { accessBy, newInvitation } from '../../support/invitation.ts';
import { newMeetingId } from '../records/signing.ts';

beforeAll(() => ready());

const meeting = newMeetingId();

function person(name: string) {
  const device = deviceIdentity(newDeviceSeed(), meeting);
  const card = readCard(makeCard(device, meeting, name), meeting, device.key);
  if (!card) throw new Error('no card');
  const { lasting, signature } = card;
  return { device: device.key, lasting, name, signature };
}

it('names the same person and name the same way in one meeting, and in no other', () => {
  const invitation = newInvitation(meeting);
  const here = new Bars(accessBy(invitation));
  const again = new Bars(accessBy(newInvitation(meeting, invitation.meetingSecret)));
  const { lasting } = person('Noor');
  const key: DeviceKey = deviceKey.parse(lasting);
  expect(again.personToken(key)).toBe(here.personToken(key));
  expect(here.nameToken(' ＮＯＯＲ')).toBe(here.nameToken('noor'));
  const elsewhere = [
    new Bars(accessBy(newInvitation(meeting))),
    new Bars(accessBy(newInvitation(newMeetingId(), invitation.meetingSecret))),
  ];
  for (const bars of elsewhere) {
    expect(bars.personToken(key)).not.toBe(here.personToken(key));
    expect(bars.nameToken('noor')).not.toBe(here.nameToken('noor'));
  }
});

it('a note says whom a ban is about to the lobby key alone, in one length for all names', () => {
  const [old, seed] = [randomBytes(32), randomBytes(32)];
  const { publicKey } = hpkeKeyPair(seed);
  const people = [person('Noor'), person('林'.repeat(60))];
  const sealed = sealBanNote(publicKey, meeting, people);
  expect(openBanNote([old, seed], meeting, sealed)).toEqual(people);
  expect(openBanNote([old], meeting, sealed)).toEqual([]);
  expect(openBanNote([seed], newMeetingId(), sealed)).toEqual([]);
  const short = sealBanNote(publicKey, meeting, [person('A'), person('B')]);
  expect(short.length).toBe(sealed.length);
  // As many as one note takes still fit a record.
  const full = sealBanNote(
    publicKey,
    meeting,
    Array.from({ length: 16 }, () => person('林'.repeat(60))),
  );
  expect(full.length).toBeLessThan(13_000);
});

it('a note bars nobody who did not sign for the banned device', () => {
  const seed = randomBytes(32);
  const [noor, chen] = [person('Noor'), person('Chen')];
  const forged = [
    { ...noor, lasting: chen.lasting },
    { ...chen, device: noor.device },
    { ...noor, signature: toBase64Url(utf8('no signature')) },
  ];
  const sealed = sealBanNote(hpkeKeyPair(seed).publicKey, meeting, [...forged, chen]);
  expect(openBanNote([seed], meeting, sealed)).toEqual([chen]);
});
