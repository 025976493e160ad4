import type { Page } from 'playwright-core';
import { measureSounds } from '../../support/clip/measureSounds.ts';
import { PERIOD_SECONDS } from '../../support/clip/sound.ts';
import { pause } from '../../support/until.ts';

/** What a page got of the one who sends in a while. */
export interface Got {
  readonly picturesPerSecond: number;
  /** Lines of the pictures, the most that came. */
  readonly lines: number;
  /** The longest time without a new picture. */
  readonly freezeMs: number;
  /** How like the sent sound the heard one is, of each period of 5 s: the middle one, 0 to 1. */
  readonly sound: number;
  /** Part of the sound that the browser had to make up, percent. */
  readonly madeUp: number;
}

const PERIODS = 4;
/** The sender's number in the clip. */
const SENDER = 0;

interface Samples {
  readonly total: number;
  readonly concealed: number;
}

/** Sound of all connections of the page, which were kept. */
function samplesOf(page: Page): Promise<Samples> {
  return page.evaluate(async () => {
    const sum = { total: 0, concealed: 0 };
    for (const peer of window.peers ?? []) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') continue;
        sum.total += Number(entry.totalSamplesReceived ?? 0);
        sum.concealed += Number(entry.concealedSamples ?? 0) - Number(entry.silentConcealedSamples ?? 0);
      }
    }
    return sum;
  });
}

/** Looks and listens for some periods of the sound. The page watches and listens already. */
export async function gotOf(page: Page): Promise<Got> {
  const take = () => page.evaluate(() => [window.probe.takeSights(), window.probe.takeSounds()] as const);
  await take();
  const before = await samplesOf(page);
  const from = Date.now();
  await pause((PERIODS + 0.3) * PERIOD_SECONDS * 1_000);
  const to = Date.now();
  const after = await samplesOf(page);
  const [watched, heard] = await take();
  const sights = watched.flatMap((each) => each.sights).filter(({ sender }) => sender === SENDER);
  const times = [from, ...sights.map(({ at }) => at), to].toSorted((one, other) => one - other);
  const scores = (await measureSounds(heard)).flatMap(({ scores: each }) => each[SENDER] ?? []);
  return {
    picturesPerSecond: (1_000 * sights.length) / (to - from),
    lines: Math.max(0, ...sights.map(({ height }) => height)),
    freezeMs: Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at))),
    sound: scores.toSorted((one, other) => one - other)[scores.length >> 1] ?? 0,
    madeUp: (100 * (after.concealed - before.concealed)) / Math.max(1, after.total - before.total),
  };
}

/** Of each figure the middle one, rounded. */
export function middleOf(those: readonly Got[]): Got {
  const middle = (of: (got: Got) => number, digits: number) => {
    const value = those.map(of).toSorted((one, other) => one - other)[those.length >> 1] ?? 0;
    return Math.round(value * 10 ** digits) / 10 ** digits;
  };
  return {
    picturesPerSecond: middle((got) => got.picturesPerSecond, 1),
    lines: middle((got) => got.lines, 0),
    freezeMs: middle((got) => got.freezeMs, 0),
    sound: middle((got) => got.sound, 2),
    madeUp: middle((got) => got.madeUp, 1),
  };
}
