import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserServer, chromium, type Page } from 'playwright-core';
import { chromiumFlags, chromiumPath, shellPath } from './chromium.ts';
import { probeScript } from './clip/probeScript.ts';
import { writeSound } from './clip/sound.ts';
import { writeClip } from './clip/video.ts';
import { PUBLIC_URL } from './server.ts';
import { Wire } from './wire.ts';

/** With a made-up camera and microphone, and several pages awake at once. */
export const personFlags: readonly string[] = [
  ...chromiumFlags,
  // The browser's own test picture, where a person has no clip: as slow as it goes, for it is never measured.
  '--use-fake-device-for-media-stream=fps=5',
  // Several windows are open at once and none of them is behind another.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
];

/** Where a browser runs, when not beside the server: the program to start, and what it finds there. */
export interface Surroundings {
  readonly program: string;
  readonly env?: Readonly<Record<string, string>>;
}

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
   * that is chosen when the page asks for a screen. `surroundings`: another network, where there is no wire.
   */
  static async launch(
    sender: number,
    port: () => number,
    shares?: string,
    surroundings?: Surroundings,
  ): Promise<TestBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'sealroom-person-'));
    const clip = join(folder, 'camera.y4m');
    const sound = join(folder, 'microphone.wav');
    writeClip(clip, sender);
    writeSound(sound, sender);
    const wire = await Wire.open(port);
    const server = await chromium.launchServer({
      executablePath: surroundings?.program ?? (shares === undefined ? shellPath : chromiumPath),
      env: { ...definedEnvironment(), ...surroundings?.env },
      args: [
        ...personFlags,
        `--use-file-for-fake-video-capture=${clip}`,
        `--use-file-for-fake-audio-capture=${sound}`,
        ...(surroundings === undefined
          ? [`--host-resolver-rules=MAP ${new URL(PUBLIC_URL).host}:80 127.0.0.1:${wire.port}`]
          : []),
        // The stand-in for the browser's questions answers with a test picture; without it a real tab is shared.
        ...(shares === undefined
          ? ['--use-fake-ui-for-media-stream']
          : [`--auto-select-tab-capture-source-by-title=${shares}`]),
      ],
    });
    const browser = await chromium.connect(server.wsEndpoint());
    const context = await newContext(browser);
    return new TestBrowser({ wire, context, process: server, browser, folder });
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

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
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
