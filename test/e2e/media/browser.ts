import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { chromiumFlags, shellPath } from '../../support/chromium.ts';
import { type BundledPage, serveBundled } from '../bundledPage.ts';

/** The bundled lab on loopback and a real Chromium with fake devices. */
export interface Lab {
  readonly url: string;
  /** A context of its own, as another person's browser has. */
  context(): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface LabOptions {
  /** The page, where several browsers in turn look at one; otherwise it is built for this lab alone. */
  readonly site?: BundledPage;
  /** The browser: the engine alone where none is given. */
  readonly program?: string;
  /** Whether the browser grants camera and microphone without asking; otherwise it refuses. */
  readonly grant?: boolean;
  /** How many made-up cameras there are. */
  readonly cameras?: number;
  /**
   * Pictures a second of the made-up cameras. Few where pictures only have to come: encoding those of 720 lines is
   * most of the work.
   */
  readonly rate?: number;
}

/** Builds the lab page. */
export const serveLab = () => serveBundled(new URL('.', import.meta.url), 'index.html');

/** Starts a browser for the lab page. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { cameras = 1, rate = 10, grant = true } = options;
  const site = options.site ?? (await serveLab());
  let browser: Browser | null = null;
  const close = async () => {
    await browser?.close();
    if (site !== options.site) await site.close();
  };
  try {
    browser = await chromium.launch({
      executablePath: options.program ?? shellPath,
      args: [
        ...chromiumFlags,
        `--use-fake-device-for-media-stream=device-count=${cameras},fps=${rate}`,
        grant ? '--use-fake-ui-for-media-stream' : '--deny-permission-prompts',
      ],
    });
    const started = browser;
    return { url: site.url, context: () => started.newContext(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
