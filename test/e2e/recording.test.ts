import { afterAll, beforeAll, expect, it } from 'vitest';
import { planRecording } from '../../client/media/recording/layout.ts';
import { decodeMark } from '../support/clip/cells.ts';
import { measureSounds } from '../support/clip/measureSounds.ts';
import { keepEvidence } from '../support/failure.ts';
import { letIn, Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
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

/** The one kept recording of a person's browser, base64. */
function keptRecording(person: Person): Promise<string> {
  return person.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('recordings');
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
  });
}

it('records the others to the disk of one who may, while everybody is told', async () => {
  await ann.control('More').click();
  await ann.page.getByRole('menuitem', { name: 'Record', exact: true }).click();
  await ann.button('Start recording').click();
  await until(
    () => sign(bob),
    (texts) => texts.join() === 'Annemarie is recording',
    'Bertrand sees who records',
  );
  await bob.page.getByText('Annemarie is recording this meeting').first().waitFor();
  await bob.button('Stay, I agree').click();
  expect(await sign(ann)).toEqual(['You are recording']);
  await ann.page.getByText(/^00:0[7-9] recorded/).waitFor({ timeout: 30_000 });
  await ann.button('Stop recording').click();
  await until(
    () => sign(bob),
    (texts) => texts.length === 0,
    'the sign goes',
  );
  await ann.page.getByText('A recording is kept on this device').waitFor();

  const file = await keptRecording(ann);
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
