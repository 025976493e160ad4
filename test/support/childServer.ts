import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A program in a process group of its own, whose output is waited for and which is ended with all its children. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #output = '';
  #wake: () => void = () => undefined;

  constructor(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.#child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
        this.#wake();
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => resolve(code ?? 1));
    });
    this.#ended.then(
      () => this.#wake(),
      () => this.#wake(),
    );
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the program did not start');
    return this.#child.pid;
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves to the exit code. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  /** Waits for a text in the output. Throws when the program ends without it. */
  async says(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`ended without "${text}":\n${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Asks to stop, as Ctrl-C does; resolves to the exit code. */
  stop(): Promise<number> {
    this.#signal('SIGINT');
    return this.#ended;
  }

  /** Ends it and its children, if they are still there. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#ended.catch(() => undefined);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // The whole group is gone already.
    }
  }
}

/** Stops a process and all it started where they stand, as a machine under far too much load does, or lets them go on. */
export function freeze(pid: number, frozen: boolean): void {
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean);
    for (const child of children) freeze(Number(child), frozen);
  }
  process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly rssBytes: number;
}

/** Resident memory of a process and of each of its descendants, by program name. Linux only. */
export function memoryOf(pid: number): { readonly name: string; readonly rssBytes: number }[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry): ProcessFacts[] => {
      try {
        const status = readFileSync(`/proc/${entry}/status`, 'utf8');
        const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '0';
        return [
          {
            pid: Number(entry),
            parent: Number(field('PPid')),
            name: field('Name'),
            rssBytes: Number(field('VmRSS')) * 1024,
          },
        ];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
  const family = new Set([pid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  return all.filter((each) => family.has(each.pid)).map(({ name, rssBytes }) => ({ name, rssBytes }));
}
