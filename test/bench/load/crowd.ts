import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MeetingLink } from '../../../client/e2ee/link/link.ts';
import { ChaChaSFrame } from '../../../client/e2ee/sframe/chacha.ts';
import { heapOf } from '../../../client/e2ee/sframe/heap.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { pause } from '../../support/until.ts';
import { Caller } from './caller.ts';
import type { LoadSettings } from './options.ts';
import { Participant } from './participant.ts';

/** Which participants of the meeting a crowd plays: `first`, `first + step`, and so on. */
export interface CrowdShare {
  readonly origin: string;
  readonly link: MeetingLink;
  readonly settings: LoadSettings;
  readonly first: number;
  readonly step: number;
}

/** What a crowd saw since its last look. */
export interface CrowdSample {
  readonly inside: number;
  /** Participants by their own lists, the shortest and the longest. */
  readonly seen: { readonly least: number; readonly most: number };
  /** When members of the crowd came to each epoch, milliseconds since 1970. */
  readonly epochs: readonly { readonly epoch: number; readonly first: number; readonly last: number }[];
  /** From asking to join to having keys, milliseconds. */
  readonly joins: readonly number[];
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  /** Streams subscribed to now, by all. */
  readonly streams: number;
  readonly sealed: number;
  readonly opened: number;
  /** From made to opened, milliseconds. */
  readonly latencies: readonly number[];
  readonly alarms: number;
  readonly failures: readonly string[];
  /** Of this process, milliseconds. */
  readonly loopP99: number;
  readonly cpuSeconds: number;
}

/** Many participants in one process. */
export class Crowd {
  readonly #share: CrowdShare;
  readonly #caller: Caller;
  readonly #sframe: ChaChaSFrame;
  readonly #members: Participant[] = [];
  readonly #loop = monitorEventLoopDelay({ resolution: 10 });
  readonly #epochs = new Map<number, { first: number; last: number }>();
  #inside = 0;
  #joins: number[] = [];
  #failures: string[] = [];
  #before = { sealed: 0, opened: 0 };

  private constructor(share: CrowdShare, caller: Caller, sframe: ChaChaSFrame) {
    this.#share = share;
    this.#caller = caller;
    this.#sframe = sframe;
    this.#loop.enable();
  }

  static async open(share: CrowdShare): Promise<Crowd> {
    const sframe = new ChaChaSFrame(heapOf(await ready()));
    return new Crowd(share, await Caller.open(), sframe);
  }

  /** Everybody comes, one after the other; resolves once all are inside, or failed to come. */
  async come(): Promise<void> {
    const { settings, first, step } = this.#share;
    const begun = performance.now();
    const coming: Promise<void>[] = [];
    for (let number = first; number < settings.participants; number += step) {
      const at = begun + (number / settings.joinRate) * 1_000;
      await pause(Math.max(0, at - performance.now()));
      coming.push(this.#bring(number).catch((error: unknown) => this.#fail(error)));
    }
    await Promise.all(coming);
  }

  /** All that happened since the last call. */
  read(): CrowdSample {
    const members = this.#members.map(({ bot }) => bot.state.members.length).filter((count) => count > 0);
    const arrived = this.#members.map(({ tally }) => tally.read());
    const sum = (of: (each: (typeof arrived)[number]) => number) =>
      arrived.reduce((total, each) => total + of(each), 0);
    const sealed = this.#members.reduce((total, each) => total + each.sealed, 0);
    const opened = this.#members.reduce((total, each) => total + each.opened, 0);
    const latencies = this.#members.flatMap((member) => member.latencies.splice(0));
    const { user, system } = process.cpuUsage();
    const sample: CrowdSample = {
      inside: this.#inside,
      seen: { least: Math.min(...members, Number.MAX_SAFE_INTEGER), most: Math.max(0, ...members) },
      epochs: [...this.#epochs].map(([epoch, { first, last }]) => ({ epoch, first, last })),
      joins: this.#joins,
      packets: sum(({ packets }) => packets),
      bytes: sum(({ bytes }) => bytes),
      lost: sum(({ lost }) => lost),
      streams: this.#members.reduce((total, { streams }) => total + streams, 0),
      sealed: sealed - this.#before.sealed,
      opened: opened - this.#before.opened,
      latencies,
      alarms: this.#members.reduce((total, { bot }) => total + bot.state.alarms.length, 0),
      failures: this.#failures,
      loopP99: this.#loop.percentile(99) / 1e6,
      cpuSeconds: (user + system) / 1e6,
    };
    this.#loop.reset();
    this.#joins = [];
    this.#failures = [];
    this.#epochs.clear();
    this.#before = { sealed, opened };
    return sample;
  }

  /** Everybody leaves at once. Idempotent. */
  async leave(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
    this.#inside = 0;
    this.#caller.close();
    this.#loop.disable();
  }

  async #bring(number: number): Promise<void> {
    const { origin, link, settings, first, step } = this.#share;
    const place = (number - first) / step;
    const member = await Participant.open(
      {
        name: `Participant ${number + 1}`,
        camera: number < settings.publishers,
        microphone: number < settings.microphones,
        opens: place < settings.openers,
      },
      {
        origin,
        link,
        caller: this.#caller,
        sframe: this.#sframe,
        options: { ...settings, onFailure: (error) => this.#fail(error) },
      },
    );
    this.#members.push(member);
    member.bot.onEpoch((epoch) => this.#noteEpoch(epoch));
    const waited = await member.enter();
    this.#joins.push(waited);
    this.#inside += 1;
    await member.takePart();
  }

  #noteEpoch(epoch: number): void {
    const now = performance.timeOrigin + performance.now();
    const seen = this.#epochs.get(epoch);
    if (seen) seen.last = now;
    else this.#epochs.set(epoch, { first: now, last: now });
  }

  #fail(error: unknown): void {
    this.#failures.push(error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : 'unknown');
  }
}
