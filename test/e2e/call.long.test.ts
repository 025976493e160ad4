import { beforeAll, describe, expect, it } from 'vitest';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { pause, until } from '../support/until.ts';

const company = useCompany(startTestServer);
/** Host. */
let ann: Person;
/** Whose browser can take permission back. */
let bob: Person;
/** Has two cameras. */
let cho: Person;

beforeAll(async () => {
  [ann, bob, cho] = await company.arrive(
    'Annemarie',
    { name: 'Bertrand', allowed: ['camera', 'microphone'] },
    { name: 'Chouko', cameras: 2 },
  );
  for (const { page } of [bob, cho]) await page.addInitScript(rememberMicrophones);
  await gather(ann, bob, cho);
  await ann.watch(true);
  await bob.watch(true);
  await Promise.all([ann.sees(bob), bob.sees(ann)]);
});

declare global {
  interface Window {
    /** What the page opened to listen to the person. */
    microphones: MediaStreamTrack[];
  }
}

function rememberMicrophones(): void {
  window.microphones = [];
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await ask(constraints);
    window.microphones.push(...stream.getAudioTracks());
    return stream;
  };
}

/** Somebody's tile on the stage. */
const tile = (at: Person, name: string) =>
  at.page.getByRole('main', { name: 'People and screens' }).locator('li.tile').filter({ hasText: name });

const isMuted = async (at: Person, name: string) =>
  (await tile(at, name).getByLabel('Microphone off').count()) > 0;

async function area(at: Person, name: string): Promise<number> {
  const box = await tile(at, name).boundingBox();
  return box ? box.width * box.height : 0;
}

/** The camera whose picture stands on one's own tile, and how wide the mirror is open. */
function ownPicture(person: Person): Promise<{ camera: string | undefined; mirrored: boolean }> {
  return tile(person, `${person.name} (you)`)
    .locator('video')
    .evaluate((video) => {
      if (!(video instanceof HTMLVideoElement) || !(video.srcObject instanceof MediaStream))
        throw new Error('no picture');
      return {
        camera: video.srcObject.getVideoTracks()[0]?.getSettings().deviceId,
        mirrored: new DOMMatrix(getComputedStyle(video).transform).a < 0,
      };
    });
}

/** How far somebody's picture has come here, and by which track; null where there is none. */
function picture(at: Person, name: string): Promise<{ seconds: number; track: string | undefined } | null> {
  return tile(at, name).evaluate((element) => {
    const video = element.querySelector('video');
    if (!(video?.srcObject instanceof MediaStream)) return null;
    return { seconds: video.currentTime, track: video.srcObject.getVideoTracks()[0]?.id };
  });
}

describe('devices in a meeting', () => {
  it('another camera goes on in the same stream, and its picture is mirrored for oneself alone', async () => {
    const before = await ownPicture(cho);
    expect(before.mirrored).toBe(true);
    const shown = await picture(ann, 'Chouko');
    await cho.button('Choose camera').click();
    await cho.page.getByRole('menuitemradio', { checked: false }).click();
    await until(
      () => ownPicture(cho),
      ({ camera }) => camera !== before.camera,
      'the other camera',
    );
    const from = (await picture(ann, 'Chouko'))?.seconds ?? 0;
    const later = await until(
      () => picture(ann, 'Chouko'),
      (now) => (now?.seconds ?? 0) > from + 1,
      'its pictures come on at Annemarie',
    );
    expect(later?.track).toBe(shown?.track);

    const settings = await cho.openPanel('Settings');
    await settings.getByText('Mirror my own picture').click();
    await until(
      () => ownPicture(cho),
      ({ mirrored }) => !mirrored,
      'the mirror is gone',
    );
  });

  it('a microphone is without echo and noise, until music asks for the sound as it is', async () => {
    const processing = () =>
      cho.page.evaluate(() => {
        const live = window.microphones.filter(({ readyState }) => readyState === 'live');
        const { echoCancellation, noiseSuppression, autoGainControl } = live.at(-1)?.getSettings() ?? {};
        return { echoCancellation, noiseSuppression, autoGainControl };
      });
    expect(await processing()).toEqual({
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    });
    const music = (await cho.openPanel('Settings')).getByText('For music');
    await music.click();
    await until(
      processing,
      (now) => Object.values(now).every((each) => each === false),
      'nothing is taken out of music',
    );
    await music.click();
  });

  it('sound comes out where it was chosen', async () => {
    await cho.button('Choose microphone and speaker').click();
    const speakers = cho.page.getByRole('group', { name: 'Speaker' }).getByRole('menuitemradio');
    await speakers.last().click();
    await until(
      () =>
        cho.page.evaluate(async () => {
          const outputs = (await navigator.mediaDevices.enumerateDevices()).filter(
            ({ kind }) => kind === 'audiooutput',
          );
          const sinks = [...document.querySelectorAll('audio')].map(({ sinkId }) => sinkId);
          return { chosen: outputs.at(-1)?.deviceId, sinks };
        }),
      ({ chosen, sinks }) => sinks.length > 0 && sinks.every((sink) => sink === chosen),
      'every sound has the speaker that was chosen',
    );
  });

  it('a camera taken away is said, and comes back when tried again', async () => {
    await bob.browser.allow('microphone');
    await bob.page.getByText('The connection to your camera was lost.').waitFor();
    await until(
      () => tile(ann, 'Bertrand').locator('video').count(),
      (pictures) => pictures === 0,
      'no picture of Bertrand is left',
    );
    await bob.button('Try again').click();
    await bob.page
      .getByText('Your camera did not start: the browser does not let this page use it.')
      .waitFor();
    await bob.browser.allow('camera', 'microphone');
    await bob.button('Try again').click();
    await ann.sees(bob);
    // The test's browser clears before it grants: a slow machine loses the microphone in between.
    const microphone = bob.control('Microphone');
    if ((await microphone.getAttribute('aria-pressed')) === 'false') await microphone.click();
  });
});

