import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planRecording } from '../../client/media/recording/layout.ts';
import { personFlags } from '../support/browser.ts';
import { chromiumPath } from '../support/chromium.ts';
import { decodeMark } from '../support/clip/cells.ts';
import { measureSounds } from '../support/clip/measureSounds.ts';
import { keepEvidence } from '../support/failure.ts';
import { letIn, Person } from '../support/person.ts';
import { PUBLIC_URL, startTestServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ann: Person;
let bob: Person;
const everyone: Person[] = [];
keepEvidence(
  () => everyone,
  () => server,
);

beforeAll(async () => {
  server = await startTestServer();
  for (const [sender, name] of ['Annemarie', 'Bertrand'].entries())
    everyone.push(await Person.arrive(name, sender, server));
  const [first, second] = everyone;
  if (!first || !second) throw new Error('nobody');
  [ann, bob] = [first, second];
  const link = await ann.startMeeting();
  await letIn(ann, bob, link);
  await ann.watch();
  await ann.sees(bob);
});

afterAll(async () => {
  for (const person of everyone) await person.close();
  await server?.close();
});

const sign = (person: Person) => person.page.locator('.recording-sign-text').allTextContents();

async function startRecording(): Promise<void> {
  await ann.control('More').click();
  await ann.page.getByRole('menuitem', { name: 'Record', exact: true }).click();
  await ann.button('Start recording').click();
}

/** The one recording in a folder of a browser's private storage, base64. */
function kept(page: Page, where = 'recordings'): Promise<string> {
  return page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name);
    const files: File[] = [];
    for await (const handle of folder.values())
      if (handle.kind === 'file') files.push(await (handle as FileSystemFileHandle).getFile());
    const [file] = files;
    if (!file || files.length !== 1) throw new Error(`${files.length} recordings`);
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
      reader.onerror = () => reject(new Error('not readable'));
      reader.readAsDataURL(file);
    });
  }, where);
}

/** Length of a recording as a player knows it at once, and where it stands after a jump into its middle. */
async function searched(base64: string, viewer: Page): Promise<{ duration: number; at: number }> {
  await viewer.goto('about:blank');
  const found = await viewer.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const video = document.createElement('video');
    const next = (name: string) =>
      new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, { once: true });
        video.onerror = () => reject(new Error(video.error?.message));
      });
    video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/webm' }));
    await next('loadedmetadata');
    const { duration } = video;
    video.currentTime = duration / 2;
    await next('seeked');
    return { duration, at: video.currentTime };
  }, base64);
  await viewer.close();
  return found;
}

/** Saves the kept recording as a person does, to a place of the browser's own, since nobody is here to answer. */
async function saveKept(person: Person): Promise<string> {
  await person.page.evaluate(() => {
    Object.assign(window, {
      showSaveFilePicker: async () => {
        const root = await navigator.storage.getDirectory();
        await root.removeEntry('saved', { recursive: true }).catch(() => undefined);
        const folder = await root.getDirectoryHandle('saved', { create: true });
        return folder.getFileHandle('recording.webm', { create: true });
      },
    });
  });
  const offered = person.page.getByText('A recording is kept on this device');
  await person.button('Save').click();
  await offered.waitFor({ state: 'hidden', timeout: 30_000 });
  return kept(person.page, 'saved');
}

