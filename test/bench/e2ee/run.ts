// All end-to-end encryption benchmarks, one after the other. One JSON to --out FILE, else to stdout; a
// short table and progress go to stderr. Run: npm run bench:e2ee -- [--out FILE] [--sizes 10,50]
// [--runs 5] [--members 20] [--removals 10] [--silences 3] [--only sframe,group,meeting]
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load, machine } from './machine.ts';
import { tableOf } from './table.ts';

const parts = ['sframe', 'group', 'meeting'] as const;
type Part = (typeof parts)[number];

/** Which of the options each part understands. */
const understood = {
  sframe: [],
  group: ['sizes', 'suites', 'runs'],
  meeting: ['members', 'removals', 'silences'],
} as const satisfies Record<Part, readonly string[]>;

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    out: text,
    only: { ...text, default: parts.join() },
    sizes: text,
    suites: text,
    runs: text,
    members: text,
    removals: text,
    silences: text,
  },
});

/** Runs one part in a process of its own; its stdout is JSON. Throws Error when it fails. */
async function run(part: Part): Promise<unknown> {
  const options = understood[part].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const script = fileURLToPath(new URL(`./${part}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await exited;
  if (code !== 0) throw new Error(`${part} ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function partsOf(list: string): Part[] {
  return list.split(',').map((name) => {
    const part = parts.find((other) => other === name);
    if (part === undefined) throw new RangeError(`no benchmark: ${name}`);
    return part;
  });
}

const facts = await machine();
const results: Partial<Record<Part, { loadBefore: number[]; result: unknown }>> = {};
for (const part of partsOf(values.only)) {
  console.error(`${part} ...`);
  const loadBefore = load();
  results[part] = { loadBefore, result: await run(part) };
}
const report = JSON.stringify({ at: new Date().toISOString(), machine: facts, ...results }, null, 2);
console.error(tableOf(facts, results.sframe?.result, results.group?.result, results.meeting?.result));
if (values.out === undefined) console.log(report);
else await writeFile(values.out, `${report}\n`);
