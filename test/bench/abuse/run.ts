import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureClient } from '../../../server/tools/clientBuild.ts';
import { toBase64Url } from '../../../shared/bytes.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { freePort, Program } from '../../support/childServer.ts';
import { pause } from '../../support/until.ts';
import { Script } from '../../unit/records/signing.ts';
import { LightRoom } from '../scale/lightRoom.ts';
import type { Deeds, Orders } from './attackers.ts';

/**
 * What an attacker with a thousand connections costs the meetings of others: how long a message takes from one
 * member to all others, without and with the attack, in turns. The attacker has a link to a meeting on the site, comes
 * from one address of its own, and comes again whenever it is put out. Prints a table and JSON.
 */

const MEMBERS = 10;
const ROUNDS = 3;
const PHASE_MS = 10_000;
const EACH_MS = 50;
const SOCKETS = 1_000;

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Attack extends Orders {
  readonly name: string;
}

const attacks: readonly Attack[] = [
  { name: 'nobody', sockets: 0, perSecond: 0 },
  { name: 'silent connections', sockets: SOCKETS, perSecond: 0 },
  { name: 'five requests a second each', sockets: SOCKETS, perSecond: 5 },
  { name: 'what the server reads, at most 250 a second each', sockets: SOCKETS, perSecond: 250 },
];

interface Measured {
  /** Milliseconds of each message. */
  readonly ms: number[];
  readonly cores: number[];
  readonly deeds: Deeds[];
}

async function create(origin: string, script: Script): Promise<void> {
  const records = script.records.map(({ bytes, signature }) => ({
    bytes: toBase64Url(bytes),
    signature: toBase64Url(signature),
  }));
  const response = await fetch(`${origin}/api/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ records }),
  });
  if (response.status !== 201) throw new Error(`not founded: ${response.status}`);
}

/** Processor time of a process, seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function give(attackers: ChildProcess, orders: Orders): Promise<Deeds> {
  const answered = once(attackers, 'message');
  attackers.send(orders);
  const [deeds]: Deeds[] = await answered;
  if (!deeds) throw new Error('the attackers are gone');
  return deeds;
}

/** Milliseconds until all others have a message, for each of those sent meanwhile. */
async function latencies(room: LightRoom): Promise<number[]> {
  const [, ...others] = room.members;
  const all: number[] = [];
  const end = performance.now() + PHASE_MS;
  while (performance.now() < end) {
    const from = performance.now();
    const heard = others.map((member) => member.next('stream:entries'));
    await room.say(room.host);
    await Promise.all(heard);
    all.push(performance.now() - from);
    await pause(Math.max(0, from + EACH_MS - performance.now()));
  }
  return all;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const hundredth = (value: number) => Math.round(value * 100) / 100;

// Beforehand: not in the server's own process.
await ensureClient();
const dataDir = await mkdtemp(join(tmpdir(), 'sealroom-abuse-'));
const port = await freePort();
const server = new Program(process.execPath, ['server/main.ts'], {
  cwd: root,
  env: { ...process.env, SEALROOM_PORT: String(port), SEALROOM_MEDIA_PORT: '0', SEALROOM_DATA: dataDir },
});
let attackers: ChildProcess | null = null;
let room: LightRoom | null = null;
try {
  await server.says('Sealroom is ready');
  const origin = `http://127.0.0.1:${port}`;
  room = await LightRoom.open(origin, (script) => create(origin, script));
  await room.fill(MEMBERS);
  const target = new Script(presetPolicy('open'));
  await create(origin, target);
  const program = fileURLToPath(new URL('attackers.ts', import.meta.url));
  attackers = fork(program, [String(port), target.chain.meeting]);
  const measured = new Map(attacks.map((attack) => [attack, { ms: [], cores: [], deeds: [] } as Measured]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [attack, { ms, cores, deeds }] of measured) {
      await give(attackers, attack);
      // Until they are there, and those of before are gone.
      await pause(attack.sockets === 0 ? 3_000 : 10_000);
      await give(attackers, attack);
      const cpu = cpuSeconds(server.pid);
      const began = performance.now();
      ms.push(...(await latencies(room)));
      cores.push(((cpuSeconds(server.pid) - cpu) * 1_000) / (performance.now() - began));
      deeds.push(await give(attackers, attack));
    }
  }
  const [usual] = measured.values();
  const result = Object.fromEntries(
    [...measured].map(([{ name }, { ms, cores, deeds }]) => {
      const perSecond = (of: (deed: Deeds) => number) => Math.round(mean(deeds.map(of)) / (PHASE_MS / 1_000));
      return [
        name,
        {
          'median ms': hundredth(quantile(ms, 0.5)),
          'mean ms': hundredth(mean(ms)),
          'p95 ms': hundredth(quantile(ms, 0.95)),
          'median to the usual': hundredth(quantile(ms, 0.5) / quantile(usual?.ms ?? [], 0.5)),
          'server cores': hundredth(mean(cores)),
          inside: deeds.at(-1)?.inside ?? 0,
          'connects/s': perSecond(({ connects }) => connects),
          'requests/s': perSecond(({ requests }) => requests),
          'answers/s': perSecond(({ answers }) => answers),
        },
      ];
    }),
  );
  console.table(result);
  console.log(JSON.stringify(result));
} finally {
  room?.close();
  attackers?.disconnect();
  await server.kill();
  await rm(dataDir, { recursive: true, force: true });
}
