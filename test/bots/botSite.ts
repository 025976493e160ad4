import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { type Bot, type BotOptions, enter, openBot } from './bot.ts';
import { type Site, startSite } from './site.ts';

/** A real server, and the bots on it. */
export interface BotSite {
  readonly site: Site;
  /** Closed after the test. */
  readonly bots: Bot[];
  /** What else is to be closed after the test. */
  readonly closing: (() => void)[];
  /** A bot at the door. */
  open(options: Omit<BotOptions, 'origin'>): Promise<Bot>;
  /** A bot that comes in where no host has to let it. */
  comeIn(link: MeetingLink, name: string): Promise<Bot>;
}

/** A new site before each test of the file, gone after it with its bots and its database. */
export function botSite(): BotSite {
  let folder: string;
  let site: Site;
  const bots: Bot[] = [];
  const closing: (() => void)[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bots-'));
    site = await startSite(join(folder, 'sealroom.sqlite'));
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    for (const bot of bots.splice(0)) bot.close();
    await site.close();
    await rm(folder, { recursive: true });
  });
  const open: BotSite['open'] = async (options) => {
    const bot = await openBot({ origin: site.origin, ...options });
    bots.push(bot);
    return bot;
  };
  return {
    get site() {
      return site;
    },
    bots,
    closing,
    open,
    comeIn: async (link, name) => {
      const bot = await open({ link });
      await enter(bot, name);
      return bot;
    },
  };
}
