import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../support/chromium.ts';
import type { BundledPage } from './bundledPage.ts';
import { type Lab, type LabOptions, openLab, serveLab } from './media/browser.ts';
import { pause } from './media/room.ts';

let site: BundledPage;
let lab: Lab | null = null;
let context: BrowserContext;

beforeAll(async () => {
  site = await serveLab();
});
afterAll(() => site?.close());

afterEach(async () => {
  await lab?.close();
  lab = null;
});

async function open(options: LabOptions = {}): Promise<Page> {
  // The whole browser: it has the questions for permission, and remembers devices.
  lab = await openLab({ site, program: chromiumPath, ...options });
  context = await lab.context();
  const page = await context.newPage();
  await page.goto(lab.url);
  return page;
}

declare global {
  interface Window {
    /** Plugs in again what a test unplugged. */
    replug?: () => void;
  }
}

const view = (page: Page) => page.evaluate(() => window.lab.deviceView());
type View = Awaited<ReturnType<typeof view>>;

async function until(page: Page, holds: (seen: View) => boolean): Promise<View> {
  const end = Date.now() + 20_000;
  for (;;) {
    const seen = await view(page);
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`never came; last ${JSON.stringify(seen)}`);
    await pause(100);
  }
}

describe('camera and microphone', () => {
  it('start with one question, stop one by one and name themselves once granted', async () => {
    const page = await open();
    expect(await view(page)).toMatchObject({ permission: 'unknown', cameraTrack: null });
    await page.evaluate(() => window.lab.devices.startBoth());
    const on = await view(page);
    expect(on).toMatchObject({ permission: 'granted', cameraTrack: 'live', microphoneTrack: 'live' });
    expect(on.cameraHeight).toBe(720);
    expect(on.cameras[0]?.label).not.toBe('');
    expect(on.microphones.map(({ id }) => id)).toContain(on.microphone);

    const track = await page.evaluateHandle(() => window.lab.devices.snapshot().cameraTrack);
    await page.evaluate(() => window.lab.devices.stopCamera());
    expect(await track.evaluate((each) => each?.readyState)).toBe('ended');
    expect(await view(page)).toMatchObject({
      cameraState: 'idle',
      cameraTrack: null,
      microphoneTrack: 'live',
      events: [],
    });
    expect(await page.evaluate(() => window.lab.tryStart('camera'))).toBe('ok');
    expect(await view(page)).toMatchObject({ cameraTrack: 'live' });
  });

  it('switch to another camera, which is remembered', async () => {
    const page = await open({ cameras: 2 });
    await page.evaluate(() => window.lab.devices.startBoth());
    const { cameras, camera } = await view(page);
    expect(cameras).toHaveLength(2);
    const other = cameras.find(({ id }) => id !== camera)?.id ?? '';
    await page.evaluate((id) => window.lab.devices.chooseCamera(id), other);
    expect(await view(page)).toMatchObject({ camera: other, cameraTrack: 'live', events: ['track camera'] });

    await page.reload();
    await page.evaluate(() => window.lab.devices.startBoth());
    expect(await view(page)).toMatchObject({ camera: other, cameraTrack: 'live' });
  });

  it('go over to the default when the chosen one is unplugged, and back when it is there again', async () => {
    const page = await open({ cameras: 2 });
    await page.evaluate(() => window.lab.devices.startBoth());
    const { cameras, camera } = await view(page);
    const other = cameras.find(({ id }) => id !== camera)?.id ?? '';
    await page.evaluate((id) => window.lab.devices.chooseCamera(id), other);
    // Chromium cannot unplug its made-up cameras: the page is told so in its place.
    await page.evaluate((gone) => {
      const { mediaDevices } = navigator;
      const list = mediaDevices.enumerateDevices.bind(mediaDevices);
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.enumerateDevices = async () => (await list()).filter(({ deviceId }) => deviceId !== gone);
      mediaDevices.getUserMedia = async (constraints) => {
        if (JSON.stringify(constraints).includes(gone)) throw new DOMException('', 'NotFoundError');
        return ask(constraints);
      };
      window.replug = () => {
        Object.assign(mediaDevices, { enumerateDevices: list, getUserMedia: ask });
        mediaDevices.dispatchEvent(new Event('devicechange'));
      };
      mediaDevices.dispatchEvent(new Event('devicechange'));
      const track = window.lab.devices.snapshot().cameraTrack;
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    }, other);
    const away = await until(page, ({ events }) => events.some((event) => event.startsWith('replaced')));
    expect(away).toMatchObject({ camera, cameraTrack: 'live' });
    await page.evaluate(() => window.replug?.());
    const back = await until(page, (seen) => seen.camera === other);
    expect(back).toMatchObject({ cameraTrack: 'live' });
    expect(back.events.filter((event) => event.startsWith('replaced'))).toHaveLength(2);
  });

  it('fall back to the default when the remembered one is gone', async () => {
    const page = await open();
    await page.evaluate(() => localStorage.setItem('sealroom.device.camera', 'unplugged'));
    await page.reload();
    await page.evaluate(() => window.lab.devices.startBoth());
    expect(await view(page)).toMatchObject({ permission: 'granted', cameraTrack: 'live' });
  });

  it('tell a refusal as such', async () => {
    const page = await open({ grant: false });
    expect(await page.evaluate(() => window.lab.tryStart('camera'))).toBe('denied');
    await page.evaluate(() => window.lab.devices.startBoth());
    expect(await view(page)).toMatchObject({
      permission: 'denied',
      cameraTrack: null,
      microphoneTrack: null,
    });
  });

  it('do without a camera where there is none', async () => {
    const page = await open({ cameras: 0 });
    await page.evaluate(() => window.lab.devices.startBoth());
    expect(await view(page)).toMatchObject({ cameraState: 'no-device', cameraTrack: null });
  });

  it('are lost when access is taken back during a call', async () => {
    const page = await open({ grant: false });
    await context.grantPermissions(['camera', 'microphone']);
    await page.evaluate(() => window.lab.devices.startBoth());
    expect(await view(page)).toMatchObject({ cameraTrack: 'live', microphoneTrack: 'live' });
    await context.clearPermissions();
    const seen = await until(page, ({ events }) => events.length >= 2);
    expect([...seen.events].sort()).toEqual(['lost camera', 'lost microphone']);
    expect(seen).toMatchObject({ cameraTrack: null, microphoneTrack: null, permission: 'denied' });
  });
});

