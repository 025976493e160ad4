import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { choose } from '../support/choose.ts';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { PUBLIC_URL, startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let settings: Locator;
/** Where Bertrand's page asked for something. */
const asked = new Set<string>();

beforeAll(async () => {
  [ann, bob] = await company.arrive('Annemarie', 'Bertrand');
  bob.page.on('request', (request) => asked.add(new URL(request.url()).origin));
  const link = await ann.startMeeting('Open');
  await bob.open(link);
  await bob.button('Join now').click();
  await bob.inside();
  await ann.watch();
  await ann.sees(bob);
  settings = await bob.openPanel('Settings');
});

/** What was fetched of effects: programs, networks, what runs them. */
function fetched(): string[] {
  const sent = Buffer.concat(bob.browser.wire.toServer()).toString('latin1');
  const paths = [...sent.matchAll(/^GET (\/assets\/\S+) HTTP/gm)].map(([, path]) => path ?? '');
  return paths.filter((path) => /noise|picture|worklet|segmentation|\.tflite/i.test(path));
}

/** The colour at the corner of Bertrand's picture, as Annemarie gets it: red, green, blue. */
function corner(): Promise<readonly number[] | null> {
  return ann.page
    .getByRole('main', { name: 'People and screens' })
    .locator('li.tile')
    .filter({ hasText: 'Bertrand' })
    .evaluate((tile) => {
      const video = tile.querySelector('video');
      const brush = new OffscreenCanvas(64, 36).getContext('2d', { willReadFrequently: true });
      if (video === null || brush === null || video.videoWidth === 0) return null;
      brush.drawImage(video, 0, 0, 64, 36);
      return [...brush.getImageData(2, 2, 1, 1).data.slice(0, 3)];
    });
}

const background = (name: string) => settings.getByRole('radio', { name, exact: true });

/** Waits until Annemarie gets a corner that is like this colour, or unlike it. */
async function cornerIs(colour: readonly number[], like = true): Promise<void> {
  await until(
    corner,
    (now) =>
      now !== null && like === now.every((value, at) => Math.abs(value - (colour[at] ?? Number.NaN)) < 48),
    `the corner ${like ? 'is' : 'is not'} ${colour}`,
    60_000,
  );
}

describe('effects in a meeting', () => {
  it('are off, and nothing of them is fetched before one is chosen', async () => {
    expect(await background('None').isChecked()).toBe(true);
    for (const name of ['Brighten a dark picture', 'Suppress noise']) {
      expect(await settings.getByRole('switch', { name }).isChecked()).toBe(false);
    }
    expect(fetched()).toEqual([]);
  });

  it('put a picture of one’s own behind oneself, which the others get, and say what it costs', async () => {
    const picture = await bob.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(320, 180);
      const brush = canvas.getContext('2d');
      if (brush === null) throw new Error('no canvas');
      brush.fillStyle = 'rgb(230, 30, 200)';
      brush.fillRect(0, 0, 320, 180);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    await settings
      .locator('input[type=file]')
      .setInputFiles({ name: 'wall.png', mimeType: 'image/png', buffer: Buffer.from(picture) });
    await cornerIs([230, 30, 200]);
    await settings.getByText('Your picture is in use.').waitFor();
    await settings.getByText(/^Costs this device [\d.]+ ms for each picture\.$/).waitFor();
    expect(fetched().some((path) => path.endsWith('.tflite'))).toBe(true);
    expect(fetched().some((path) => /noise/.test(path))).toBe(false);
  });

  it('blur, brighten and take noise away, all from this server', async () => {
    await choose(background('Strong blur'));
    await cornerIs([230, 30, 200], false);
    await settings.getByText('Brighten a dark picture').click();
    await settings.getByText('Suppress noise').click();
    await settings.getByText(/Together with brightening, costs this device [\d.]+ ms/).waitFor();
    await settings.getByText(/costs this device [\d.]+ ms for each 10 ms of sound/i).waitFor();
    expect(fetched().some((path) => /rnnoise.*\.wasm$/.test(path))).toBe(true);
    expect([...asked]).toEqual([PUBLIC_URL]);
  });

  it('end where the device cannot keep up, with the camera off: the room is not shown instead', async () => {
    const worker = bob.page.workers().find((each) => each.url().includes('pictureWorker'));
    await worker?.evaluate(() => {
      const { prototype } = OffscreenCanvasRenderingContext2D;
      const draw = prototype.drawImage;
      prototype.drawImage = function slowly(this: OffscreenCanvasRenderingContext2D, ...given: unknown[]) {
        const end = performance.now() + 200;
        while (performance.now() < end);
        return Reflect.apply(draw, this, given);
      };
    });
    await bob.page
      .getByText('This device could not keep up with your background, so your camera is off.')
      .waitFor();
    expect(await bob.control('Camera').getAttribute('aria-pressed')).toBe('false');
    await until(corner, (now) => now === null, 'no picture of Bertrand is left');
    expect(await background('None').isChecked()).toBe(true);

    await bob.control('Camera').click();
    await ann.sees(bob);
  });
});
