import { randomBytes } from 'node:crypto';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import type { CoreState } from '../../client/meeting/core/state.ts';
import type { Preset } from '../../shared/roles.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { until } from '../support/until.ts';

const FILE_BYTES = 300_000;

/** A meeting with all that a server keeps of one: members, somebody at the door, a bar, an invitation, a file. */
export class Gathering {
  readonly origin: string;
  readonly link: MeetingLink;
  readonly host: Bot;
  readonly guest: Bot;
  readonly #bots: Bot[] = [];

  private constructor(origin: string, link: MeetingLink, host: Bot, guest: Bot) {
    this.origin = origin;
    this.link = link;
    this.host = host;
    this.guest = guest;
    this.#bots.push(host, guest);
  }

  /** Two members, by different servers of the site where `second` is given. */
  static async open(origin: string, preset: Preset = 'moderated', second = origin): Promise<Gathering> {
    const { host, link } = await foundByBot(origin, preset);
    await enter(host, 'Lin');
    const guest = await openBot({ origin: second, link });
    const gathering = new Gathering(origin, link, host, guest);
    if (preset === 'open') await enter(guest, 'Chen');
    else await gathering.letIn(guest, 'Chen');
    await gathering.together();
    return gathering;
  }

  /** Somebody new, up to the door. */
  async arrive(keyStore?: Bot['keyStore']): Promise<Bot> {
    const bot = await openBot({ origin: this.origin, link: this.link, ...(keyStore ? { keyStore } : {}) });
    this.#bots.push(bot);
    return bot;
  }

  async letIn(visitor: Bot, name: string): Promise<void> {
    await knock(visitor, name);
    await this.admit(name);
    await visitor.until('inside', inside);
  }

  async admit(name: string): Promise<void> {
    const waits = ({ knocks }: CoreState) => knocks.some((each) => each.name === name);
    const { knocks } = await this.host.until(`${name} waits`, waits, 20_000);
    this.host.core.control.admit(knocks.filter((each) => each.name === name).map(({ knockId }) => knockId));
  }

  /** Somebody who stays at the door, and somebody who was barred at it. */
  async door(): Promise<{ readonly waiting: Bot; readonly barred: Bot }> {
    const barred = await this.arrive();
    await knock(barred, 'Nuisance');
    const { knocks } = await this.host.until('the nuisance', (state) => state.knocks.length === 1);
    this.host.core.control.denyAndBan(knocks.map(({ knockId }) => knockId));
    await this.host.until('barred', (state) => state.banned.length === 1);
    const waiting = await this.arrive();
    await knock(waiting, 'Wu');
    await this.host.until('the one who waits', (state) => state.knocks.length === 1);
    return { waiting, barred };
  }

  async invite(name: string): Promise<void> {
    const wish = { name, uses: 3, expires: null, straightIn: true, personal: false };
    await this.host.core.invitations.create(wish);
    await this.host.until('the invitation', ({ invitations }) =>
      invitations.some((each) => each.name === name),
    );
  }

  /** Sends a file from the host; the guest has its message. */
  async sendFile(name: string): Promise<Uint8Array> {
    const bytes = randomBytes(FILE_BYTES);
    await this.host.core.talk.sendFile(new File([bytes], name));
    await this.guest.until('the file', ({ chat }) => chat.some((each) => each.file?.name === name));
    return bytes;
  }

  /** Whether the guest can get a file as it was. */
  async fetches(name: string, bytes: Uint8Array): Promise<boolean> {
    const message = this.guest.state.chat.find(({ file }) => file?.name === name);
    if (!message) return false;
    await this.guest.core.files.download(message.id, null);
    return Buffer.compare(this.guest.saved.get(name) ?? new Uint8Array(), bytes) === 0;
  }

  /**
   * Host and guest are inside and connected, under one key, `members` in all. `after`: the safety code of before, where
   * the group must have begun anew.
   */
  async together(members = 2, after = ''): Promise<void> {
    const whole = (state: CoreState) =>
      inside(state) &&
      state.connection === 'connected' &&
      state.members.length === members &&
      state.seal.code !== after;
    await until(
      () => [this.host.state, this.guest.state] as const,
      ([host, guest]) => whole(host) && whole(guest) && host.seal.code === guest.seal.code,
      'both are inside under one key',
    );
  }

  get code(): string {
    return this.host.state.seal.code;
  }

  /** A word from each reaches the other. */
  async talk(word: string, ms = 30_000): Promise<void> {
    const heard = (text: string) => (state: CoreState) =>
      state.chat.some((each) => each.text === text && !each.self);
    this.host.core.sendChat(`${word} from the host`);
    this.guest.core.sendChat(`${word} from the guest`);
    await Promise.all([
      this.guest.until(`${word} at the guest`, heard(`${word} from the host`), ms),
      this.host.until(`${word} at the host`, heard(`${word} from the guest`), ms),
    ]);
  }

  get alarms(): string[] {
    return [this.host, this.guest].flatMap(({ state }) => state.alarms.map(({ alarm }) => alarm.kind));
  }

  close(): void {
    for (const bot of this.#bots.splice(0)) bot.close();
  }
}

export const inside = ({ phase }: CoreState) => phase.name === 'meeting';
export const noticed = ({ connection }: CoreState) => connection === 'reconnecting';

export async function knock(visitor: Bot, name: string): Promise<void> {
  await visitor.until('at the door', ({ phase }) => phase.name === 'prejoin');
  visitor.core.join(name, '');
  await visitor.until('waiting', ({ phase }) => phase.name === 'waiting');
}
