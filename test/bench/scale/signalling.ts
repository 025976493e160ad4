import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pause } from '../../support/until.ts';
import type { Script } from '../../unit/records/signing.ts';
import { type Quantiles, quantiles } from '../load/report.ts';
import { LightRoom } from './lightRoom.ts';
import type { ServerQuestion, ServerState } from './signallingServer.ts';

/** A real server in a process of its own, which tells how it is. */
class MeasuredServer {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<MeasuredServer> {
    const program = fileURLToPath(new URL('signallingServer.ts', import.meta.url));
    const child = fork(program, { serialization: 'advanced', execArgv: ['--expose-gc'] });
    const [state]: ServerState[] = await once(child, 'message');
    if (!state) throw new Error('the server did not start');
    return new MeasuredServer(child, state.port);
  }

  async ask(question: ServerQuestion): Promise<ServerState> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [state]: ServerState[] = await answered;
    if (!state) throw new Error('the server ended');
    return state;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(timer);
  }
}

/** What one meeting of a size costs the server. */
export interface SignallingCost {
  readonly members: number;
  /** Members that came in a second, 50 at a time with one commit for each fifty. */
  readonly joinsPerSecond: number;
  /** Resident memory for each member; the media workers are other processes. */
  readonly kilobytesPerMember: number;
  /** From a commit's sending until a member has it, all members and several commits. */
  readonly rosterMs: Quantiles | null;
  /** From the sending until the last member has a commit as large as a removal's. */
  readonly fanOutMs: number;
  readonly fanOutBytes: number;
  /** 50 newcomers by one commit, until all are welcome and all have it. */
  readonly fiftyJoinsMs: number;
  /** Cores that a meeting at rest takes: every member's pulses, and the signatures of 25 senders. */
  readonly cores: number;
  /** Processor time of one commit to all, milliseconds. */
  readonly commitCpuMs: number;
  /** Event-loop delay of the server, milliseconds, while members came, at rest, and while all was measured. */
  readonly loopP99: { readonly joining: number; readonly rest: number; readonly commits: number };
}

const BATCH = 50;
const ROUNDS = 5;
const STAGE = 25;
/** As clients do: every 2 s in a meeting of up to 30, more rarely in larger ones. */
const pulsesPerSecond = (members: number) => Math.min(members, 30) / 2;
const REST_MS = 5_000;

/** Puts on one meeting on a server of its own, and measures it. */
export async function measureSignalling(members: number): Promise<SignallingCost> {
  const server = await MeasuredServer.start();
  const state = () => server.ask({ name: 'state' });
  let room: LightRoom | null = null;
  try {
    // The first people make the server load what it needs for all.
    const create = async ({ records }: Script) => void (await server.ask({ name: 'store', records }));
    room = await LightRoom.open(`http://127.0.0.1:${server.port}`, create);
    await room.join(10);
    const before = await state();
    const begun = performance.now();
    const first = room.members.length;
    while (room.members.length < members) {
      await room.join(Math.min(BATCH, members - room.members.length));
    }
    const joinsPerSecond = (room.members.length - first) / ((performance.now() - begun) / 1_000);
    await pause(500);
    const joined = await state();
    const rest = await atRest(room, members, state);
    const roster = await commits(room, state);
    const fifty = await timed(async () => void (await room?.join(BATCH)), room);
    const kilobytesPerMember = (joined.rssBytes - before.rssBytes) / 1_000 / Math.max(1, members - first);
    return {
      members,
      joinsPerSecond: Math.round(joinsPerSecond),
      kilobytesPerMember: Math.round(kilobytesPerMember),
      ...roster,
      fiftyJoinsMs: Math.round(fifty),
      cores: rest.cores,
      loopP99: { joining: round(joined.loopP99), rest: rest.loopP99, commits: roster.loopP99 },
    };
  } finally {
    room?.close();
    await server.close();
  }
}

const round = (value: number) => Math.round(value * 100) / 100;

async function atRest(room: LightRoom, members: number, state: () => Promise<ServerState>) {
  const from = await state();
  const began = performance.now();
  const perSecond = pulsesPerSecond(members) + Math.min(STAGE, members);
  for (let sent = 0; performance.now() - began < REST_MS; sent++) {
    const member = room.members[sent % members];
    if (member && !member.lost) room.pulse(member).catch(() => undefined);
    await pause(Math.max(0, began + ((sent + 1) / perSecond) * 1_000 - performance.now()));
  }
  const to = await state();
  const seconds = (performance.now() - began) / 1_000;
  return { cores: round((to.cpuSeconds - from.cpuSeconds) / seconds), loopP99: round(to.loopP99) };
}

async function commits(room: LightRoom, state: () => Promise<ServerState>) {
  const waits: number[] = [];
  const lasts: number[] = [];
  const before = await state();
  for (let number = 0; number < ROUNDS; number++) {
    const last = await timed(() => room.commit(), room, waits);
    lasts.push(last);
  }
  const after = await state();
  return {
    rosterMs: quantiles(waits),
    fanOutMs: Math.round(lasts.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0),
    fanOutBytes: room.removalBytes,
    commitCpuMs: round(((after.cpuSeconds - before.cpuSeconds) * 1_000) / ROUNDS),
    loopP99: round(after.loopP99),
  };
}

/** Until every member that was there has the commit that something makes, in milliseconds. */
async function timed(work: () => Promise<void>, room: LightRoom, waits: number[] = []): Promise<number> {
  const from = performance.now();
  const here = room.members.filter((member) => !member.lost);
  const heard = here.map(async (member) => {
    await member.next('stream:entries', ({ entries }) => entries.some(({ kind }) => kind === 'commit'));
    waits.push(performance.now() - from);
  });
  const [, ...outcomes] = await Promise.allSettled([work(), ...heard]);
  const missed = outcomes.filter(({ status }) => status === 'rejected').length;
  if (missed > 0) console.error(`${missed} members lost their connection: this machine is too busy`);
  return performance.now() - from;
}
