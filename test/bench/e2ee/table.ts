import { z } from 'zod';
import type { Machine } from './machine.ts';

const cost = z.object({ median: z.number(), worst: z.number(), cpu: z.number().optional() });
const commit = z.object({ commit: cost, process: cost, commitBytes: z.number(), welcomeBytes: z.number() });

const sframeResult = z.object({
  timings: z.array(
    z.object({
      bytes: z.number(),
      seal: z.number(),
      open: z.number(),
      frame: z.number(),
      bareAead: z.number(),
      rawAead: z.number(),
      webCryptoGcm: z.number(),
    }),
  ),
  streams25: z.number(),
});
const groupResult = z.object({
  groups: z.array(
    z.object({
      suite: z.string(),
      size: z.number(),
      addAll: commit,
      join: cost,
      removeCold: commit,
      updateCold: commit,
      updateWarm: commit,
      addOne: commit,
      lateJoin: cost,
      removeLast: commit,
      removeMiddle: commit,
    }),
  ),
});
const meetingResult = z.object({
  members: z.number(),
  removal: cost,
  removalPerMember: cost,
  removalFirst: cost,
  removalCpu: cost,
  joinToKeys: cost,
  silentCommitter: cost,
});

/** What a person wants to see of the three results; a part that was not run is left out. */
export function tableOf(machine: Machine, sframe: unknown, group: unknown, meeting: unknown): string {
  const { cores, node, chromium, load } = machine;
  const lines = [`${cores} cores, node ${node}, ${chromium}, load ${load.join(' ')}`];
  if (sframe !== undefined) lines.push('', ...sframeLines(sframeResult.parse(sframe)));
  if (group !== undefined) lines.push('', ...groupLines(groupResult.parse(group)));
  if (meeting !== undefined) lines.push('', ...meetingLines(meetingResult.parse(meeting)));
  return lines.join('\n');
}

function sframeLines({ timings, streams25 }: z.infer<typeof sframeResult>): string[] {
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  return [
    row(['frame bytes', 'seal us', 'open us', 'frame us', 'seal/bare', 'seal/raw', 'open/raw', 'seal/GCM']),
    ...timings.map(({ bytes, seal, open, frame, bareAead, rawAead, webCryptoGcm }) =>
      row([
        bytes,
        seal,
        open,
        frame,
        ...[ratio(seal, bareAead), ratio(seal, rawAead), ratio(open, rawAead), ratio(seal, webCryptoGcm)],
      ]),
    ),
    `25 senders opened: ${streams25} ms of one core per second`,
  ];
}

function groupLines({ groups }: z.infer<typeof groupResult>): string[] {
  return groups.flatMap(({ suite, size, join, lateJoin, ...commits }) => [
    row([`${suite}, ${size}`, 'commit ms', 'of CPU', 'process ms', 'of CPU', 'commit B', 'welcome B']),
    ...Object.entries(commits).map(([name, value]) =>
      row([
        name,
        value.commit.median,
        value.commit.cpu ?? '',
        value.process.median,
        value.process.cpu ?? '',
        value.commitBytes,
        value.welcomeBytes || '',
      ]),
    ),
    row(['join', join.median, join.cpu ?? '']),
    row(['lateJoin', lateJoin.median, lateJoin.cpu ?? '']),
  ]);
}

function meetingLines({ members, ...times }: z.infer<typeof meetingResult>): string[] {
  return [
    row([`${members} members`, 'median ms', 'worst ms']),
    ...Object.entries(times).map(([name, { median, worst }]) => row([name, median, worst])),
  ];
}

function row([name, ...cells]: readonly (string | number)[]): string {
  return `${String(name).padEnd(18)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
}
