import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type Page,
} from 'playwright-core';
import { chromiumFlags, chromiumPath, shellPath } from './chromium.ts';
import { probeScript } from './clip/probeScript.ts';
import { writeSound } from './clip/sound.ts';
import { writeClip } from './clip/video.ts';
import { PUBLIC_URL } from './server.ts';
import { Wire } from './wire.ts';

/** The same server by a name that browsers do not trust without a certificate. */
export const PLAIN_URL = 'http://meeting.test';

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

/** What a person has: with nothing said a camera and a microphone that play their clip, which every page may use. */
export interface Equipment {
  /** Title of the tab that is chosen when the page asks for a screen. */
  readonly shares?: string;
  /** Another network, where there is no wire. */
  readonly surroundings?: Surroundings;
  /** So many cameras with the browser's own test picture, in place of the one that plays the clip. */
  readonly cameras?: number;
  /** What pages may use; the browser refuses the rest, and what is taken back while it is in use ends. */
  readonly allowed?: readonly ('camera' | 'microphone')[];
}

/** One person's own Chromium, with a camera and a microphone that play their clip, on a wire of its own. */
export class TestBrowser {
  readonly wire: Wire;
  readonly #allowed: readonly string[];
  #context: BrowserContext;
  readonly #process: BrowserServer;
  readonly #browser: Browser;
  readonly #folder: string;
  /** Errors that pages threw or wrote to the console. */
  readonly errors: string[] = [];

  private constructor(parts: {
    wire: Wire;
    allowed: readonly string[];
    context: BrowserContext;
    process: BrowserServer;
    browser: Browser;
    folder: string;
  }) {
    this.wire = parts.wire;
    this.#allowed = parts.allowed;
    this.#context = parts.context;
    this.#process = parts.process;
    this.#browser = parts.browser;
    this.#folder = parts.folder;
  }

  /** `sender`: number in the clip, 0 to 3. `port`: the server's, asked at each connection. */
  static async launch(sender: number, port: () => number, equipment: Equipment = {}): Promise<TestBrowser> {
    const { shares, surroundings, cameras, allowed } = equipment;
    // Only the whole browser has questions to refuse and tabs to share.
    const whole = shares !== undefined || allowed !== undefined;
    const folder = await mkdtemp(join(tmpdir(), 'sealroom-person-'));
    const clip = join(folder, 'camera.y4m');
    const sound = join(folder, 'microphone.wav');
    writeClip(clip, sender);
    writeSound(sound, sender);
    const wire = await Wire.open(port);
    const server = await chromium.launchServer({
      executablePath: surroundings?.program ?? (whole ? chromiumPath : shellPath),
      env: { ...definedEnvironment(), ...surroundings?.env },
      // A muted browser shares tabs without their sound.
      ignoreDefaultArgs: shares === undefined ? [] : ['--mute-audio'],
      args: [
        ...personFlags,
        cameras === undefined
          ? `--use-file-for-fake-video-capture=${clip}`
          : `--use-fake-device-for-media-stream=device-count=${cameras},fps=5`,
        `--use-file-for-fake-audio-capture=${sound}`,
        ...(surroundings === undefined
          ? [
              `--host-resolver-rules=${[PUBLIC_URL, PLAIN_URL].map((url) => `MAP ${new URL(url).host}:80 127.0.0.1:${wire.port}`)}`,
            ]
          : []),
        // The stand-in for the browser's questions answers with a test picture; without it a real tab is shared.
        ...(whole ? [] : ['--use-fake-ui-for-media-stream']),
        ...(allowed === undefined ? [] : ['--deny-permission-prompts']),
        ...(shares === undefined ? [] : [`--auto-select-tab-capture-source-by-title=${shares}`]),
      ],
    });
    const browser = await chromium.connect(server.wsEndpoint());
    const granted = allowed ?? ['camera', 'microphone'];
    const context = await newContext(browser, { permissions: [...granted] });
    return new TestBrowser({ wire, allowed: granted, context, process: server, browser, folder });
  }

  /** Forgets everything: from now on this is a new device, with what `changes` says of it. */
  async renew(changes: BrowserContextOptions = {}): Promise<void> {
    await this.#context.close();
    this.#context = await newContext(this.#browser, { permissions: [...this.#allowed], ...changes });
  }

  /** From now on pages may use these devices and no others. */
  async allow(...devices: readonly ('camera' | 'microphone')[]): Promise<void> {
    await this.#context.clearPermissions();
    if (devices.length > 0) await this.#context.grantPermissions([...devices]);
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

async function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 800, height: 500 },
    locale: 'en',
    ...options,
  });
  await context.addInitScript({ content: await probeScript() });
  return context;
}
