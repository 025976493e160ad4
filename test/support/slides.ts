import type { Page } from 'playwright-core';
import { waveform } from './clip/sound.ts';
import type { Person } from './person.ts';
import { until } from './until.ts';

const SOUND_RATE = 8_000;

/** What a tab shows and plays while it is shared. */
interface Slides {
  /** By which the browser finds the tab: it is what the person's equipment `shares`. */
  readonly title: string;
  /** Number in its pictures, that nobody's camera has. */
  readonly sender: number;
  /** Number in its sound, that nobody's microphone has; without one it is silent. */
  readonly sound?: number;
}

/** Opens a tab beside the meeting, to be shared, with pictures that change ten times a second. */
export async function openSlides(person: Person, { title, sender, sound }: Slides): Promise<Page> {
  const slides = await person.browser.newPage();
  await slides.goto('about:blank');
  await slides.evaluate(
    async (shown) => {
      document.title = shown.title;
      document.body.style.margin = '0';
      const canvas = document.body.appendChild(document.createElement('canvas'));
      canvas.style.cssText = 'width:100vw;height:100vh;display:block';
      let counter = 0;
      setInterval(() => {
        window.codecs.paint(canvas, { sender: shown.sender, counter: counter % 300 });
        counter += 1;
      }, 100);
      if (shown.samples === null) return;
      const context = new AudioContext();
      const buffer = context.createBuffer(1, shown.samples.length, shown.rate);
      buffer.copyToChannel(Float32Array.from(shown.samples), 0);
      const source = new AudioBufferSourceNode(context, { buffer, loop: true });
      source.connect(context.destination);
      source.start();
      await context.resume();
    },
    {
      title,
      sender,
      samples: sound === undefined ? null : [...waveform(sound, SOUND_RATE)],
      rate: SOUND_RATE,
    },
  );
  await person.page.bringToFront();
  return slides;
}

/** Waits until this person gets new pictures of a shared screen, and of no other under its name. */
export async function seesScreen(person: Person, owner: Person, sender: number): Promise<void> {
  await person.takeSights();
  const seen: number[] = [];
  await until(
    async () => {
      const sights = (await person.takeSights()).filter(({ label }) => label === `${owner.name}’s screen`);
      seen.push(...sights.flatMap((each) => each.sights.map((sight) => sight.sender)));
      return seen.slice(-3);
    },
    (last) => last.length === 3 && last.every((each) => each === sender),
    `${person.name} sees the screen of ${owner.name}`,
  );
}
