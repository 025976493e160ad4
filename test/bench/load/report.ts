import type { Machine } from '../e2ee/machine.ts';
import { advise } from './advice.ts';
import type { CrowdSample } from './crowd.ts';
import type { LoadSettings } from './options.ts';
import type { ServerFigures } from './serverFigures.ts';

/** One look at everything. */
export interface Moment {
  /** Seconds since the start. */
  readonly at: number;
  readonly crowds: readonly CrowdSample[];
  /** Null where the site does not tell. */
  readonly server: ServerFigures | null;
}

/** One point of the charts. */
export interface Point {
  readonly at: number;
  readonly inside: number;
  readonly megabits: number;
  readonly packets: number;
  readonly lostPercent: number;
  /** Cores in use; null where the site does not tell. */
  readonly nodeCores: number | null;
  readonly mediaCores: number | null;
  readonly nodeMiB: number | null;
  readonly mediaMiB: number | null;
  readonly serverLoopP99: number | null;
  readonly ownCores: number;
  readonly ownLoopP99: number;
}

export interface Quantiles {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

/** Means over the time in which everybody was inside. */
export interface Steady {
  readonly seconds: number;
  readonly inside: number;
  readonly megabits: number;
  readonly packets: number;
  readonly lostPercent: number;
  readonly nodeCores: number | null;
  readonly mediaCores: number | null;
  readonly nodeMiB: number | null;
  readonly mediaMiB: number | null;
  readonly serverLoopP99: number | null;
  readonly ownCores: number;
  readonly ownLoopP99: number;
  readonly sealedPerSecond: number;
  readonly openedPerSecond: number;
}

export interface LoadReport {
  readonly at: string;
  readonly settings: LoadSettings;
  readonly site: 'own' | 'other';
  readonly machine: Machine;
  readonly points: readonly Point[];
  readonly steady: Steady;
  /** From asking to join to having keys, milliseconds. */
  readonly joins: Quantiles | null;
  /** From the first to the last member that has an epoch, milliseconds. */
  readonly epochs: Quantiles | null;
  /** Of pictures, from made to opened, milliseconds. */
  readonly latency: Quantiles | null;
  /** From when all leave until the last one in the meeting sees nobody but itself, milliseconds. */
  readonly massLeaveMs: number | null;
  readonly alarms: number;
  readonly failures: readonly string[];
  readonly advice: readonly string[];
}

export function quantiles(values: readonly number[]): Quantiles | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  if (sorted.length === 0) return null;
  return { count: sorted.length, median: tenth(at(0.5)), p99: tenth(at(0.99)), worst: tenth(at(1)) };
}

const tenth = (value: number) => Math.round(value * 10) / 10;
const hundredth = (value: number) => Math.round(value * 100) / 100;
const MIB = 1024 ** 2;

const total = (crowds: readonly CrowdSample[], of: (crowd: CrowdSample) => number) =>
  crowds.reduce((sum, crowd) => sum + of(crowd), 0);

/** What happened between two looks. */
function pointOf(before: Moment, { at, crowds, server }: Moment): Point {
  const seconds = Math.max(0.001, at - before.at);
  const packets = total(crowds, (crowd) => crowd.packets);
  const lost = total(crowds, (crowd) => crowd.lost);
  const own = total(crowds, (crowd) => crowd.cpuSeconds) - total(before.crowds, (crowd) => crowd.cpuSeconds);
  const cores = (of: (figures: ServerFigures) => number) =>
    server && before.server ? hundredth((of(server) - of(before.server)) / seconds) : null;
  return {
    at: tenth(at),
    inside: total(crowds, (crowd) => crowd.inside),
    megabits: hundredth((total(crowds, (crowd) => crowd.bytes) * 8) / 1e6 / seconds),
    packets: Math.round(packets / seconds),
    lostPercent: packets + lost > 0 ? hundredth((100 * lost) / (packets + lost)) : 0,
    nodeCores: cores(({ nodeCpu }) => nodeCpu),
    mediaCores: cores(({ mediaCpu }) => mediaCpu),
    nodeMiB: server && Math.round(server.nodeBytes / MIB),
    mediaMiB: server && Math.round(server.mediaBytes / MIB),
    serverLoopP99: server && tenth(server.loopP99),
    ownCores: hundredth(Math.max(0, own) / seconds),
    ownLoopP99: tenth(Math.max(0, ...crowds.map(({ loopP99 }) => loopP99))),
  };
}

