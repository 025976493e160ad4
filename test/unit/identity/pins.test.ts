import { expect, it } from 'vitest';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { Pins } from '../../../client/e2ee/identity/pins.ts';
import { utf8 } from '../../../shared/bytes.ts';
import { device } from '../sframe/fixture.ts';

const [lin, other, third] = [device(1), device(2), device(3)];

it('tells who is new, known and verified, across visits', async () => {
  const store = memoryKeyStore();
  const pins = await Pins.open(store);
  expect(pins.trust(lin, 'Lin')).toBe('new');
  await pins.remember(lin, 'Lin', 1);
  expect(pins.trust(lin, 'Lin')).toBe('known');
  await pins.verify(lin, 'Lin', 2);
  expect(pins.trust(lin, 'Lin')).toBe('verified');
  expect((await Pins.open(store)).trust(lin, 'Lin')).toBe('verified');
  expect((await Pins.open(memoryKeyStore())).trust(lin, 'Lin')).toBe('new');
});

it('alarms for a verified name on another key, however it is spelt', async () => {
  const pins = await Pins.open(memoryKeyStore());
  await pins.verify(lin, 'Lin Wei', 1);
  for (const name of [
    'Lin Wei',
    'lin wei',
    '  LIN   WEI ',
    'Ｌｉｎ Wei',
    'L\u200bin\u2060 W\u00adei\ufe0f',
  ]) {
    expect(pins.trust(other, name), name).toBe('changed');
  }
  expect(pins.trust(other, 'Lin')).toBe('new');
});

it('gives nobody a verified name for having been met under another', async () => {
  const pins = await Pins.open(memoryKeyStore());
  await pins.verify(lin, 'Lin', 1);
  await pins.remember(other, 'Mallory', 1);
  await pins.verify(third, 'Wu', 1);
  expect(pins.trust(other, 'Mallory')).toBe('known');
  expect(pins.trust(other, 'Lin')).toBe('changed');
  expect(pins.trust(third, 'Lin')).toBe('changed');
  expect(pins.trust(third, 'Wu Li')).toBe('verified');
});

it('lets two verified people have one name', async () => {
  const pins = await Pins.open(memoryKeyStore());
  await pins.verify(lin, 'Lin', 1);
  await pins.verify(other, 'Lin', 1);
  expect(pins.trust(lin, 'Lin')).toBe('verified');
  expect(pins.trust(other, 'Lin')).toBe('verified');
  expect(pins.trust(third, 'Lin')).toBe('changed');
});

it('an unverified name is nobody’s', async () => {
  const pins = await Pins.open(memoryKeyStore());
  await pins.remember(lin, 'Lin', 1);
  expect(pins.trust(other, 'Lin')).toBe('new');
});

it('meeting again keeps a verification', async () => {
  const store = memoryKeyStore();
  const pins = await Pins.open(store);
  await pins.verify(lin, 'Lin', 1);
  await pins.remember(lin, 'Lin W.', 2);
  expect((await Pins.open(store)).trust(lin, 'Lin W.')).toBe('verified');
});

it('opens on damaged storage, trusting nobody', async () => {
  for (const bytes of [utf8('{'), utf8('[{"lasting":"x"}]'), utf8('null'), new Uint8Array([255, 254])]) {
    const store = memoryKeyStore();
    await store.put('pins', bytes);
    expect((await Pins.open(store)).trust(lin, 'Lin')).toBe('new');
  }
});
