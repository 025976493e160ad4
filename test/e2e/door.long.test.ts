import type { BrowserContextOptions, Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { PLAIN_URL } from '../support/browser.ts';
import { useCompany } from '../support/company.ts';
import type { Person } from '../support/person.ts';
import { PUBLIC_URL, startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const company = useCompany(startTestServer);
let ann: Person;
let link: string;

beforeAll(async () => {
  [ann] = await company.arrive('Annemarie');
  link = await ann.startMeeting('Open');
  await ann.watch(true);
});

/** Which camera the picture on the page comes from, and how far it has come. */
function preview(person: Person): Promise<{ camera: string | undefined; seconds: number; width: number }> {
  return person.page.getByLabel('Your camera preview').evaluate((video) => {
    if (!(video instanceof HTMLVideoElement) || !(video.srcObject instanceof MediaStream))
      throw new Error('no picture');
    const [track] = video.srcObject.getVideoTracks();
    return {
      camera: track?.getSettings().deviceId,
      seconds: video.currentTime,
      width: video.videoWidth,
    };
  });
}

/** The list of devices of a kind, closed. */
function choice(person: Person, kind: 'Camera' | 'Speaker'): Locator {
  return person.page.locator('.field').filter({ hasText: kind }).getByRole('button');
}

describe('before going in', () => {
  let bea: Person;

  it('people see and hear themselves, and are told what the meeting protects', async () => {
    [bea] = await company.arrive({ name: 'Beatrix', cameras: 2, allowed: ['camera', 'microphone'] });
    await bea.open(link);
    const first = await until(
      () => preview(bea),
      ({ seconds, width }) => seconds > 0 && width > 0,
      'a picture',
    );
    await until(
      () => preview(bea),
      ({ seconds }) => seconds > first.seconds,
      'the next pictures',
    );
    await bea.page.locator('.level-meter [data-lit="true"]').first().waitFor();
    await bea.page
      .getByText('Protected in this meeting: pictures, sound, screens, chat and names.')
      .waitFor();
    // Nothing of it has left the device: nobody is there yet.
    expect(await ann.tileNames()).toEqual(['Annemarie (you)']);
  });

  it('another camera is chosen, and a sound is played at the speaker chosen', async () => {
    const { camera } = await preview(bea);
    await choice(bea, 'Camera').click();
    await bea.page.getByRole('option', { selected: false }).click();
    await until(
      () => preview(bea),
      (now) => now.camera !== camera && now.seconds > 0,
      'the other camera',
    );
    await choice(bea, 'Speaker').click();
    await bea.page.getByRole('option').last().click();
    await bea.button('Test sound').click();
    await bea.page.getByText('Playing three notes').waitFor();
    await bea.page.getByText('Not heard? Choose another speaker').waitFor();
  });

  it('name and choices are kept on the device', async () => {
    const { camera } = await preview(bea);
    await bea.button('Join now').click();
    await bea.inside();
    await bea.page.reload();
    const name = bea.page.getByLabel('Your name');
    await until(
      () => name.inputValue(),
      (value) => value === 'Beatrix',
      'the name is still there',
    );
    await until(
      () => preview(bea),
      (now) => now.camera === camera,
      'the camera chosen is in use',
    );
    await bea.close();
  });
});

describe('without a device', () => {
  let dan: Person;

  beforeAll(async () => {
    [dan] = await company.arrive({ name: 'Daniel', allowed: [] });
  });

  for (const { allowed, title, told } of [
    {
      allowed: ['microphone'],
      title: 'The browser does not let this page use your camera',
      told: 'You join without a camera. Others hear you, but do not see you.',
    },
    {
      allowed: ['camera'],
      title: 'The browser does not let this page use your microphone',
      told: 'You join without a microphone. Others see you, but do not hear you.',
    },
    {
      allowed: [],
      title: 'The browser does not let this page use your camera and microphone',
      told: 'You join without camera and microphone.',
    },
  ] as const) {
    it(`people join all the same: ${allowed.join() || 'neither'} allowed`, async () => {
      await dan.renew({ permissions: [...allowed] });
      await dan.open(link);
      await dan.page.getByText(title, { exact: true }).waitFor();
      await dan.page.getByText(told).waitFor();
      await dan.button('Join now').click();
      await dan.inside();
      await dan.watch(true);
      await dan.sees(ann);
      if (allowed.some((each) => each === 'camera')) await ann.sees(dan);
      await dan.getsVoices(ann);
      await ann.getsVoices(...(allowed.some((each) => each === 'microphone') ? [dan] : []));
      await dan.say(`With ${allowed.join() || 'neither'}`);
      await until(
        () => ann.messages(),
        (texts) => texts.at(-1) === `With ${allowed.join() || 'neither'}`,
        'Annemarie reads it',
      );
    });
  }

  it('a machine without a camera is told so, and what to do', async () => {
    const [eve] = await company.arrive({ name: 'Evelyn', cameras: 0 });
    await eve.open(link);
    await eve.page.getByText('No camera was found').waitFor();
    await eve.page.getByText('Plug one in and try again, or go on without.').waitFor();
    await eve.button('Join now').click();
    await eve.inside();
    await eve.close();
  });

  it('a refusal is explained and can be tried again once it is lifted', async () => {
    const words = 'Click the icon at the left of the address.';
    await dan.renew({ permissions: [] });
    await dan.open(link);
    await dan.page.getByText(words).waitFor();
    await dan.browser.allow('camera', 'microphone');
    await dan.button('Try again').click();
    await until(
      () => preview(dan),
      ({ seconds }) => seconds > 0,
      'a picture after all',
    );
    await dan.page.locator('.level-meter [data-lit="true"]').first().waitFor();
    expect(await dan.page.getByText(words).count()).toBe(0);
  });

  for (const { browser, words, options } of [
    {
      browser: 'Firefox',
      words: 'Click the crossed-out icon beside the address.',
      options: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
    },
    {
      browser: 'Safari on an iPhone',
      words: 'Tap the icon beside the address, then “Website Settings”.',
      options: {
        userAgent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
        hasTouch: true,
      },
    },
  ] satisfies { browser: string; words: string; options: BrowserContextOptions }[]) {
    it(`the steps are those of ${browser} there`, async () => {
      await dan.renew({ permissions: [], ...options });
      await dan.page.goto(link);
      await dan.page.getByText(words).waitFor();
    });
  }
});

describe('where no sealed meeting is possible', () => {
  let fay: Person;

  beforeAll(async () => {
    [fay] = await company.arrive('Fay');
  });

  for (const { lacks, title, step } of [
    {
      lacks: 'RTCPeerConnection',
      title: 'This browser cannot make video calls',
      step: 'ask your administrator to allow it',
    },
    {
      lacks: 'RTCRtpScriptTransform',
      title: 'This browser cannot seal video',
      step: 'Update it, or use a current Chrome, Edge, Firefox or Safari.',
    },
  ]) {
    it(`says what is missing and what to do: ${lacks}`, async () => {
      await fay.renew();
      await fay.page.addInitScript((name) => {
        Reflect.deleteProperty(window, name);
      }, lacks);
      await fay.page.goto(link);
      await fay.heading(title).waitFor();
      await fay.page.getByText(step).waitFor();
      expect(await fay.page.locator('video, audio').count()).toBe(0);
    });
  }

  it('says so on an address that is not secure', async () => {
    await fay.renew();
    await fay.page.goto(link.replace(PUBLIC_URL, PLAIN_URL));
    await fay.heading('This page was not opened securely').waitFor();
    await fay.page.getByText('Open the https address').waitFor();
  });
});
