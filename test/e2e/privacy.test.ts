import { beforeAll, describe, expect, it } from 'vitest';
import { readCaptured } from '../adversary/independentSFrame.ts';
import type { VideoCodecName } from '../support/clip/codecs.ts';
import { likeness, SOUND_SENDERS, waveform } from '../support/clip/sound.ts';
import { useCompany } from '../support/company.ts';
import { MediaTap } from '../support/mediaTap.ts';
import type { Person } from '../support/person.ts';
import { looksRandom, randomnessOf } from '../support/randomness.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

const NOTE = 'It is about the blue folder';
const CHAT = 'The vault opens at seventeen past nine';
const ANSWER = 'Understood, nobody else knows';

const AUDIO_FRAMES = 300;

const tap = new MediaTap();
const company = useCompany(() => startTestServer({ onRouter: tap.onRouter }));
let ann: Person;
let bob: Person;
let wanda: Person;
let link: string;
let epochBeforeKnock: number;

beforeAll(async () => {
  [ann, bob, wanda] = await company.arrive('Annemarie', 'Bertrand', 'Wandergard');
  link = await ann.startMeeting();
  await bob.ask(link, NOTE);
  await ann.page.getByText('Bertrand').first().waitFor();
  await ann.admit('Bertrand');
  await bob.inside();
  await ann.watch(true);
  await bob.watch(true);
  await ann.sees(bob);
  await bob.sees(ann);
  epochBeforeKnock = await ann.epoch();
  await wanda.ask(link, 'Please let me in');
  await ann.say(CHAT);
  await until(
    () => bob.messages(),
    (texts) => texts.includes(CHAT),
    'Bertrand reads the message',
  );
  await bob.say(ANSWER);
  await until(
    () => ann.messages(),
    (texts) => texts.includes(ANSWER),
    'Annemarie reads the answer',
  );
  await until(
    () => tap.streams.map(({ mimeType, packets }) => ({ mimeType, count: packets.length })),
    (streams) => streams.length >= 4 && streams.every(({ mimeType, count }) => count > wantedOf(mimeType)),
    'enough media passed',
    60_000,
  );
});

/** Of sound, more than a period of it, so that it would be known again. */
function wantedOf(mimeType: string): number {
  return mimeType === 'audio/opus' ? AUDIO_FRAMES : 60;
}

describe('someone who waits', () => {
  it('has no media, no names, no messages, and changed nothing in the group', async () => {
    expect(await wanda.heading('Waiting to be let in').count()).toBe(1);
    const text = await wanda.page.locator('body').innerText();
    for (const secret of ['Annemarie', 'Bertrand', CHAT, ANSWER, NOTE]) expect(text).not.toContain(secret);
    expect(await wanda.page.locator('audio').count()).toBe(0);
    // The one picture is its own preview.
    await wanda.watch();
    await pause(2_000);
    const senders = (await wanda.takeSights()).flatMap(({ sights }) => sights.map(({ sender }) => sender));
    expect(new Set(senders)).toEqual(new Set([wanda.sender]));
    expect(await ann.peopleNames()).toHaveLength(2);
    expect(await bob.tileNames()).toHaveLength(2);
    expect(await ann.epoch()).toBe(epochBeforeKnock);
  });

  it('made no transport, and was sent neither a roster nor entries of the group', async () => {
    const sent = wanda.browser.wire.toServer().map(String).join('\n');
    const received = wanda.browser.wire.toBrowser().map(String).join('\n');
    // The wire shows what it would show: the same words are there for a member.
    const memberSent = bob.browser.wire.toServer().map(String).join('\n');
    const memberReceived = bob.browser.wire.toBrowser().map(String).join('\n');
    expect(sent).toContain('lobby:knock');
    for (const name of ['media:createTransport', 'media:produce', 'media:consume']) {
      expect(memberSent).toContain(name);
      expect(sent).not.toContain(name);
    }
    for (const name of ['stream:entries', 'group:relayed', 'media:producers', 'lobby:welcome']) {
      if (name !== 'lobby:welcome') expect(memberSent + memberReceived).toContain(name);
      expect(received).not.toContain(`["${name}"`);
    }
    expect(received).not.toContain('iceParameters');
    // Nobody produces but the two members, microphone and camera each.
    expect(tap.streams).toHaveLength(4);
  });
});

describe('what the server sees', () => {
  it('sees media that is random from the first byte to the last', () => {
    const kinds = tap.streams.map(({ mimeType }) => mimeType.split('/')[0]).sort();
    expect(kinds).toEqual(['audio', 'audio', 'video', 'video']);
    for (const stream of tap.streams) {
      const frames = stream.frames();
      expect(frames.length, stream.mimeType).toBeGreaterThan(50);
      const bodies = frames.map((frame) => readCaptured(stream.mimeType, frame).body);
      const report = randomnessOf(Buffer.concat(bodies));
      expect(looksRandom(report), `${stream.mimeType} ${JSON.stringify(report)}`).toBe(true);
      expect(new Set(frames.map((frame) => frame.toString('latin1'))).size).toBe(frames.length);
    }
  });

  it('can decode no frame as a picture or as sound; the same decoders read the same content in clear', async () => {
    const { page } = wanda;
    for (const codec of ['video/VP8', 'video/VP9'] as const satisfies readonly VideoCodecName[]) {
      const marks = Array.from({ length: 20 }, (_, counter) => ({ sender: 0, counter }));
      const clear = await page.evaluate(([name, given]) => window.codecs.encodeVideo(name, given), [
        codec,
        marks,
      ] as const);
      const read = await page.evaluate(([name, given]) => window.codecs.decodeVideo(name, given), [
        codec,
        clear,
      ] as const);
      expect(read.marks).toEqual(marks);
      for (const stream of tap.streams.filter(({ mimeType }) => mimeType.startsWith('video/'))) {
        const frames = stream.frames().slice(0, 15);
        const bodies = frames.map((frame) => readCaptured(stream.mimeType, frame).body);
        for (const given of [frames, bodies]) {
          const seen = await page.evaluate(([name, texts]) => window.codecs.decodeVideo(name, texts), [
            codec,
            given.map((frame) => frame.toString('base64')),
          ] as const);
          expect(seen.marks, `${stream.mimeType} as ${codec}`).toEqual([]);
          expect(seen.failures).toBeGreaterThan(0);
        }
      }
    }

    const spoken = Array.from(waveform(0, 48_000));
    const clear = await page.evaluate(
      (given) => window.codecs.encodeAudio(given),
      [...spoken, ...spoken.slice(0, 12_000)],
    );
    const heard = await page.evaluate((given) => window.codecs.decodeAudio(given), clear);
    expect(likeness(0, Float32Array.from(heard), 48_000)[0]).toBeGreaterThan(0.9);
    for (const stream of tap.streams.filter(({ mimeType }) => mimeType === 'audio/opus')) {
      const bodies = stream
        .frames()
        .slice(0, AUDIO_FRAMES)
        .map((frame) => readCaptured(stream.mimeType, frame).body.toString('base64'));
      const noise = await page.evaluate((texts) => window.codecs.decodeAudio(texts), bodies);
      for (let sender = 0; sender < SOUND_SENDERS; sender += 1) {
        expect(Math.max(0, ...likeness(sender, Float32Array.from(noise), 48_000))).toBeLessThan(0.5);
      }
    }
  });
});
