import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Every line of stdout and stderr, as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** `code` is null when the program could not be started or died by a signal. */
export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Last lines of stdout and stderr together, for an error's message. */
  readonly tail: string;
}

const tailLines = 40;

/** Runs a program to its end; never throws. Killed when `signal` aborts. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
      killSignal: 'SIGKILL',
    });
    const stdout: string[] = [];
    const tail: string[] = [];
    const take = (line: string): void => {
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      options.onLine?.(line);
    };
    createInterface(child.stdout).on('line', (line) => {
      stdout.push(line);
      take(line);
    });
    createInterface(child.stderr).on('line', take);
    child.on('error', (error) => {
      tail.push(error.message);
      if (child.pid === undefined) resolve({ code: null, stdout: '', tail: error.message });
    });
    child.on('close', (code) => resolve({ code, stdout: stdout.join('\n'), tail: tail.join('\n') }));
  });
}
