import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Equipment, TestBrowser } from './browser.ts';
import { choose } from './choose.ts';
import { measureSounds } from './clip/measureSounds.ts';
import type { Heard, Watched } from './clip/probe.ts';
import { PERIOD_SECONDS } from './clip/sound.ts';
import { PUBLIC_URL, type TestServer } from './server.ts';
import { pause, until } from './until.ts';

const WITHIN = { timeout: 30_000 };

/** Someone with a browser, who does what people do: reads what is on screen and presses what has a name. */
export class Person {
  readonly name: string;
  /** Number in this person's clip. */
  readonly sender: number;
  readonly browser: TestBrowser;
  page: Page;

  private constructor(name: string, sender: number, browser: TestBrowser, page: Page) {
    this.name = name;
    this.sender = sender;
    this.browser = browser;
    this.page = page;
  }

  static async arrive(
    name: string,
    sender: number,
    server: Pick<TestServer, 'port'>,
    equipment?: Equipment,
  ): Promise<Person> {
    const browser = await TestBrowser.launch(sender, () => server.port, equipment);
    return new Person(name, sender, browser, await browser.newPage());
  }

  /** From now on this person has a new device, with what `changes` says of it. */
  async renew(changes?: BrowserContextOptions): Promise<void> {
    await this.browser.renew(changes);
    this.page = await this.browser.newPage();
  }

  button(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  }

