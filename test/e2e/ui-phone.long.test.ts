import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personFlags } from '../support/browser.ts';
import { chromiumPath } from '../support/chromium.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { sizes } from './ui/browser.ts';

const WITHIN = { timeout: 20_000 };

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startTestServer({}, { publicUrl: null }),
    // The whole browser: without windows there is no full screen, and nothing is installed.
    chromium.launch({
      executablePath: chromiumPath,
      args: [
        ...personFlags.filter((flag) => !flag.startsWith('--use-fake-device')),
        '--use-fake-device-for-media-stream=device-count=2,fps=5',
        '--use-fake-ui-for-media-stream',
      ],
    }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function onPhone(walk: (page: Page) => Promise<void>, prepare?: (page: Page) => Promise<void>) {
  const context = await browser.newContext({
    viewport: sizes.phone,
    locale: 'en',
    hasTouch: true,
    isMobile: true,
    permissions: ['camera', 'microphone'],
  });
  try {
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(server.running.url);
    await walk(page);
  } finally {
    await context.close();
  }
}

describe('as an app', () => {
  it('is offered for installation, with pictures of the sizes it declares', async () => {
    await onPhone(async (page) => {
      const link = page.locator('link[rel="manifest"]');
      const answer = await page.request.get(`${server.running.url}${await link.getAttribute('href')}`);
      expect(answer.headers()['content-type']).toMatch(/^application\/manifest\+json/);
      const manifest: {
        readonly icons: readonly { readonly src: string; readonly sizes: string; readonly type: string }[];
      } = await answer.json();
      expect(manifest.icons.length).toBeGreaterThan(0);
      for (const { src, sizes: declared, type } of manifest.icons) {
        const icon = await page.request.get(`${server.running.url}${src}`);
        expect(icon.headers()['content-type'], src).toContain(type);
        const measured = await page.evaluate(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }, src);
        if (declared !== 'any') expect(measured, src).toBe(declared);
      }
      const devtools = await page.context().newCDPSession(page);
      const read = await devtools.send('Page.getAppManifest');
      expect(read.errors).toEqual([]);
      const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
      // A context of its own is a private window to the browser, in which nothing can be installed.
      expect(
        installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
      ).toEqual([]);
    });
  });
});

/** Gives the browser's two cameras the names that Android gives them, and lets it choose by direction as Android does. */
function holdLikePhone(): void {
  const { mediaDevices } = navigator;
  // Not there on the empty page that comes first.
  if (mediaDevices === undefined) return;
  const names = ['camera2 1, facing front', 'camera2 0, facing back'];
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const cameras = async () => (await enumerate()).filter(({ kind }) => kind === 'videoinput');
  const named = <Named extends object>(thing: Named, place: number): Named =>
    Object.defineProperty(thing, 'label', { value: names[place] });
  mediaDevices.enumerateDevices = async () => {
    const devices = await enumerate();
    const ids = devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
    return devices.map((device) =>
      device.kind === 'videoinput' && device.label !== ''
        ? named(device, ids.indexOf(device.deviceId))
        : device,
    );
  };
  mediaDevices.getUserMedia = async (constraints) => {
    const wish = constraints?.video;
    if (typeof wish !== 'object') return open(constraints);
    const { facingMode, ...others } = wish;
    const ids = (await cameras()).map(({ deviceId }) => deviceId);
    const wanted = facingMode === 'environment' ? ids[1] : facingMode === 'user' ? ids[0] : undefined;
    const stream = await open({
      ...constraints,
      video: wanted === undefined ? wish : { ...others, deviceId: { exact: wanted } },
    });
    for (const track of stream.getVideoTracks())
      named(track, ids.indexOf(track.getSettings().deviceId ?? ''));
    return stream;
  };
}

describe('with a camera on each side', () => {
  it('changes to the other one and back, and shows only the front one as a mirror', async () => {
    await onPhone(
      async (page) => {
        await page.getByRole('button', { name: 'Start a meeting' }).tap();
        await page.getByRole('button', { name: 'Go in' }).tap();
        await page.getByLabel('Your name').fill('Lin');
        await page.getByRole('button', { name: 'Start the meeting' }).tap();
        const own = page.locator('.tile video').first();
        const shown = () =>
          own.evaluate((video) => {
            const [track] =
              video instanceof HTMLVideoElement && video.srcObject instanceof MediaStream
                ? video.srcObject.getVideoTracks()
                : [];
            return `${track?.label}${video.classList.contains('video-mirrored') ? ', mirrored' : ''}`;
          });
        const flip = async () => {
          await page.getByRole('button', { name: 'More', exact: true }).tap();
          await page.getByRole('menuitem', { name: 'Switch to the other camera' }).tap();
        };
        await expect.poll(shown, WITHIN).toBe('camera2 1, facing front, mirrored');
        await flip();
        await expect.poll(shown, WITHIN).toBe('camera2 0, facing back');
        await flip();
        await expect.poll(shown, WITHIN).toBe('camera2 1, facing front, mirrored');
      },
      async (page) => {
        await page.addInitScript(holdLikePhone);
      },
    );
  });
});
