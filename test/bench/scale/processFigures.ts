import { readFileSync } from 'node:fs';
import { pause } from '../../support/until.ts';

/** Linux reports processor time in hundredths of a second. */
const TICKS = 100;

/** Processor time that a process has used, in seconds. Linux only. */
export function cpuSeconds(pid: number): number {
  // After the program's name, which may hold blanks: fields 3 on of proc(5).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Processor time per packet while something runs: of a process, over so many seconds. */
export async function costOfForwarding(
  pid: number,
  seconds: number,
  packets: () => number,
): Promise<{ readonly packetsPerSecond: number; readonly microsecondsPerPacket: number }> {
  const [cpu, count, from] = [cpuSeconds(pid), packets(), performance.now()];
  await pause(seconds * 1_000);
  const forwarded = packets() - count;
  const elapsed = (performance.now() - from) / 1_000;
  return {
    packetsPerSecond: Math.round(forwarded / elapsed),
    microsecondsPerPacket: Math.round(((cpuSeconds(pid) - cpu) / Math.max(1, forwarded)) * 1e8) / 100,
  };
}
