import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** A connection, and the states it went through. */
function connection(meeting: MeetingId) {
  const signaling = socketSignaling(`http://127.0.0.1:${wire.port}`, meeting);
  const states: string[] = [];
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
  const ask = () => asking.signaling.request('media:probe', {});
  try {
    await Promise.all([asking.changes(1), idle.changes(1)]);
    // An answer, if a refusal: nothing is wrong with this way.
    await expect(ask()).rejects.toMatchObject({ code: 'not-identified' });
    wire.deafen();
    // Rejects with the connection, before its own time is up.
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    await asking.changes(3);
    expect(asking.states).toEqual(['connected', 'reconnecting', 'connected']);
    await expect(ask()).rejects.toMatchObject({ code: 'not-identified' });
    // Who asked nothing has not noticed yet.
    expect(idle.states).toEqual(['connected']);
  } finally {
    asking.signaling.close();
    idle.signaling.close();
  }
});