it('records the others to the disk of one who may, while everybody is told', async () => {
  await startRecording();
  await until(
    () => sign(bob),
    (texts) => texts.join() === 'Annemarie is recording',
    'Bertrand sees who records',
  );
  await bob.page.getByText('Annemarie is recording this meeting').first().waitFor();
  await bob.button('Agree and stay').click();
  expect(await sign(ann)).toEqual(['You are recording']);
  await ann.page.getByText(/^00:0[7-9] recorded/).waitFor({ timeout: 30_000 });
  await ann.button('Pause').click();
  const paused = ann.page.getByText(/^Paused at/);
  const before = await paused.textContent();
  await bob.say('Wait for me');
  await until(
    () => ann.messages(),
    (texts) => texts.includes('Wait for me'),
    'words during the pause',
  );
  expect(await paused.textContent()).toBe(before);
  expect(await sign(bob)).toEqual(['Annemarie is recording']);
  await ann.button('Go on').click();
  await ann.page.getByText(/^00:(09|1\d) recorded/).waitFor({ timeout: 30_000 });
  await ann.button('Stop recording').click();
  await until(
    () => sign(bob),
    (texts) => texts.length === 0,
    'the sign goes',
  );
  await ann.page.getByText('A recording is kept on this device').waitFor();

  const file = await saveKept(ann);
  const { duration, at } = await searched(file, await ann.browser.newPage());
  expect(duration).toBeGreaterThan(8);
  expect(duration).toBeLessThan(20);
  expect(at).toBeCloseTo(duration / 2, 1);
  const viewer = await ann.browser.newPage();
  await viewer.goto('about:blank');
  const shown = await viewer.evaluate(
    async ({ base64, rects }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const video = document.body.appendChild(document.createElement('video'));
      video.muted = true;
      video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/webm' }));
      const canvas = document.createElement('canvas');
      canvas.width = 160;
      canvas.height = 90;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      const pictures: { place: number; luma: string }[] = [];
      const size = { width: 0, height: 0 };
      const ended = new Promise((resolve, reject) => {
        video.onended = resolve;
        video.onerror = () => reject(new Error(video.error?.message));
      });
      const look = () => {
        Object.assign(size, { width: video.videoWidth, height: video.videoHeight });
        for (const [place, rect] of rects.entries()) {
          context.drawImage(video, rect.x, rect.y, rect.width, rect.height, 0, 0, 160, 90);
          const { data } = context.getImageData(0, 0, 160, 90);
          let luma = '';
          for (let at = 1; at < data.length; at += 4) luma += String.fromCharCode(data[at] ?? 0);
          pictures.push({ place, luma });
        }
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      await video.play();
      await ended;
      const audio = await new OfflineAudioContext(1, 1, 8_000).decodeAudioData(bytes.buffer);
      return { size, pictures, samples: [...audio.getChannelData(0)], seconds: audio.duration };
    },
    { base64: file, rects: planRecording(2, false).people },
  );

  expect(shown.size).toEqual({ width: 1280, height: 720 });
  expect(shown.seconds).toBeGreaterThan(5);
  const counters = new Map<number, Set<number>>();
  for (const { place, luma } of shown.pictures) {
    const mark = decodeMark(160, 90, (x, y) => luma.charCodeAt(y * 160 + x));
    if (mark === null) continue;
    expect(mark.sender, `place ${place}`).toBe(place);
    counters.set(place, (counters.get(place) ?? new Set()).add(mark.counter));
  }
  expect(counters.get(0)?.size ?? 0).toBeGreaterThan(10);
  expect(counters.get(1)?.size ?? 0).toBeGreaterThan(10);

  const pcm = Int16Array.from(shown.samples, (value) => Math.max(-1, Math.min(1, value)) * 32_767);
  const [facts] = await measureSounds([
    { sampleRate: 8_000, pcm: Buffer.from(pcm.buffer).toString('base64'), playing: true },
  ]);
  const heard = (facts?.scores ?? []).flatMap((each, sender) => (Math.max(0, ...each) > 0.6 ? [sender] : []));
  expect(heard, JSON.stringify(facts)).toEqual([0, 1]);
}, 120_000);

it('offers what a page that died has recorded, mended, at the next visit', async () => {
  await startRecording();
  await ann.page.getByText(/^00:0[3-9] recorded/).waitFor({ timeout: 30_000 });
  const session = await ann.page.context().newCDPSession(ann.page);
  const crashed = ann.page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  ann.page = await ann.browser.newPage();
  await ann.page.goto(PUBLIC_URL);
  await ann.page.getByText('A recording is kept on this device').waitFor();
  const { duration, at } = await searched(await saveKept(ann), await ann.browser.newPage());
  expect(duration).toBeGreaterThan(2);
  expect(at).toBeCloseTo(duration / 2, 1);
}, 120_000);

it('keeps what was recorded when the device is full, and says so', async () => {
  // What the others film and play is no part of this, and keeps a small machine busy.
  for (const person of everyone.splice(0)) await person.close();
  const folder = await mkdtemp(join(tmpdir(), 'sealroom-full-'));
  // A profile on the disk: only such a one has a quota for its private files.
  const profile = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    locale: 'en',
    args: [
      ...personFlags,
      '--use-fake-ui-for-media-stream',
      `--host-resolver-rules=MAP ${new URL(PUBLIC_URL).host}:80 127.0.0.1:${server.port}`,
    ],
  });
  try {
    const [page = await profile.newPage()] = profile.pages();
    await page.goto(PUBLIC_URL);
    await page.getByRole('button', { name: 'Start a meeting' }).click();
    await page.getByRole('button', { name: 'Go in' }).click();
    await page.getByLabel('Your name').fill('Ann');
    await page.getByRole('button', { name: 'Start the meeting' }).click();
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Record', exact: true }).click();
    await page.getByRole('button', { name: 'Start recording' }).click();
    await page.getByText(/^00:(0[3-9]|[1-5]\d) recorded/).waitFor({ timeout: 30_000 });
    // A picture that hardly moves takes 10 kB a second: too little to fill any room that is there from the start.
    const session = await profile.newCDPSession(page);
    const origin = new URL(PUBLIC_URL).origin;
    const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage });
    await page.getByRole('alert').getByText('This device has no more room.').waitFor({ timeout: 60_000 });
    await page.getByText('A recording is kept on this device').waitFor();
    expect(await page.locator('.recording-sign').count()).toBe(0);
    const { duration } = await searched(await kept(page), await profile.newPage());
    expect(duration).toBeGreaterThan(0);
  } finally {
    await profile.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
