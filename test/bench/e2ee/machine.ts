import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What a number of a benchmark depends on besides the code. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly chromium: string;
  /** Load averages over 1, 5 and 15 minutes; above the number of cores, times tell about the neighbours. */
  readonly load: readonly number[];
}

/** The facts at this moment. */
export async function machine(): Promise<Machine> {
  const chromium = process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium';
  const version = await promisify(execFile)(chromium, ['--version', '--no-sandbox']).then(
    ({ stdout }) => stdout.trim(),
    () => 'none',
  );
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    chromium: version,
    load: load(),
  };
}

export function load(): number[] {
  return loadavg().map((value) => Math.round(value * 100) / 100);
}
