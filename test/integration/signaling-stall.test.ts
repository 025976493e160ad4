import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceIdentity, newDeviceSeed, signChallenge } from '../../client/e2ee/identity/device.ts';
import { provenSignaling } from '../../client/meeting/signaling/provenSignaling.ts';
import { socketSignaling } from '../../client/meeting/signaling/socketSignaling.ts';
import type { MeetingId } from '../../shared/ids.ts';
import { Wire } from '../support/wire.ts';
import { newFolder, noMedia, Site } from './signaling/site.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let site: Site;
let wire: Wire;

beforeAll(async () => {
  folder = await newFolder();
  site = await Site.start(folder.path, noMedia);
  wire = await Wire.open(() => site.port);
});

afterAll(async () => {
  await wire?.close();
  await site?.stop();
  await folder?.remove();
});

/** A connection that proves its device unless `mute`, and the states it went through. */
function connection(meeting: MeetingId, mute = false) {
  const signaling = provenSignaling(socketSignaling(`http://127.0.0.1:${wire.port}`, meeting));
  const identity = deviceIdentity(newDeviceSeed(), meeting);
  const states: string[] = [];
  if (!mute) {
    signaling.on('session:challenge', ({ nonce }) => {
      const signature = signChallenge(identity, meeting, nonce);
      signaling.request('session:identify', { device: identity.key, signature }).catch(() => undefined);
    });
  }
  let next: () => void = () => undefined;
  signaling.onState((state) => {
    states.push(state);
    next();
  });
  signaling.connect();
  return {
    signaling,
    states,
    async changes(count: number) {
      while (states.length < count) {
        await new Promise<void>((resolve) => {
          next = resolve;
        });
      }
    },
  };
}

it('looks for another way as soon as a request stays unanswered on one that is gone', async () => {
  const { meeting } = (await site.meeting()).chain;
  const [asking, idle] = [connection(meeting), connection(meeting)];
  const ask = () => asking.signaling.request('media:capabilities', {});
  try {
    await Promise.all([asking.changes(1), idle.changes(1)]);
    // An answer, if a refusal: nothing is wrong with this way.
    await expect(ask()).rejects.toMatchObject({ code: 'not-admitted' });
    wire.deafen();
    // Rejects with the connection, before its own time is up.
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    await asking.changes(3);
    expect(asking.states).toEqual(['connected', 'reconnecting', 'connected']);
    // Asked the moment the way stands, before the device has proven itself on it.
    await expect(ask()).rejects.toMatchObject({ code: 'not-admitted' });
    // Who asked nothing has not noticed yet.
    expect(idle.states).toEqual(['connected']);
  } finally {
    asking.signaling.close();
    idle.signaling.close();
  }
});

it('refuses what waits for the proof of its device once the proof is refused, or the connection ends', async () => {
  const { meeting } = (await site.meeting()).chain;
  const { signaling, changes } = connection(meeting, true);
  await changes(1);
  const ask = () => signaling.request('media:capabilities', {});
  const device = deviceIdentity(newDeviceSeed(), meeting).key;
  const proof = signaling.request('session:identify', { device, signature: new Uint8Array(64) });
  const refused = await Promise.allSettled([ask(), proof]);
  expect(refused).toMatchObject([
    { reason: { code: 'bad-signature' } },
    { reason: { code: 'bad-signature' } },
  ]);
  const waiting = expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  signaling.close();
  await waiting;
});
