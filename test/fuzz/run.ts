import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type EdgeName, edges, fuzz } from './fuzz.ts';

const USAGE = `npm run fuzz -- [--cases 1000000] [--seed N] [--edge ${edges.join('|')}]...

Hands made-up and damaged input to every edge where input from others comes in, and writes what was run with
which seed to test/fuzz/README.md. A seed runs the same cases again.`;

const table = new URL('./README.md', import.meta.url);
const HEAD = `# Fuzzing

Written by \`npm run fuzz\`. Each edge is the real one: sockets and REST are a running server's, the others the functions
that everything from outside goes through. A case is made from the schema of what belongs there, whole or with places
changed, or from nothing at all. It has to be taken or refused by a typed error. A crash, a hang, an answer outside
the protocol, a changed state after refusals, or a reached prototype ends the run with its seed.

The heap grows at the edge of sockets by what the run itself keeps, as a heap snapshot shows: tables that fast-check and zod
make once (some 70 MiB) and a list of all refusals, which tests read.

| Edge | Cases | Seed | Taken | Times the state was compared | Slowest case | Heap growth | Time |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`;

/** The rows there are, by edge. */
function rowsBefore(): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(table, 'utf8');
  } catch {
    return new Map();
  }
  const rows = text.split('\n').filter((line) => /^\| [a-z]/.test(line));
  return new Map(rows.map((row) => [row.split('|')[1]?.trim() ?? '', row]));
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    edge: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
const order = z
  .object({
    cases: z.coerce.number().int().positive(),
    seed: z.coerce.number().int().nonnegative(),
    edge: z.array(z.enum(edges)).default([...edges]),
  })
  .safeParse(values);

/** One edge to its end, told as it goes; gives its row of the table. */
async function row(edge: EdgeName, seed: number, cases: number): Promise<string> {
  const began = performance.now();
  const { taken, compared, slowestMs, grown } = await fuzz(edge, seed, cases, (done) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${edge}: ${done.toLocaleString('en')}`);
  });
  const seconds = Math.round((performance.now() - began) / 1_000);
  const cells = [
    edge,
    cases,
    seed,
    taken,
    compared,
    `${slowestMs.toFixed(0)} ms`,
    `${(grown / 2 ** 20).toFixed(1)} MiB`,
    `${seconds} s`,
  ];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
}

if (values.help || !order.success) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 1;
} else {
  const { cases, seed, edge } = order.data;
  for (const each of edge) {
    const made = await row(each, seed, cases);
    console.log(made);
    const rows = rowsBefore().set(each, made);
    writeFileSync(table, `${HEAD}${edges.flatMap((name) => rows.get(name) ?? []).join('\n')}\n`);
  }
}
