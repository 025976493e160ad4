import type { BrowserContext, Page } from 'playwright-core';
import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, deviceKey } from '../../../shared/ids.ts';
import type { RequestName } from '../../../shared/protocol/requests.ts';
import type { Lab } from './browser.ts';
import type { JoinOptions, Seen, SeenStream } from './lab.ts';
import type { TestSfu } from './sfu.ts';

/** The device key of the member at a leaf; the same as in the page. */
export function deviceAt(leaf: number): DeviceKey {
  return deviceKey.parse(toBase64Url(new Uint8Array(32).fill(leaf + 1)));
}

/** One person's page, joined to the SFU. */
export class Person {
  readonly device: DeviceKey;
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #sfu: TestSfu;

  static async join(lab: Lab, sfu: TestSfu, options: JoinOptions): Promise<Person> {
    const context = await lab.context();
    const page = await context.newPage();
    const person = new Person(sfu, context, page, deviceAt(options.leaf));
    await page.exposeFunction('sfu', (name: RequestName, payload: unknown) =>
      sfu.request(person.device, name, payload),
    );
    sfu.join(person.device, (name, payload) => {
      // The page may be closing; nobody is left to tell then.
      page
        .evaluate(([event, data]) => window.lab.event(event, data), [name, payload] as const)
        .catch(() => {});
    });
    await page.goto(lab.url);
    await page.evaluate((given) => window.lab.join(given), options);
    return person;
  }

  private constructor(sfu: TestSfu, context: BrowserContext, page: Page, device: DeviceKey) {
    this.#sfu = sfu;
    this.#context = context;
    this.page = page;
    this.device = device;
  }

  publish(source: 'microphone' | 'camera', muted = false): Promise<void> {
    return this.page.evaluate(([what, quiet]) => window.lab.publish(what, quiet), [source, muted] as const);
  }

  /** Tiles by leaf. */
  show(...tiles: { leaf: number; source: 'camera' | 'screen'; height: number }[]): Promise<void> {
    return this.page.evaluate((given) => window.lab.setTiles(given), tiles);
  }

  seen(): Promise<Seen> {
    return this.page.evaluate(() => window.lab.seen());
  }

  /** Polls until `holds`. Fails with what was seen last when that never comes. */
  async until(what: string, holds: (seen: Seen) => boolean, withinMs = 40_000): Promise<Seen> {
    const end = Date.now() + withinMs;
    for (;;) {
      const seen = await this.seen();
      if (holds(seen)) return seen;
      if (Date.now() > end) throw new Error(`never came: ${what}; last ${JSON.stringify(seen)}`);
      await pause(200);
    }
  }

  /** Waits until a stream of the member at `leaf` is as asked. */
  stream(
    leaf: number,
    source: SeenStream['source'],
    what: string,
    holds: (stream: SeenStream) => boolean,
  ): Promise<Seen> {
    const device = deviceAt(leaf);
    return this.until(`${source} of ${leaf} ${what}`, ({ streams }) =>
      streams.some((stream) => stream.device === device && stream.source === source && holds(stream)),
    );
  }

  /** Height of the picture that is decoded of the member at `leaf`; null while none is. */
  async pictureHeight(leaf: number): Promise<number | null> {
    const device = deviceAt(leaf);
    const rows = await this.page.evaluate(() => window.lab.stats());
    return rows.find((row) => row.device === device && row.source === 'camera')?.height ?? null;
  }

  async untilPicture(leaf: number, height: number, withinMs = 60_000): Promise<void> {
    const end = Date.now() + withinMs;
    let last: number | null = null;
    while (Date.now() < end) {
      last = await this.pictureHeight(leaf);
      if (last === height) return;
      await pause(250);
    }
    throw new Error(
      `the picture of ${leaf} stayed at ${last}, not ${height}; ${JSON.stringify(await this.seen())}`,
    );
  }

  /** Waits until some transform of the frame worker is as asked. */
  async untilSealed(holds: (frames: { role: string; framesIn: number }) => boolean): Promise<void> {
    const end = Date.now() + 40_000;
    for (;;) {
      const frames = await this.page.evaluate(() => window.lab.sealed());
      if (frames.some(holds)) return;
      if (Date.now() > end) throw new Error(`never came; last ${JSON.stringify(frames)}`);
      await pause(200);
    }
  }

  /** Waits until this page seals no frame for a whole second. */
  async untilQuiet(): Promise<void> {
    const count = async () => {
      const frames = await this.page.evaluate(() => window.lab.sealed());
      return frames.filter(({ role }) => role === 'seal').reduce((sum, { framesIn }) => sum + framesIn, 0);
    };
    const end = Date.now() + 20_000;
    for (let before = await count(); ; ) {
      await pause(1_000);
      const now = await count();
      if (now === before) return;
      if (Date.now() > end) throw new Error('frames are still being sealed');
      before = now;
    }
  }

  async leave(): Promise<void> {
    this.#sfu.leave(this.device);
    await this.#context.close();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
