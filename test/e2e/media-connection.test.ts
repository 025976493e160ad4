import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalMediaRooms } from '../../server/media/rooms.ts';
import { startMedia } from '../integration/signaling/site.ts';
import { type Lab, openLab } from './media/browser.ts';

type Probe = Awaited<ReturnType<LocalMediaRooms['probe']>>;

let media: LocalMediaRooms;
let lab: Lab;

beforeAll(async () => {
  [media, lab] = await Promise.all([startMedia(), openLab()]);
});
afterAll(async () => {
  await lab?.close();
  await media?.close();
});

/** What a page finds out when the server's answer is changed on the way, as a network would change the outcome. */
async function verdict(change: (probe: Probe) => Probe) {
  const page: Page = await (await lab.context()).newPage();
  await page.exposeFunction('sfu', async () => ({ ok: true, value: change(await media.probe()) }));
  await page.goto(lab.url);
  return page.evaluate(() => window.lab.testConnection());
}

/** Sends what goes to these ports where nobody answers. */
function without(protocol: 'udp' | 'tcp', probe: Probe): Probe {
  return {
    ...probe,
    iceCandidates: probe.iceCandidates.map((each) =>
      each.protocol === protocol ? { ...each, port: 9 } : each,
    ),
  };
}

const deadRelay = [{ urls: ['turn:127.0.0.1:9?transport=udp'], username: 'u', credential: 'c' }];

describe('the connection test', () => {
  it('finds the ways that are open and says what to expect of them', async () => {
    const [open, noUdp, nothing] = await Promise.all([
      verdict((probe) => probe),
      verdict((probe) => without('udp', { ...probe, iceServers: deadRelay })),
      verdict((probe) => without('udp', without('tcp', probe))),
    ]);
    expect(open).toMatchObject({ udp: 'ok', tcp: 'ok', turn: 'untested' });
    expect(open.rttMs).toBeGreaterThanOrEqual(0);
    expect(noUdp).toMatchObject({ udp: 'blocked', tcp: 'ok', turn: 'blocked', advice: 'udp-blocked' });
    expect(noUdp.expected).not.toBe('good');
    expect(nothing).toEqual({
      udp: 'blocked',
      tcp: 'blocked',
      turn: 'untested',
      rttMs: null,
      expected: 'poor',
      advice: 'no-way',
    });
  });
});
