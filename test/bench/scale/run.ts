// What Sealroom costs at scale, beside bare mediasoup and Janus, as ratios in one run. Prints a table; JSON with --out.
// Run: npm run bench:scale -- [--out FILE] [--receivers 50] [--sizes 100,500,1000] [--seconds 8] [--rounds 3] [--only forwarding,plain,signalling]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { load, machine } from '../e2ee/machine.ts';
import { wholeNumber, wholeNumbers } from '../e2ee/measure.ts';
import { exponent } from './fit.ts';
import { type ForwardingCost, forwardBare, forwardWithSealroom } from './forwarding.ts';
import { forwardPlainWithJanus, forwardPlainWithMediasoup } from './plain.ts';
import { measureSignalling, type SignallingCost } from './signalling.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    receivers: { type: 'string', default: '50' },
    sizes: { type: 'string', default: '100,500,1000' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'forwarding,plain,signalling' },
  },
});
const receivers = wholeNumber(values.receivers);
const seconds = wholeNumber(values.seconds);
const parts = values.only.split(',');
const rounds = wholeNumber(values.rounds);

const ratio = (one: number, other: number) => Math.round((one / other) * 100) / 100;
const median = (costs: readonly number[]) => costs.toSorted((a, b) => a - b)[costs.length >> 1] ?? Number.NaN;
const perPacket = (costs: readonly ForwardingCost[]) =>
  median(costs.map(({ microsecondsPerPacket }) => microsecondsPerPacket));

/** One and the other in turn, so that what else the machine does counts for both. */
async function inTurn<One, Other>(one: () => Promise<One>, other: () => Promise<Other>) {
  const [ones, others]: [One[], Other[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ones.push(await one());
    others.push(await other());
  }
  return [ones, others] as const;
}

async function forwarding() {
  const [own, bare] = await inTurn(
    () => forwardWithSealroom(receivers, seconds),
    () => forwardBare(receivers, seconds),
  );
  // 100 consumers of 1 Mbit/s, in packets as these streams have them.
  const perSecond = median(bare.map(({ packetsPerSecond }) => packetsPerSecond)) / receivers;
  return {
    sealroom: own,
    bare,
    coresPerHundred: Math.round(perPacket(own) * perSecond * 100 * 1e-3) / 1_000,
    ratio: ratio(perPacket(own), perPacket(bare)),
    growth: await growth(),
  };
}

/** The media worker's load by the number of receivers of a fixed stage. */
async function growth() {
  const points = [];
  for (const times of [1, 2, 4]) {
    const { packetsPerSecond, microsecondsPerPacket } = await forwardWithSealroom(10 * times, seconds);
    points.push({ x: 10 * times, y: packetsPerSecond * microsecondsPerPacket });
  }
  return { points, exponent: exponent(points) };
}

async function plain() {
  const [mediasoup, janus] = await inTurn(
    () => forwardPlainWithMediasoup(receivers, seconds),
    () => forwardPlainWithJanus(receivers, seconds),
  );
  const measured = janus.filter((cost) => cost !== null);
  return { mediasoup, janus: measured, ratio: ratio(perPacket(mediasoup), perPacket(measured)) };
}

async function signalling() {
  const sizes: SignallingCost[] = [];
  for (const size of wholeNumbers(values.sizes)) {
    sizes.push(await measureSignalling(size));
    console.error(`signalling, ${size} members: done`);
  }
  const grown: SignallingCost[] = [];
  for (const times of [1, 2, 4]) grown.push(await measureSignalling(100 * times));
  const by = (of: (cost: SignallingCost) => number) =>
    exponent(grown.map((cost) => ({ x: cost.members, y: of(cost) })));
  const exponents = { restCores: by(({ cores }) => cores), commitCpu: by(({ commitCpuMs }) => commitCpuMs) };
  return { sizes, growth: { sizes: grown, exponents } };
}

const all = { forwarding, plain, signalling };
const results: Record<string, unknown> = {};
const facts = await machine();
for (const [name, measure] of Object.entries(all)) {
  if (!parts.includes(name)) continue;
  console.error(`${name} ...`);
  const loadBefore = load();
  results[name] = { loadBefore, result: await measure() };
  console.error(JSON.stringify(results[name]));
}
const report = JSON.stringify(
  { at: new Date().toISOString(), machine: facts, receivers, ...results },
  null,
  2,
);
if (values.out === undefined) console.log(report);
else await writeFile(values.out, `${report}\n`);
