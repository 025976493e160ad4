import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { chromiumFlags, chromiumPath } from '../../support/chromium.ts';
import { serveBundled } from '../bundledPage.ts';

/** The bundled lab on loopback and a real Chromium with fake devices. */
export interface Lab {
  readonly url: string;
  /** A context of its own, as another person's browser has. */
  context(): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface LabOptions {
  /** Whether the browser grants camera and microphone without asking; otherwise it refuses. */
  readonly grant?: boolean;
  /** Value of --use-fake-device-for-media-stream, for instance `device-count=2`. */
  readonly fakeDevices?: string;
}

/** Builds the lab page and starts a browser. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const site = await serveBundled(new URL('.', import.meta.url), 'index.html');
  let browser: Browser | null = null;
  const close = async () => {
    await browser?.close();
    await site.close();
  };
  const fake = options.fakeDevices === undefined ? '' : `=${options.fakeDevices}`;
  try {
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        ...chromiumFlags,
        `--use-fake-device-for-media-stream${fake}`,
        options.grant === false ? '--deny-permission-prompts' : '--use-fake-ui-for-media-stream',
      ],
    });
    const started = browser;
    return { url: site.url, context: () => started.newContext(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
