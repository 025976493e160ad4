import { measureSounds } from '../support/clip/measureSounds.ts';
import { PERIOD_SECONDS } from '../support/clip/sound.ts';
import type { Person } from '../support/person.ts';
import { pause } from '../support/until.ts';

/** What one person got of another in a while. */
export interface Quality {
  /** The longest time without a new picture, in milliseconds. */
  readonly freezeMs: number;
  readonly picturesPerSecond: number;
  /** Lines of the pictures, the most that came. */
  readonly height: number;
  /** How like the sent sound the heard one is, of each period of 5 s: the middle one, 0 to 1. */
  readonly sound: number;
  /** Part of the sound that the browser had to make up, 0 to 1. */
  readonly concealed: number;
}

interface Samples {
  readonly total: number;
  readonly concealed: number;
}

/** Samples of sound that came and that were made up, by connection and stream of a page. */
function samplesOf(person: Person): Promise<Record<string, Samples>> {
  return person.page.evaluate(async () => {
    const streams: Record<string, Samples> = {};
    for (const [index, peer] of (window.peers ?? []).entries()) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') continue;
        streams[`${index} ${entry.ssrc}`] = {
          total: Number(entry.totalSamplesReceived ?? 0),
          concealed: Number(entry.concealedSamples ?? 0) - Number(entry.silentConcealedSamples ?? 0),
        };
      }
    }
    return streams;
  });
}

/** Part of the sound that was made up between two looks. What ended meanwhile is left out. */
function concealedPart(
  before: Readonly<Record<string, Samples>>,
  after: Readonly<Record<string, Samples>>,
): number {
  const sum = { total: 0, concealed: 0 };
  for (const [stream, { total, concealed }] of Object.entries(after)) {
    sum.total += total - (before[stream]?.total ?? 0);
    sum.concealed += concealed - (before[stream]?.concealed ?? 0);
  }
  return sum.concealed / Math.max(1, sum.total);
}

/** Looks and listens for some periods of the sound. The listener must watch with sound, with `keepPeers`. */
export async function qualityOf(listener: Person, speaker: Person, periods = 3): Promise<Quality> {
  await listener.takeSights();
  await listener.takeSounds();
  const before = await samplesOf(listener);
  const from = Date.now();
  await pause((periods + 0.3) * PERIOD_SECONDS * 1_000);
  const to = Date.now();
  const after = await samplesOf(listener);
  const sights = (await listener.takeSights())
    .filter(({ label }) => label === speaker.name)
    .flatMap((watched) => watched.sights)
    .filter(({ sender }) => sender === speaker.sender);
  const times = [from, ...sights.map(({ at }) => at), to].toSorted((one, other) => one - other);
  const freezeMs = Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
  const scores = (await measureSounds(await listener.takeSounds())).flatMap(
    ({ scores: each }) => each[speaker.sender] ?? [],
  );
  return {
    freezeMs: Math.round(freezeMs),
    picturesPerSecond: Math.round((10_000 * sights.length) / (to - from)) / 10,
    height: Math.max(0, ...sights.map(({ height }) => height)),
    sound: Math.round(100 * (scores.toSorted((one, other) => one - other)[scores.length >> 1] ?? 0)) / 100,
    concealed: Math.round(1_000 * concealedPart(before, after)) / 1_000,
  };
}
