import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { MeetingLink } from '../../client/e2ee/link/link.ts';
import { type Bot, enter, foundByBot, openBot } from '../bots/bot.ts';
import { seeded } from '../faults/durability/ledger.ts';
import { FaultServer } from '../faults/faultServer.ts';
import { memoryOf } from '../support/childServer.ts';
import { pause, until } from '../support/until.ts';

/**
 * Twenty members come, go, write, react and send files at random, with a change of epoch every second, for as long as
 * asked. Real server and worker; the members are bots with real groups and keys, whose transports carry no media. Says
 * how memory and handles grew after the warm-up, and whether all agreed in the end; exit code 1 where they did not, or a
 * promise was rejected with nobody to hear it.
 * `npm run soak [-- --minutes 120 --every 1000 --seed 1]`
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    every: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const durationMs = Number(values.minutes) * 60_000;
const everyMs = Number(values.every);
const random = seeded(Number(values.seed));
const MEMBERS = 20;
const SAMPLES = 100;

interface Sample {
  readonly serverMiB: number;
  readonly workerMiB: number;
  readonly handles: number;
}

const isWorker = (name: string) => name.startsWith('mediasoup');

function sampleOf(server: FaultServer): Sample {
  const processes = memoryOf(server.pid);
  const mebibytes = (worker: boolean) =>
    processes.reduce((sum, { name, rssBytes }) => (isWorker(name) === worker ? sum + rssBytes : sum), 0) /
    1024 ** 2;
  return {
    serverMiB: mebibytes(false),
    workerMiB: mebibytes(true),
    handles: readdirSync(`/proc/${server.pid}/fd`).length,
  };
}

const middle = (numbers: readonly number[]) =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;

/** The middle of the second fifth, when all is warm, and of the last, and the difference. */
function growth(samples: readonly Sample[], what: keyof Sample) {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  const of = (part: readonly Sample[]) => middle(part.map((sample) => sample[what]));
  const [warm, last] = [of(samples.slice(fifth, 2 * fifth)), of(samples.slice(-fifth))];
  const round = (value: number) => Math.round(value * 10) / 10;
  return { warm: round(warm), last: round(last), percent: round((100 * (last - warm)) / warm) };
}

/** Those who come and go. The host stays, so that somebody may let people in. */
class Crowd {
  readonly #origin: string;
  readonly #link: MeetingLink;
  readonly host: Bot;
  readonly present: Bot[] = [];
  readonly failures: string[] = [];
  joins = 0;
  #arriving = 0;

  constructor(origin: string, link: MeetingLink, host: Bot) {
    this.#origin = origin;
    this.#link = link;
    this.host = host;
  }

  get all(): readonly Bot[] {
    return [this.host, ...this.present];
  }

  get size(): number {
    return 1 + this.present.length + this.#arriving;
  }

  async join(keyStore?: Bot['keyStore']): Promise<void> {
    this.#arriving += 1;
    let bot: Bot | null = null;
    try {
      bot = await openBot({
        origin: this.#origin,
        link: this.#link,
        ...(keyStore ? { keyStore } : {}),
      });
      this.joins += 1;
      await enter(bot, `Member ${this.joins}`);
      for (const direction of ['send', 'receive'] as const)
        await bot.core.requestMedia('media:createTransport', { direction });
      this.present.push(bot);
    } catch (error) {
      // Half inside, it would be a member that nobody here knows of.
      bot?.core.leave();
      bot?.close();
      this.failures.push(String(error).slice(0, 200));
    } finally {
      this.#arriving -= 1;
    }
  }

  /** One leaves, by the door or with the connection; some come back as the same device. */
  leave(): void {
    const [bot] = this.present.splice(Math.floor(random() * this.present.length), 1);
    if (!bot) return;
    bot.core.leave();
    setTimeout(() => bot.close(), 500);
    if (random() < 0.3) setTimeout(() => void this.join(bot.keyStore), 2_000);
  }

  /** Somebody says or does something. */
  act(): void {
    const bot = this.all[Math.floor(random() * this.all.length)] ?? this.host;
    const chance = random();
    if (chance < 0.6) bot.core.sendChat(`word ${Math.floor(random() * 1e6)}`);
    else if (chance < 0.8) bot.core.talk.react('👍');
    else if (chance < 0.95) bot.core.people.setHand(random() < 0.5);
    else void bot.core.talk.sendFile(new File([new Uint8Array(20_000)], 'notes.txt'));
  }
}

const rejections: string[] = [];
process.on('unhandledRejection', (reason) => rejections.push(String(reason).slice(0, 300)));

const server = await FaultServer.start();
const { host, link } = await foundByBot(server.origin, 'open');
await enter(host, 'Host');
const crowd = new Crowd(server.origin, link, host);
const samples: Sample[] = [];
const began = Date.now();
const firstEpoch = host.state.seal.epoch;
let nextSample = began;
while (Date.now() - began < durationMs) {
  const turn = Date.now();
  if (crowd.size >= MEMBERS || (crowd.size > MEMBERS / 2 && random() < 0.5)) crowd.leave();
  else void crowd.join();
  for (let acts = 0; acts < 3; acts += 1) crowd.act();
  if (turn >= nextSample) {
    nextSample += durationMs / SAMPLES;
    samples.push(sampleOf(server));
    if (samples.length % 10 === 0) console.log(JSON.stringify({ members: crowd.size, ...samples.at(-1) }));
  }
  await pause(Math.max(0, everyMs - (Date.now() - turn)));
}
const seconds = (Date.now() - began) / 1_000;
const epochs = host.state.seal.epoch - firstEpoch;
const stopped = Date.now();
const agree = () => {
  const { code, epoch } = host.state.seal;
  const members = crowd.all.length;
  return crowd.all.every(
    ({ state }) => state.members.length === members && state.seal.code === code && state.seal.epoch === epoch,
  );
};
const converged = await until(
  agree,
  (same) => same && crowd.size === crowd.all.length,
  'all agree',
  60_000,
).catch(() => false);
const alarms = crowd.all.flatMap(({ state }) => state.alarms.map(({ alarm }) => alarm.kind));
const errors = server.output.split('\n').filter((line) => line.includes('"level":"error"'));
console.log(
  JSON.stringify(
    {
      seconds: Math.round(seconds),
      members: crowd.all.length,
      joins: crowd.joins,
      epochsPerSecond: Math.round((100 * epochs) / seconds) / 100,
      server: growth(samples, 'serverMiB'),
      worker: growth(samples, 'workerMiB'),
      handles: growth(samples, 'handles'),
      failedJoins: crowd.failures.length,
      converged,
      convergedAfterMs: Date.now() - stopped,
      alarms,
      unhandledRejections: rejections.length,
      serverErrors: errors.length,
    },
    null,
    2,
  ),
);
for (const text of [...rejections, ...errors, ...crowd.failures].slice(0, 10)) console.error(text);
if (!converged || rejections.length > 0) process.exitCode = 1;
for (const bot of crowd.all) bot.close();
await server.close();
process.exit();
