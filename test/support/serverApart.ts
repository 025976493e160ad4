import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Tapped, tappedOf } from './mediaTap.ts';
import { readRtp } from './rtp.ts';

/** What `serverProcess.ts` is asked. */
export interface Order {
  readonly name: keyof Answers;
  /** Where a heap snapshot goes. */
  readonly file: string | undefined;
}

/** What it answers. */
export interface Answers {
  readonly streams: readonly { readonly mimeType: string; readonly packets: readonly Uint8Array[] }[];
  readonly counts: readonly { readonly mimeType: string; readonly packets: number }[];
  readonly data: readonly Uint8Array[];
  readonly snapshot: string;
  readonly close: null;
}

/** The real server in a process of its own, with everything an operator could look at. */
export interface ServerApart {
  readonly port: number;
  readonly pid: number;
  logs(): string;
  /** Each stream's packets so far. */
  streams(): Promise<Tapped[]>;
  /** How many packets each stream has so far. */
  counts(): Promise<Answers['counts']>;
  /** The bytes of every file in its data folder. */
  data(): Promise<Buffer[]>;
  heapSnapshot(): Promise<Buffer>;
  close(): Promise<void>;
}

export async function startServerApart(): Promise<ServerApart> {
  const folder = await mkdtemp(join(tmpdir(), 'sealroom-heap-'));
  const program = fileURLToPath(new URL('serverProcess.ts', import.meta.url));
  const child = fork(program, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => output.push(bytes));
  }
  const logs = () => Buffer.concat(output).toString();
  const exited = once(child, 'exit');
  let queue: Promise<unknown> = Promise.resolve();
  const ask = <Name extends keyof Answers>(name: Name, file?: string): Promise<Answers[Name]> => {
    const answered = queue.then(() => {
      child.send({ name, file } satisfies Order);
      return answerOf<Answers[Name]>(child, logs);
    });
    queue = answered.catch(() => undefined);
    return answered;
  };
  const port = await answerOf<number>(child, logs);
  return {
    port,
    // A child that has answered has a number.
    pid: child.pid ?? 0,
    logs,
    streams: async () =>
      (await ask('streams')).map(({ mimeType, packets }) =>
        tappedOf(
          mimeType,
          packets.map((packet) => readRtp(Buffer.from(packet))),
        ),
      ),
    counts: () => ask('counts'),
    data: async () => (await ask('data')).map((bytes) => Buffer.from(bytes)),
    heapSnapshot: async () => readFile(await ask('snapshot', join(folder, 'server.heapsnapshot'))),
    close: async () => {
      if (child.connected) await ask('close').catch(() => undefined);
      if (child.exitCode === null && child.signalCode === null) {
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await exited;
        clearTimeout(timer);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The next answer; rejects when the process ends instead. */
async function answerOf<Answer>(child: ChildProcess, logs: () => string): Promise<Answer> {
  const ended = new AbortController();
  const stop = () => ended.abort(new Error(`the server ended:\n${logs().slice(-2_000)}`));
  child.once('exit', stop);
  try {
    const [answer] = await once(child, 'message', { signal: ended.signal });
    // What serverProcess.ts sends for this order.
    return answer as Answer;
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    child.off('exit', stop);
  }
}
