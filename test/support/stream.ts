import type { Sight, Watched } from './clip/probe.ts';
import { CLIP_FRAMES, FRAME_RATE } from './clip/video.ts';

/** What a receiver saw of one sender over a while. */
export interface StreamFacts {
  readonly senders: readonly number[];
  readonly pictures: number;
  /** Steps against the order of the clip. */
  readonly backwards: number;
  /** Longest time without a new picture, in ms; from the first look to the last. */
  readonly longestGap: number;
  /** Frames of the clip that passed from the first picture to the last, per second. */
  readonly pace: number;
  /** Part of all looks at which no mark could be read, 0 to 1. */
  readonly unreadable: number;
}

/** Facts about all that was seen under a name, from `from` to `to`, in ms since 1970. */
export function streamFacts(
  label: string,
  watched: readonly Watched[],
  from: number,
  to: number,
): StreamFacts {
  const videos = watched.filter((each) => each.label === label);
  const sights = videos
    .flatMap((each) => each.sights)
    .filter(({ at }) => at >= from && at <= to)
    .sort((one, other) => one.at - other.at);
  const times = [from, ...sights.map(({ at }) => at), to];
  const steps = sights.slice(1).map((sight, index) => stepTo(sight, sights[index] ?? sight));
  const seconds = ((sights.at(-1)?.at ?? 0) - (sights[0]?.at ?? 0)) / 1000;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const looks = sum(videos.map((each) => each.looks));
  return {
    senders: [...new Set(sights.map(({ sender }) => sender))],
    pictures: sights.length,
    backwards: steps.filter((step) => step < 0).length,
    longestGap: Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time))),
    pace: seconds === 0 ? 0 : sum(steps) / seconds,
    unreadable: looks === 0 ? 1 : sum(videos.map((each) => each.unreadable)) / looks,
  };
}

/** Frames from one picture to the next, the shorter way round the clip. */
function stepTo(next: Sight, before: Sight): number {
  const step = (next.counter - before.counter + CLIP_FRAMES) % CLIP_FRAMES;
  return step < CLIP_FRAMES / 2 ? step : step - CLIP_FRAMES;
}

/** What makes a stream one of that sender, in order and without a hole; empty when it is. */
export function flawsOf(facts: StreamFacts, sender: number): string[] {
  const flaws: string[] = [];
  if (facts.senders.some((other) => other !== sender)) flaws.push('another sender');
  if (facts.pictures < 10) flaws.push('hardly a picture');
  if (facts.backwards > 0) flaws.push('out of order');
  if (facts.longestGap > 2_000) flaws.push('a gap');
  if (Math.abs(facts.pace - FRAME_RATE) > FRAME_RATE / 10) flaws.push('not at the pace of the clip');
  if (facts.unreadable > 0.02) flaws.push('unreadable pictures');
  return flaws;
}
