import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { choose } from '../support/choose.ts';
import { gather, useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { startTestServer } from '../support/server.ts';
import { openSlides, seesScreen } from '../support/slides.ts';
import { pause, until } from '../support/until.ts';

const MINUTES = { title: 'Minutes of Annemarie', sender: 8 } as const;
const SLIDES = { title: 'Slides of Bertrand', sender: 9, sound: 3 } as const;

const company = useCompany(startTestServer);
let ann: Person;
let bob: Person;
let cho: Person;
let slides: Page;

declare global {
  interface Window {
    /** What the page was given to share. */
    shared: MediaStreamTrack | null;
  }
}

beforeAll(async () => {
  [ann, bob, cho] = await company.arrive(
    { name: 'Annemarie', shares: MINUTES.title },
    { name: 'Bertrand', shares: SLIDES.title },
    'Chouko',
  );
  await bob.page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getDisplayMedia.bind(mediaDevices);
    mediaDevices.getDisplayMedia = async (options) => {
      const stream = await ask(options);
      window.shared = stream.getVideoTracks()[0] ?? null;
      return stream;
    };
  });
  await gather(ann, bob, cho);
  await cho.watch(true);
  await ann.watch();
  // What is heard from here on comes from no microphone.
  for (const person of [ann, bob, cho]) await person.control('Microphone').click();
});

/** Waits until the sharer is told that exactly these look at the screen. */
async function watchedBy(...names: readonly string[]): Promise<void> {
  const told = bob.page.getByText(/^Looking at it now: /);
  await until(
    async () => (await told.textContent())?.replace(/^.*: /, '').split(' and ').sort().join(),
    (now) => now === names.join(),
    `${names.join(' and ')} look at it`,
  );
}

describe('a shared tab', () => {
  it('is seen and heard by the others, and the presenter reads who looks at it', async () => {
    slides = await openSlides(bob, SLIDES);
    await bob.control('Share').click();
    await bob.page.getByText('You are sharing your screen').waitFor();
    await seesScreen(cho, bob, SLIDES.sender);
    await until(
      () => cho.voices(),
      (heard) => heard.join() === String(SLIDES.sound),
      'Chouko hears the sound of the slides and nothing else',
      60_000,
    );
    await watchedBy('Annemarie', 'Chouko');
  });

  it('no longer counts whoever looks away', async () => {
    await cho.look('hidden');
    await watchedBy('Annemarie');
    await cho.look('visible');
    await watchedBy('Annemarie', 'Chouko');
  });

  it('is sent sharp, or smooth where asked for', async () => {
    const hint = () => bob.page.evaluate(() => window.shared?.contentHint);
    expect(await hint()).toBe('detail');
    await bob.button('Optimise for video').click();
    await until(hint, (now) => now === 'motion', 'motion counts');
    await seesScreen(cho, bob, SLIDES.sender);
    await bob.button('Optimise for text').click();
    await until(hint, (now) => now === 'detail', 'detail counts again');
  });

  it('stays for whoever wants sound only, while no camera is received', async () => {
    const settings = await cho.openPanel('Settings');
    await choose(settings.getByRole('radio', { name: /^Sound only/ }));
    await until(
      async () => {
        await cho.takeSights();
        await pause(2_000);
        return (await cho.takeSights()).filter(
          ({ label, sights }) =>
            sights.length > 0 && label !== 'Bertrand’s screen' && !label.includes('(you)'),
        ).length;
      },
      (pictures) => pictures === 0,
      'Chouko receives no camera',
    );
    await seesScreen(cho, bob, SLIDES.sender);
    await choose(settings.getByRole('radio', { name: /^Normal/ }));
    await cho.sees(ann);
    await cho.page.keyboard.press('Escape');
  });

  it('stands beside another one that is shared at the same time', async () => {
    await openSlides(ann, MINUTES);
    await ann.control('Share').click();
    await seesScreen(cho, ann, MINUTES.sender);
    await seesScreen(cho, bob, SLIDES.sender);
    expect(await cho.page.getByRole('main').locator('li.screen').count()).toBe(2);
    await ann.control('Share').click();
    await until(
      () => cho.page.getByRole('main').locator('li.screen').count(),
      (screens) => screens === 1,
      'one screen is left',
    );
    await seesScreen(cho, bob, SLIDES.sender);
  });

  it('is gone for everyone, its sound too, when the tab is closed', async () => {
    await slides.close();
    await until(
      () => cho.page.getByRole('main').locator('li.screen').count(),
      (screens) => screens === 0,
      'no screen is left',
    );
    await cho.getsVoices();
    await until(
      () => bob.control('Share').getAttribute('aria-pressed'),
      (pressed) => pressed === 'false',
      'Bertrand no longer shares',
    );
    expect(await bob.page.getByText('You are sharing your screen').count()).toBe(0);
  });
});
