import type { LoadReport } from './report.ts';

/** Of each core, what a server may use before pictures suffer: bursts and key frames need the rest. */
const TARGET = 0.6;
/** Of the machine that plays the participants, above which the figures are about it and no longer about the site. */
const OWN_LIMIT = 0.8;
const OWN_LOOP_MS = 100;

/** What an administrator can read off a run, in sentences. */
export function advise(report: Omit<LoadReport, 'advice'>): string[] {
  const { steady, machine, settings, site, failures, alarms } = report;
  const advice: string[] = [];
  const { inside, megabits, nodeCores, mediaCores, nodeMiB, mediaMiB } = steady;
  if (inside < settings.participants) {
    advice.push(
      `Only ${inside} of ${settings.participants} participants came in: all figures are for those. See the failures.`,
    );
  }
  if (inside > 0 && nodeCores !== null && mediaCores !== null) {
    const perCore = Math.floor((TARGET * inside) / Math.max(0.01, nodeCores + mediaCores));
    advice.push(
      `The server used ${cores(nodeCores + mediaCores)} (${cores(mediaCores)} of it to forward media): plan ${perCore} participants of this kind for each core, which keeps ${Math.round(100 * (1 - TARGET))}% free for bursts.`,
    );
  } else {
    advice.push(
      'The site did not tell its processor time: give --metrics-token (SEALROOM_METRICS_TOKEN), or run this where /api/metrics may be read.',
    );
  }
  if (inside > 0) {
    const each = megabits / inside;
    advice.push(
      `Each participant received ${each.toFixed(2)} Mbit/s: ${Math.round(each * 100)} Mbit/s out of the server for a hundred, and ${Math.floor((1_000 * 0.7) / Math.max(0.001, each))} participants on a 1 Gbit/s line that is not used above 70%.`,
    );
  }
  if (nodeMiB !== null && mediaMiB !== null) {
    advice.push(
      `Memory at its highest: ${nodeMiB} MiB for the server, ${mediaMiB} MiB for its media workers.`,
    );
  }
  if (steady.lostPercent > 0.5) {
    advice.push(
      `${steady.lostPercent}% of the packets were lost. Look for a full line, a busy core, or socket buffers that are too small (npm run doctor).`,
    );
  }
  if (steady.ownCores > OWN_LIMIT * machine.cores || steady.ownLoopP99 > OWN_LOOP_MS) {
    advice.push(
      `The participants themselves were at their limit (${cores(steady.ownCores)} of ${machine.cores}, event loop late by up to ${steady.ownLoopP99} ms): times and losses are worse than the site's own. Use more --processes, or more machines.`,
    );
  }
  if (site === 'own') {
    advice.push(
      'Server and participants shared this machine: for figures to plan with, run this on another machine with --url.',
    );
  }
  if (failures.length > 0 || alarms > 0) {
    advice.push(`${failures.length} failures and ${alarms} alarms: see the end of the report.`);
  }
  return advice;
}

const cores = (value: number) => `${value.toFixed(2)} cores`;
