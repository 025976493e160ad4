import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserServer, chromium, type Page } from 'playwright-core';
import { probeScript } from './clip/probeScript.ts';
import { writeSound } from './clip/sound.ts';
import { writeClip } from './clip/video.ts';
import { PUBLIC_URL } from './server.ts';
import { Wire } from './wire.ts';

export const chromiumPath = process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium';

export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--use-fake-device-for-media-stream',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--autoplay-policy=no-user-gesture-required',
  // Several windows are open at once and none of them is behind another.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
];

/** One person's own Chromium, with a camera and a microphone that play their clip, on a wire of its own. */
export class TestBrowser {
  readonly wire: Wire;
  #context: BrowserContext;
  readonly #process: BrowserServer;
  readonly #browser: Browser;
  readonly #folder: string;
  /** Errors that pages threw or wrote to the console. */
  readonly errors: string[] = [];

  private constructor(parts: {
    wire: Wire;
    context: BrowserContext;
    process: BrowserServer;
    browser: Browser;
    folder: string;
  }) {
    this.wire = parts.wire;
    this.#context = parts.context;
    this.#process = parts.process;
    this.#browser = parts.browser;
    this.#folder = parts.folder;
  }

  /**
   * `sender`: number in the clip, 0 to 3. `port`: the server's, asked at each connection. `shares`: title of the tab
   * that is chosen when the page asks for a screen.
   */
  static async launch(sender: number, port: () => number, shares?: string): Promise<TestBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'sealroom-person-'));
    const clip = join(folder, 'camera.y4m');
    const sound = join(folder, 'microphone.wav');
    writeClip(clip, sender);
    writeSound(sound, sender);
    const wire = await Wire.open(port);
    const process = await chromium.launchServer({
      executablePath: chromiumPath,
      args: [
        ...chromiumFlags,
        `--use-file-for-fake-video-capture=${clip}`,
        `--use-file-for-fake-audio-capture=${sound}`,
        `--host-resolver-rules=MAP ${new URL(PUBLIC_URL).host}:80 127.0.0.1:${wire.port}`,
        // The stand-in for the browser's questions answers with a test picture; without it a real tab is shared.
        ...(shares === undefined
          ? ['--use-fake-ui-for-media-stream']
          : [`--auto-select-tab-capture-source-by-title=${shares}`]),
      ],
    });
    const browser = await chromium.connect(process.wsEndpoint());
    const context = await newContext(browser);
    return new TestBrowser({ wire, context, process, browser, folder });
  }

  /** Forgets everything: from now on this is a new device. */
  async renew(): Promise<void> {
    await this.#context.close();
    this.#context = await newContext(this.#browser);
  }

  async newPage(): Promise<Page> {
    const page = await this.#context.newPage();
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    return page;
  }

  /** Ends the processes at once, as a crash or a power cut would. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async close(): Promise<void> {
    await this.#browser.close().catch(() => undefined);
    await this.#process.kill();
    await this.wire.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 800, height: 500 },
    locale: 'en',
    permissions: ['camera', 'microphone'],
  });
  await context.addInitScript({ content: await probeScript() });
  return context;
}
