import { Composer } from '../../../client/media/recording/composer.ts';
import { frameSize, planRecording, type Rect } from '../../../client/media/recording/layout.ts';
import type { RecordingScene } from '../../../client/media/recording/scene.ts';

declare global {
  interface Window {
    /** Shares of pixels that one scene draws otherwise than another, in the head and over the people. */
    difference(one: Marks, other: Marks): Promise<{ head: number; body: number }>;
  }
}

type Marks = Pick<RecordingScene, 'label' | 'mark'>;

const people = [1, 2].map((place) => ({ key: `${place}`, name: '', track: null, speaking: false }));
const layout = planRecording(people.length, false);

/** What the recorded track shows, as its encoder gets it. */
async function picture(marks: Marks): Promise<CanvasRenderingContext2D> {
  const composer = new Composer();
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([composer.track]);
  const shown = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
  const drawing = setInterval(() => composer.draw({ screen: null, people, sounds: [], ...marks }, ''), 40);
  await video.play();
  await shown;
  const canvas = document.createElement('canvas');
  canvas.width = frameSize.width;
  canvas.height = frameSize.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.drawImage(video, 0, 0);
  clearInterval(drawing);
  composer.close();
  return context;
}

function share(one: CanvasRenderingContext2D, other: CanvasRenderingContext2D, rect: Rect): number {
  const [first, second] = [one, other].map(
    (context) => context.getImageData(rect.x, rect.y, rect.width, rect.height).data,
  );
  let different = 0;
  for (let at = 1; at < (first?.length ?? 0); at += 4)
    if (Math.abs((first?.[at] ?? 0) - (second?.[at] ?? 0)) > 24) different += 1;
  return different / (rect.width * rect.height);
}

window.difference = async (one, other) => {
  const [first, second] = [await picture(one), await picture(other)];
  const [place] = layout.people;
  if (!place) throw new Error('no place');
  return { head: share(first, second, layout.head), body: share(first, second, place) };
};