describe('a shared screen', () => {
  it('is shared after asking and ends on request', async () => {
    const page = await open({ grant: true });
    const share = () =>
      page.evaluate(() =>
        window.lab.devices.startScreen().then(
          ({ screen }) => screen.readyState,
          (error: unknown) => String(error),
        ),
      );
    expect(await share()).toBe('live');
    expect(await view(page)).toMatchObject({ screen: 'live', canShareScreen: true });
    await page.evaluate(() => window.lab.devices.stopScreen());
    expect(await view(page)).toMatchObject({ screen: null, events: [] });
  });

  it('is over when the browser ends it, and when it stays paused', async () => {
    const page = await open({ grant: true });
    const happens = (event: 'ended' | 'mute' | 'unmute') =>
      page.evaluate(async (name) => {
        const { screen } = window.lab.devices.snapshot().screen ?? (await window.lab.devices.startScreen());
        screen.dispatchEvent(new Event(name));
      }, event);
    await happens('ended');
    expect(await view(page)).toMatchObject({ screen: null, events: ['lost screen'] });
    await happens('mute');
    await happens('unmute');
    await pause(2_500);
    expect(await view(page)).toMatchObject({ screen: 'live', events: ['lost screen'] });
    await happens('mute');
    await until(page, ({ events }) => events.length === 2);
    expect(await view(page)).toMatchObject({ screen: null, events: ['lost screen', 'lost screen'] });
  });
});
