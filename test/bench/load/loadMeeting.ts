import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import type { MeetingLink } from '../../../client/e2ee/link/link.ts';
import { foundMeeting } from '../../../client/meeting/core/found.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { type Bot, enter, openBot } from '../../bots/bot.ts';
import { pause, until } from '../../support/until.ts';
import type { CrowdSample } from './crowd.ts';
import type { CrowdAnswer, CrowdOrder } from './crowdProcess.ts';
import type { LoadSettings } from './options.ts';
import type { Moment } from './report.ts';
import { askServer } from './serverFigures.ts';

const LOOK_MS = 1_000;
const LEAVE_PATIENCE_MS = 120_000;

/** A crowd in a process of its own. */
class CrowdChild {
  readonly #child: ChildProcess;
  readonly #waiting: {
    readonly name: CrowdAnswer['name'];
    readonly take: (answer: CrowdAnswer | null) => void;
  }[] = [];

  constructor() {
    this.#child = fork(fileURLToPath(new URL('crowdProcess.ts', import.meta.url)), {
      serialization: 'advanced',
      execArgv: [],
    });
    this.#child.on('message', (answer: CrowdAnswer) => {
      const at = this.#waiting.findIndex(({ name }) => name === answer.name);
      this.#waiting.splice(at, at < 0 ? 0 : 1)[0]?.take(answer);
    });
    this.#child.once('exit', () => {
      for (const { take } of this.#waiting.splice(0)) take(null);
    });
  }

  /** Null where the process ended. */
  ask(order: CrowdOrder): Promise<CrowdAnswer | null> {
    return new Promise((resolve) => {
      if (!this.#child.connected) return resolve(null);
      this.#waiting.push({ name: order.name, take: resolve });
      this.#child.send(order);
    });
  }

  async read(): Promise<CrowdSample | null> {
    const answer = await this.ask({ name: 'read' });
    return answer?.name === 'read' ? answer.sample : null;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** One meeting with its host here and everybody else in crowds. */
export class LoadMeeting {
  readonly #origin: string;
  readonly #settings: LoadSettings;
  readonly #token: string | null;
  readonly #link: MeetingLink;
  readonly #host: Bot;
  readonly #crowds: readonly CrowdChild[];
  readonly #failures: string[] = [];

  private constructor(
    origin: string,
    settings: LoadSettings,
    token: string | null,
    meeting: { readonly link: MeetingLink; readonly host: Bot },
  ) {
    this.#origin = origin;
    this.#settings = settings;
    this.#token = token;
    this.#link = meeting.link;
    this.#host = meeting.host;
    this.#crowds = Array.from({ length: settings.processes }, () => new CrowdChild());
  }

  /** Founds a meeting on the site and goes in. Throws ProtocolError. */
  static async open(origin: string, settings: LoadSettings, token: string | null): Promise<LoadMeeting> {
    const keyStore = memoryKeyStore();
    const { suite } = settings;
    const policy = presetPolicy('open');
    const link = await foundMeeting({ origin, keyStore, policy, suite, now: Date.now() });
    const frames = { post: () => undefined, onMessage: () => undefined };
    const host = await openBot({ origin, link, keyStore, frames });
    await enter(host, 'Host');
    return new LoadMeeting(origin, settings, token, { link, host });
  }

  /** Has everybody come, stay and leave, and looks every second. */
  async run(tell: (line: string) => void): Promise<{
    readonly moments: readonly Moment[];
    readonly steadyFrom: number;
    readonly massLeaveMs: number | null;
    readonly failures: readonly string[];
  }> {
    const moments: Moment[] = [];
    const begun = performance.now();
    const look = async () => {
      const samples = await Promise.all(this.#crowds.map((crowd) => crowd.read()));
      const crowds = samples.filter((sample) => sample !== null);
      const server = await askServer(this.#origin, this.#token);
      const at = (performance.now() - begun) / 1_000;
      moments.push({ at, crowds, server });
      const inside = crowds.reduce((sum, crowd) => sum + crowd.inside, 0);
      if (moments.length % 5 === 1) tell(`${Math.round(at)} s: ${inside} inside`);
    };
    const looksUntil = async (isOver: () => boolean) => {
      while (!isOver()) {
        await look();
        await pause(LOOK_MS);
      }
    };
    await looksUntil(() => moments.length > 0);
    let hasCome = false;
    const coming = this.#come().then(() => {
      hasCome = true;
    });
    await looksUntil(() => hasCome);
    await coming;
    const steadyFrom = moments.length;
    const end = performance.now() + this.#settings.duration * 1_000;
    await looksUntil(() => performance.now() >= end);
    await look();
    const massLeaveMs = await this.#leave();
    return { moments, steadyFrom, massLeaveMs, failures: this.#failures };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#host.close();
    for (const crowd of this.#crowds) crowd.kill();
  }

  async #come(): Promise<void> {
    const [origin, link, settings, step] = [this.#origin, this.#link, this.#settings, this.#crowds.length];
    const answers = await Promise.all(
      this.#crowds.map((crowd, first) =>
        crowd.ask({ name: 'come', share: { origin, link, settings, first, step } }),
      ),
    );
    if (answers.includes(null)) this.#failures.push('a process of participants ended before its time');
  }

  async #leave(): Promise<number | null> {
    const from = performance.now();
    const leaving = this.#crowds.map((crowd) => crowd.ask({ name: 'leave' }));
    try {
      const count = () => this.#host.state.members.length;
      await until(count, (members) => members === 1, 'alone', LEAVE_PATIENCE_MS);
      return Math.round(performance.now() - from);
    } catch (error) {
      this.#failures.push(error instanceof Error ? error.message : 'the others did not leave');
      return null;
    } finally {
      await Promise.all(leaving);
    }
  }
}
