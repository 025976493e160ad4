import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import { createLog } from '../../server/log.ts';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { Crowd, type CrowdSample } from '../bench/load/crowd.ts';
import { readCommand } from '../bench/load/options.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { until } from '../support/until.ts';
import { startMedia } from './signaling/site.ts';

let media: LocalMediaRooms;
let site: Site;
let host: Bot;
let crowd: Crowd;

beforeAll(async () => {
  media = await startMedia();
  site = await startSite(':memory:', undefined, createLog('silent'), media);
  const keyStore = memoryKeyStore();
  const { origin } = site;
  const link = await foundMeeting({ origin, keyStore, policy: presetPolicy('open'), now: Date.now() });
  host = await openBot({ origin, link, keyStore });
  await enter(host, 'Host');
  const { settings } = readCommand(
    '--participants 4 --publishers 2 --microphones 1 --join-rate 20 --openers 4'.split(' '),
  );
  crowd = await Crowd.open({ origin, link, settings, first: 0, step: 1 });
}, 600_000);
afterAll(async () => {
  await crowd.leave();
  host.close();
  await site.close();
  await media.close();
});

describe('the participants of the load generator', () => {
  it('join the group, send sealed media to the server and open what it forwards', async () => {
    await crowd.come();
    const samples: CrowdSample[] = [];
    const sum = (of: (sample: CrowdSample) => number) =>
      samples.reduce((total, sample) => total + of(sample), 0);
    await until(
      () => {
        samples.push(crowd.read());
        return { opened: sum(({ opened }) => opened), sealed: sum(({ sealed }) => sealed) };
      },
      ({ opened }) => opened > 200,
      'frames of others were opened',
    );
    expect(samples.flatMap(({ failures }) => failures)).toEqual([]);
    expect(samples.at(-1)).toMatchObject({ inside: 4, alarms: 0, seen: { least: 5, most: 5 } });
    expect(samples.flatMap(({ joins }) => joins)).toHaveLength(4);
    expect(samples.flatMap(({ latencies }) => latencies).every((late) => late >= 0 && late < 60_000)).toBe(
      true,
    );
    // Each frame goes to three others: nobody can open more than was sealed for it.
    expect(sum(({ opened }) => opened)).toBeLessThanOrEqual(3 * sum(({ sealed }) => sealed));
    expect(sum(({ bytes }) => bytes)).toBeGreaterThan(0);
  });

  it('leave, and their leaves are taken out', async () => {
    await crowd.leave();
    await until(
      () => host.state.members.length,
      (members) => members === 1,
      'the host is alone',
    );
  });
});
