import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BidiTab } from './bidi.ts';
import { probeScript } from './clip/probeScript.ts';
import { until } from './until.ts';

export const firefoxPath = process.env.SEALROOM_FIREFOX ?? '/usr/bin/firefox-esr';

const preferences: Readonly<Record<string, boolean | number | string>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  // The OpenH264 plug-in and updates would be fetched from elsewhere.
  'media.gmp-manager.updateEnabled': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'intl.accept_languages': 'en',
};

/** Keeps the page's connections in reach, for their statistics. */
const keepPeers = `
  const Native = window.RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      window.peers.push(this);
    }
  };
`;

declare global {
  interface Window {
    /** In Firefox, as made by the page. */
    peers?: RTCPeerConnection[];
  }
}

/** A real Firefox with its own fake camera and microphone, driven through WebDriver BiDi. */
export class TestFirefox {
  readonly tab: BidiTab;
  /** Errors that the page threw or wrote to the console. */
  readonly errors: readonly string[];
  readonly #process: ChildProcess;
  readonly #profile: string;

  private constructor(tab: BidiTab, errors: readonly string[], process: ChildProcess, profile: string) {
    this.tab = tab;
    this.errors = errors;
    this.#process = process;
    this.#profile = profile;
  }

  static async launch(): Promise<TestFirefox> {
    const profile = await mkdtemp(join(tmpdir(), 'sealroom-firefox-'));
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    await writeFile(join(profile, 'user.js'), lines.join('\n'));
    const child = spawn(
      firefoxPath,
      ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
    );
    const errors: string[] = [];
    try {
      const tab = await BidiTab.connect(`${await agentOf(child)}/session`, errors);
      await tab.addScript(await probeScript());
      await tab.addScript(keepPeers);
      return new TestFirefox(tab, errors, child, profile);
    } catch (error) {
      await end(child);
      await rm(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /** Writes into the field with this label. */
  async fill(label: string, text: string): Promise<void> {
    await this.#once(`field ${label}`, { label, text }, (given) => {
      for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
        'input, textarea',
      )) {
        const names = [
          field.getAttribute('aria-label'),
          ...[...(field.labels ?? [])].map((each) => each.textContent),
        ];
        if (!names.some((name) => name?.startsWith(given.label))) continue;
        // The library listens to what changes the value behind its back.
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, given.text);
        field.dispatchEvent(new Event('input', { bubbles: true }));
        return true;
      }
      return false;
    });
  }

  /** Presses the button of this name. */
  async press(name: string): Promise<void> {
    await this.#once(`button ${name}`, name, (wanted) => {
      const named = [...document.querySelectorAll('button')].map((button) => {
        const words = document.createElement('span');
        words.append(...[...button.childNodes].map((each) => each.cloneNode(true)));
        for (const mute of words.querySelectorAll('[aria-hidden]')) mute.remove();
        return { button, text: button.getAttribute('aria-label') ?? words.textContent ?? '' };
      });
      const able = named.filter(({ button, text }) => !button.disabled && text.startsWith(wanted));
      // A name may go on with a state; the whole name comes first.
      const found = able.find(({ text }) => text === wanted) ?? able[0];
      found?.button.click();
      return found !== undefined;
    });
  }

  /** Chooses the menu item or the option of this name. */
  async pick(name: string): Promise<void> {
    await this.#once(`item ${name}`, name, (wanted) => {
      const items = document.querySelectorAll<HTMLElement>('[role=menuitem], label, [role=option]');
      const found = [...items].find((item) => item.textContent?.trim() === wanted);
      const target = found?.querySelector<HTMLElement>('input') ?? found;
      target?.click();
      return target !== undefined;
    });
  }

  /** Waits for an element. */
  async shows(selector: string): Promise<void> {
    await this.#once(selector, selector, (wanted) => document.querySelector(wanted) !== null);
  }

  async close(): Promise<void> {
    this.tab.close();
    await end(this.#process);
    await rm(this.#profile, { recursive: true, force: true });
  }

  async #once<Given>(what: string, given: Given, act: (given: Given) => boolean): Promise<void> {
    await until(() => this.tab.evaluate(act, given), Boolean, `Firefox: ${what}`);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** The address of the remote agent, which Firefox writes once it listens. */
function agentOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (stderr === null) return reject(new Error('no output to read'));
    createInterface({ input: stderr }).on('line', (line) => {
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code}`)));
  });
}