function steadyOf(points: readonly Point[], moments: readonly Moment[]): Steady {
  const mean = (of: (point: Point) => number) =>
    hundredth(points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length));
  const known = (of: (point: Point) => number | null) =>
    points.length === 0 || points.some((point) => of(point) === null)
      ? null
      : mean((point) => of(point) ?? 0);
  const most = (of: (point: Point) => number | null) => {
    const values = points.flatMap((point) => of(point) ?? []);
    return values.length === 0 ? null : Math.max(...values);
  };
  const seconds = Math.max(0.001, (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0) + 1);
  const perSecond = (of: (crowd: CrowdSample) => number) =>
    Math.round(moments.reduce((sum, { crowds }) => sum + total(crowds, of), 0) / seconds);
  return {
    seconds: tenth(seconds),
    inside: Math.round(mean(({ inside }) => inside)),
    megabits: mean(({ megabits }) => megabits),
    packets: Math.round(mean(({ packets }) => packets)),
    lostPercent: mean(({ lostPercent }) => lostPercent),
    nodeCores: known(({ nodeCores }) => nodeCores),
    mediaCores: known(({ mediaCores }) => mediaCores),
    nodeMiB: most(({ nodeMiB }) => nodeMiB),
    mediaMiB: most(({ mediaMiB }) => mediaMiB),
    serverLoopP99: most(({ serverLoopP99 }) => serverLoopP99),
    ownCores: mean(({ ownCores }) => ownCores),
    ownLoopP99: Math.max(0, ...points.map(({ ownLoopP99 }) => ownLoopP99)),
    sealedPerSecond: perSecond(({ sealed }) => sealed),
    openedPerSecond: perSecond(({ opened }) => opened),
  };
}

/** How long each epoch took to come to all members, over all crowds. */
function epochSpreads(moments: readonly Moment[]): number[] {
  const epochs = new Map<number, { first: number; last: number }>();
  for (const { epoch, first, last } of moments.flatMap(({ crowds }) =>
    crowds.flatMap((crowd) => crowd.epochs),
  )) {
    const seen = epochs.get(epoch);
    epochs.set(epoch, {
      first: Math.min(first, seen?.first ?? first),
      last: Math.max(last, seen?.last ?? last),
    });
  }
  return [...epochs.values()].map(({ first, last }) => last - first);
}

/** Puts all looks together. `steadyFrom`: the place among them from which everybody was inside. */
export function reportOf(given: {
  readonly settings: LoadSettings;
  readonly site: LoadReport['site'];
  readonly machine: Machine;
  readonly moments: readonly Moment[];
  readonly steadyFrom: number;
  readonly massLeaveMs: number | null;
  readonly failures: readonly string[];
}): LoadReport {
  const { moments, steadyFrom, settings, site, machine, massLeaveMs } = given;
  const points = moments.slice(1).map((moment, index) => pointOf(moments[index] ?? moment, moment));
  const all = moments.flatMap(({ crowds }) => crowds);
  const steadyMoments = moments.slice(steadyFrom + 1);
  const facts = {
    at: new Date().toISOString(),
    settings,
    site,
    machine,
    points,
    steady: steadyOf(points.slice(steadyFrom), steadyMoments),
    joins: quantiles(all.flatMap(({ joins }) => joins)),
    epochs: quantiles(epochSpreads(moments)),
    latency: quantiles(steadyMoments.flatMap(({ crowds }) => crowds.flatMap(({ latencies }) => latencies))),
    massLeaveMs,
    alarms: Math.max(0, ...moments.map(({ crowds }) => total(crowds, ({ alarms }) => alarms))),
    failures: [...given.failures, ...all.flatMap(({ failures }) => failures)],
  };
  return { ...facts, advice: advise(facts) };
}