  panel(name: string): Locator {
    return this.page.getByRole('complementary', { name, exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** Makes a meeting on the start page, after what `set` chooses there, and goes in as its host. Returns the link. */
  async startMeeting(
    kind: 'Moderated' | 'Open' | 'Classroom' = 'Moderated',
    url: string = PUBLIC_URL,
    set: () => Promise<void> = async () => undefined,
  ): Promise<string> {
    await this.#goTo(url);
    await choose(this.page.getByRole('radio', { name: new RegExp(kind) }));
    await set();
    await this.button('Start a meeting').click(WITHIN);
    await this.heading('Your meeting is ready').waitFor(WITHIN);
    const link = await until(
      () => this.page.getByLabel('Meeting link').inputValue(WITHIN),
      (text) => text !== '',
      'the link is there',
    );
    await this.button('Go in').click(WITHIN);
    await this.enterName();
    await this.button('Start the meeting').click(WITHIN);
    await this.inside();
    return link;
  }

  /** Opens a link up to the pre-join page and writes the name. */
  async open(link: string): Promise<void> {
    await this.#goTo(link);
    await this.enterName();
  }

  /** A browser gives up what it loads when an interface of its machine changes, as in networks made a moment ago. */
  async #goTo(url: string): Promise<void> {
    await this.page.goto(url).catch((error: unknown) => {
      if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
      return this.page.goto(url);
    });
  }

  async enterName(): Promise<void> {
    await this.page.getByLabel('Your name').fill(this.name, WITHIN);
  }

  /** Knocks and waits at the door. */
  async ask(link: string, message = ''): Promise<void> {
    await this.open(link);
    if (message !== '') await this.page.getByLabel(/^Message to the host/).fill(message);
    await this.button('Ask to join').click(WITHIN);
    await this.heading('Waiting to be let in').waitFor(WITHIN);
  }

  /** Lets someone in from the people panel. */
  async admit(name: string): Promise<void> {
    const panel = await this.openPanel('People');
    await this.button(`Admit ${name}`, panel).click(WITHIN);
  }

  /** Waits until in the meeting. */
  async inside(): Promise<void> {
    await this.page.getByRole('region', { name: 'Meeting controls' }).waitFor(WITHIN);
  }

  /** Presses a control of the bar. */
  control(name: string): Locator {
    const bar = this.page.getByRole('region', { name: 'Meeting controls' });
    return bar.getByRole('button', { name: new RegExp(`^${name}\\b`) });
  }

  async openPanel(
    name:
      | 'Chat'
      | 'People'
      | 'Seal'
      | 'Host controls'
      | 'Settings'
      | 'Activities'
      | 'Connection and statistics',
  ): Promise<Locator> {
    const panel = this.panel(name);
    if (await panel.isVisible()) return panel;
    if (name === 'Chat' || name === 'People') {
      await this.control(name).click(WITHIN);
    } else {
      await this.control('More').click(WITHIN);
      await this.page.getByRole('menuitem', { name, exact: true }).click(WITHIN);
    }
    await panel.waitFor(WITHIN);
    return panel;
  }

  /** The names on the tiles; one's own carries "(you)". */
  tileNames(): Promise<string[]> {
    return this.page
      .getByRole('main', { name: 'People and screens' })
      .locator('li.tile bdi')
      .allTextContents();
  }

  /** The names in the people list. */
  async peopleNames(): Promise<string[]> {
    const panel = await this.openPanel('People');
    const list = panel.getByRole('region', { name: /^In the meeting/ });
    return list.locator('.person-name').allTextContents();
  }

  /** The number of the group's epoch as the seal panel shows it. */
  async epoch(): Promise<number> {
    const panel = await this.openPanel('Seal');
    const shown = panel
      .locator('dt', { hasText: 'Key change number' })
      .locator('xpath=following-sibling::dd');
    return Number((await shown.textContent(WITHIN))?.replace(/\D/g, ''));
  }

  /** The safety code, digits only. */
  async safetyCode(): Promise<string> {
    const panel = await this.openPanel('Seal');
    const groups = await panel.locator('.seal-code [aria-hidden]').allTextContents();
    return groups.join('');
  }

  /** The warnings about the seal that are on screen. */
  async warnings(): Promise<string[]> {
    const panel = await this.openPanel('Seal');
    return panel.locator('.alarm-title').allTextContents();
  }

  async say(text: string): Promise<void> {
    const panel = await this.openPanel('Chat');
    await panel.getByLabel('Message to everyone').fill(text);
    await this.button('Send', panel).click(WITHIN);
  }

  async messages(): Promise<string[]> {
    const panel = await this.openPanel('Chat');
    return panel.locator('.chat-text').allTextContents();
  }

  /** Starts reading pictures, and recording sound where asked. */
  async watch(sound = false, everyMs = 100): Promise<void> {
    await this.page.evaluate(
      ([listen, every]) => {
        window.probe.watch(every);
        if (listen) window.probe.listen();
      },
      [sound, everyMs] as const,
    );
  }

  /** Looks away from the page, as when another window covers it, or at it again. */
  async look(state: 'hidden' | 'visible'): Promise<void> {
    await this.page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  }

  takeSights(): Promise<Watched[]> {
    return this.page.evaluate(() => window.probe.takeSights());
  }

  takeSounds(): Promise<Heard[]> {
    return this.page.evaluate(() => window.probe.takeSounds());
  }

  /** Waits until new pictures of each of these people appear on their tiles, from now on. */
  async sees(...others: readonly Person[]): Promise<void> {
    await this.takeSights();
    const seen = new Map(others.map(({ name }) => [name, new Set<number>()]));
    await until(
      async () => {
        for (const { label, sights } of await this.takeSights()) {
          const other = others.find(({ name }) => name === label);
          if (other && sights.some(({ sender }) => sender !== other.sender))
            throw new Error(`the tile of ${label} shows someone else`);
          for (const { counter } of sights) seen.get(label)?.add(counter);
        }
        return [...seen].flatMap(([name, counters]) => (counters.size >= 3 ? [name] : []));
      },
      (names) => names.length === others.length,
      `${this.name} sees ${others.map(({ name }) => name).join(', ')}`,
    );
  }

  /** Waits until this person's sound, and no other's, is heard in some seconds from now on. */
  async hears(...others: readonly Person[]): Promise<void> {
    const wanted = others.map(({ sender }) => sender).sort();
    await until(
      () => this.listenAWhile(),
      (heard) => JSON.stringify(heard) === JSON.stringify(wanted),
      `${this.name} hears exactly ${others.map(({ name }) => name).join(', ')}`,
      60_000,
    );
  }

  /** The senders heard in the next seconds, by number. */
  async listenAWhile(): Promise<number[]> {
    await this.takeSounds();
    await pause((PERIOD_SECONDS + 1.5) * 1000);
    const heard = new Set<number>();
    for (const { scores } of await measureSounds(await this.takeSounds())) {
      scores.forEach((each, sender) => {
        if ((each.at(-1) ?? 0) > 0.6) heard.add(sender);
      });
    }
    return [...heard].sort();
  }

  /**
   * The senders whose sound comes in the next two seconds, by number. Each has a band of its own, which is told apart
   * also where a busy machine leaves gaps in what it plays: says who is heard, not how well.
   */
  async voices(): Promise<number[]> {
    await this.takeSounds();
    await pause(2_000);
    const heard = await measureSounds(await this.takeSounds());
    const senders = heard.flatMap(({ share }) =>
      share.flatMap((part, sender) => (part > 0.8 ? [sender] : [])),
    );
    return [...new Set(senders)].sort();
  }

  /** Waits until the voices of these people, and no others, come. */
  async getsVoices(...others: readonly Person[]): Promise<void> {
    const wanted = others.map(({ sender }) => sender).sort();
    await until(
      () => this.voices(),
      (heard) => heard.join() === wanted.join(),
      `${this.name} hears ${others.map(({ name }) => name).join(', ') || 'nobody'}`,
      60_000,
    );
  }

  /** Waits until exactly these people (and this one) are on the tiles. */
  async isWith(...others: readonly Person[]): Promise<void> {
    const expected = [`${this.name} (you)`, ...others.map(({ name }) => name)].sort().join('|');
    await until(
      async () => (await this.tileNames()).sort().join('|'),
      (names) => names === expected,
      `${this.name} is with ${others.map(({ name }) => name).join(', ')}`,
      45_000,
    );
  }

  /** Waits until the group of this person has other keys than in an epoch of before. */
  async epochBeyond(before: number): Promise<void> {
    await until(
      () => this.epoch(),
      (epoch) => epoch > before,
      `${this.name} has new keys`,
      45_000,
    );
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Lets someone knock and the host let them in; both see each other's tiles. */
export async function letIn(host: Person, guest: Person, link: string, message = ''): Promise<void> {
  await guest.ask(link, message);
  await host.admit(guest.name);
  await guest.inside();
}
