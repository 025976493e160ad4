import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sceneColours } from '../../client/media/effects/background.ts';
import { keepEvidence } from '../support/failure.ts';
import { TestFirefox } from '../support/firefox.ts';
import { Person } from '../support/person.ts';
import { openRoute, type Route } from '../support/route.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let route: Route;
let server: TestServer;
let ann: Person;
let fox: TestFirefox;
keepEvidence(
  () => (ann === undefined ? [] : [ann]),
  () => server,
);

beforeAll(async () => {
  route = openRoute();
  server = await startTestServer(
    {},
    {
      publicUrl: null,
      media: { announced: [], listen: [route.address], port: 0, workers: 1, turn: null },
    },
  );
  [ann, fox] = await Promise.all([Person.arrive('Annemarie', 0, server), TestFirefox.launch()]);
  const link = await ann.startMeeting('Moderated', server.running.url);
  await fox.tab.goto(link);
  await fox.fill('Your name', 'Frieda');
  await fox.press('Ask to join');
  await ann.admit('Frieda');
  await fox.shows('[aria-label="Meeting controls"]');
});

afterAll(async () => {
  await fox?.close();
  await ann?.close();
  await server?.close();
  route?.close();
});

/** How many pictures of others change within a second. Runs in either browser. */
async function changing(): Promise<number> {
  const videos = [...document.querySelectorAll('li.tile')]
    .filter((tile) => !/\(you\)/.test(tile.textContent ?? ''))
    .flatMap((tile) => [...tile.querySelectorAll('video')]);
  const brush = new OffscreenCanvas(64, 36).getContext('2d', { willReadFrequently: true });
  const look = () =>
    videos.map((video) => {
      brush?.drawImage(video, 0, 0, 64, 36);
      return [...(brush?.getImageData(0, 0, 64, 36).data ?? [])];
    });
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const after = look();
  return before.filter((picture, at) =>
    picture.some((value, i) => Math.abs(value - (after[at]?.[i] ?? 0)) > 20),
  ).length;
}

/** Loudness of what plays, 0 to 1. For Chromium: Firefox runs no audio graph where there is no sound card. */
async function played(): Promise<number> {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  for (const { srcObject } of document.querySelectorAll('audio')) {
    if (srcObject instanceof MediaStream && srcObject.getAudioTracks().length > 0) {
      context.createMediaStreamSource(srcObject).connect(analyser);
    }
  }
  let loudness = 0;
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    loudness = Math.max(loudness, ...samples.map(Math.abs));
  }
  await context.close();
  return loudness;
}

/** Energy of all sound decoded so far, from Firefox's own statistics. */
async function decoded(): Promise<number> {
  let energy = 0;
  for (const peer of window.peers ?? []) {
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') energy += entry.totalAudioEnergy ?? 0;
    }
  }
  return energy;
}

describe('Firefox and Chromium', () => {
  it('see and hear each other, sealed', async () => {
    const one = (pictures: number) => pictures === 1;
    await until(() => ann.page.evaluate(changing), one, 'Chromium sees Firefox');
    await until(() => fox.tab.evaluate(changing, null), one, 'Firefox sees Chromium');
    await until(
      () => ann.page.evaluate(played),
      (loudness) => loudness > 0.01,
      'Chromium hears Firefox',
    );
    await until(
      () => fox.tab.evaluate(decoded, null),
      (energy) => energy > 0.001,
      'Firefox hears Chromium',
    );
    // And it is the very picture that Chromium's camera took.
    await fox.tab.evaluate(() => window.probe.watch(100), null);
    const senders: number[] = [];
    await until(
      async () => {
        const watched = await fox.tab.evaluate(() => window.probe.takeSights(), null);
        for (const { label, sights } of watched)
          if (label === 'Annemarie') senders.push(...sights.map(({ sender }) => sender));
        return senders;
      },
      (seen) => seen.length >= 3 && seen.every((sender) => sender === ann.sender),
      'Firefox reads the marks of the clip',
    );
    expect(await ann.warnings()).toEqual([]);
    expect(fox.errors).toEqual([]);
    expect(ann.browser.errors).toEqual([]);
  });

  it('read each other’s messages', async () => {
    await ann.say('Good morning, Frieda');
    await fox.press('Chat');
    await until(
      () =>
        fox.tab.evaluate(() => [...document.querySelectorAll('.chat-text')].map((e) => e.textContent), null),
      (texts) => texts.includes('Good morning, Frieda'),
      'Firefox reads',
    );
    await fox.fill('Message to everyone', 'Hello from Firefox');
    await fox.press('Send');
    await until(
      () => ann.messages(),
      (texts) => texts.includes('Hello from Firefox'),
      'Chromium reads',
    );
  });

  it('Firefox puts another background behind its picture, or says that it cannot', async () => {
    await fox.press('More');
    await fox.pick('Settings');
    await fox.pick('Forest');
    const outcome = await until(
      async () => {
        const corner = await ann.page.evaluate(cornerOf, 'Frieda');
        if (corner !== null && distance(corner, sceneColours.forest[0]) < 40) return 'drawn';
        return (await fox.tab.evaluate(() => document.body.innerText, null)).includes('your camera is off')
          ? 'said'
          : null;
      },
      (seen) => seen !== null,
      'the background is there, or its end is said',
      60_000,
    );
    console.log(`background in Firefox: ${outcome}`);
  });
});

/** The colour in the upper corner of somebody's picture. Runs in the page. */
function cornerOf(name: string): number[] | null {
  const tile = [...document.querySelectorAll('li.tile')].find((each) => each.textContent?.includes(name));
  const video = tile?.querySelector('video');
  const brush = new OffscreenCanvas(64, 36).getContext('2d');
  if (!video || !brush) return null;
  brush.drawImage(video, 0, 0, 64, 36);
  return [...brush.getImageData(2, 2, 1, 1).data].slice(0, 3);
}

/** How far a colour is from another in hexadecimal, in its worst channel. */
function distance(colour: readonly number[], hex: string): number {
  const other = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return Math.max(...other.map((value, at) => Math.abs(value - (colour[at] ?? 0))));
}