describe('speaking', () => {
  it('whoever talks while muted is told, and heard again at a press', async () => {
    await cho.control('Microphone').click();
    await bob.control('Microphone').click();
    await bob.page.getByText('You are talking, but your microphone is off.').waitFor();
    await until(() => isMuted(ann, 'Bertrand'), Boolean, 'Annemarie sees that Bertrand is muted');
    await ann.getsVoices();
    await bob.button('Unmute', bob.page.locator('.banners')).click();
    await ann.getsVoices(bob);
  });

  it('with push to talk one is heard only while the space bar or the button is held', async () => {
    const settings = await bob.openPanel('Settings');
    await settings.getByText('Push to talk').click();
    await bob.page.keyboard.press('Escape');
    const muted = (wanted: boolean) =>
      until(
        () => isMuted(ann, 'Bertrand'),
        (now) => now === wanted,
        wanted ? 'Bertrand is muted' : 'Bertrand is on',
      );
    await muted(true);
    await ann.getsVoices();

    await bob.page.getByRole('main', { name: 'People and screens' }).click({ position: { x: 2, y: 2 } });
    await bob.page.keyboard.down(' ');
    await ann.getsVoices(bob);
    await bob.page.keyboard.up(' ');
    await muted(true);
    await ann.getsVoices();

    await bob.control('Microphone').hover();
    await bob.page.mouse.down();
    await muted(false);
    await bob.page.mouse.up();
    await muted(true);
  });
});

describe('what the host and the person see', () => {
  it('someone put forward by the host is large for everyone, until taken back', async () => {
    const before = await area(bob, 'Chouko');
    await ann.button('Actions for Chouko', tile(ann, 'Chouko')).click();
    await ann.page.getByRole('menuitem', { name: 'Show large to everyone' }).click();
    for (const person of [ann, bob, cho]) {
      await until(
        async () => {
          const [lit, other] = [await area(person, 'Chouko'), await area(person, 'Annemarie')];
          return { lit, other };
        },
        ({ lit, other }) => lit > 3 * other,
        `Chouko is large at ${person.name}`,
      );
    }
    await ann.button('Actions for Chouko', tile(ann, 'Chouko')).click();
    await ann.page.getByRole('menuitem', { name: 'No longer show large to everyone' }).click();
    await until(
      () => area(bob, 'Chouko'),
      (now) => Math.abs(now - before) < before / 4,
      'all are alike again',
    );
  });

  it('who let whom in, and when, stands in the seal panel of a guest', async () => {
    const panel = await bob.openPanel('Seal');
    const line = (name: string) =>
      panel.locator('.seal-admissions li').filter({ has: bob.page.locator('bdi', { hasText: name }) });
    expect(await line('Annemarie').locator('span').textContent()).toMatch(/^Started the meeting · \d/);
    for (const name of ['Bertrand', 'Chouko']) {
      expect(await line(name).locator('span').textContent()).toMatch(/^Let in by Annemarie · \d/);
      const since = Date.parse((await line(name).locator('time').getAttribute('datetime')) ?? '');
      expect(Date.now() - since).toBeLessThan(600_000);
      expect(since).toBeLessThanOrEqual(Date.now());
    }
  });

  it('the statistics name codec, layer, rate, loss, delay and seal of every stream', async () => {
    const panel = await bob.openPanel('Connection and statistics');
    const facts = (title: string, source: string) =>
      panel
        .getByRole('region', { name: title })
        .locator('dl')
        .filter({ hasText: source })
        .first()
        .locator('div')
        .evaluateAll((rows) =>
          Object.fromEntries(
            rows.map((row) => [
              row.querySelector('dt')?.textContent ?? '',
              row.querySelector('dd')?.textContent ?? '',
            ]),
          ),
        );
    const received = await until(
      () => facts('Annemarie', 'Camera'),
      (now) => Number.parseInt(now.Rate ?? '0', 10) > 0 && now['Round trip'] !== undefined,
      'what comes from Annemarie',
    );
    expect(received.Codec).toMatch(/^VP[89]/);
    expect(received.Picture).toMatch(/^\d+ × \d+/);
    expect(received.Layer).toMatch(/^\d \/ \d$/);
    expect(received['Lost packets']).toMatch(/^\d+(\.\d)?%$/);
    expect(received['Round trip']).toMatch(/^\d+ ms$/);
    expect(received.Seal).toBe('Sealed');
    expect(received['Opened frames']).toMatch(/^[\d,]+ \(0 dropped\)$/);
    const sent = await facts('What you send', 'Camera');
    expect(sent.Codec).toMatch(/^VP[89]/);
    expect(sent['Sealed frames']).toMatch(/^[\d,]+ \(0 dropped\)$/);
  });

  it('sound goes on where pictures are not looked at', async () => {
    await bob.getsVoices(ann);
    await bob.look('hidden');
    await pause(8_000);
    await bob.takeSights();
    await bob.getsVoices(ann);
    expect(
      (await bob.takeSights()).filter(({ label }) => label === 'Annemarie').flatMap(({ sights }) => sights),
    ).toEqual([]);
    await bob.look('visible');
    await bob.sees(ann);
  });
});
